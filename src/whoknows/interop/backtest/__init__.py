"""Measuring our own suggestions on what really happened."""
