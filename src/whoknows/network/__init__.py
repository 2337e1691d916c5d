"""Ties between people: who turns to whom."""
