"""Topics, and the evidence for who knows what about them."""
