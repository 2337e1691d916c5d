"""Interviewing experts, and drafts of aids made of what they said."""
