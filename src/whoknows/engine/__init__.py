"""The arithmetic of helping: ranking, text, graphs. Pure Python; no I/O, no clock."""
