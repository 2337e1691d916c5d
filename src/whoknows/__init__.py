"""Whoknows: say what you are trying to do; get the card, the person and the group that help."""
