"""The arithmetic of helping: ranking, text, graphs. Pure Python and numpy; no I/O, no clock."""
