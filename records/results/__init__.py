"""Orders, their results, and who has looked at them."""
