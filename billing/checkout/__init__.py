"""From the end of a visit to its receipt."""
