"""Taking in what other places hold."""

from whoknows.interop.actions.taking_in import Report, TakingIn

__all__ = ["Report", "TakingIn"]
