"""What helps with a need, and the needs themselves."""
