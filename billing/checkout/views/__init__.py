"""Check out, and the way there."""
