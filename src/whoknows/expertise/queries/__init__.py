"""Who knows what, and what shows it."""
