"""Words, languages and spelling."""
