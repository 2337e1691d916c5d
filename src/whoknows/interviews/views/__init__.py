"""Doors of the interview studio."""
