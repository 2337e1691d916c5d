"""Who and what fits a need."""
