"""Readers of other systems' exports: each yields typed records and refused rows, streaming.

Nothing here knows Django or the database. A later stage turns the records into actions.
"""
