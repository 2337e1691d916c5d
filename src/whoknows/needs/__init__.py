"""A need in someone's own words, what and who helps with it, and how it was met."""
