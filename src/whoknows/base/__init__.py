"""Errors, audit, pages and text that every room uses. Knows no domain noun."""
