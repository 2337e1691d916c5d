"""How fast and how good, beside others doing the same work in the same run: ``make bench``."""
