"""What the product wants to reach; printed beside what was measured, never asserted."""

SUGGESTION_P95_MS = 50.0
FINDABLE_AFTER_P95_S = 1.0
GROWTH_OF_P95 = 2.0
"""How many times as long a suggestion may take on ten times the documents."""
SHEET_OF_EIGHT_MS = 300.0
"""How long a sheet of eight cards may take once the first one was printed."""
