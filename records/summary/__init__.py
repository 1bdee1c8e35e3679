"""The left side of a chart."""
