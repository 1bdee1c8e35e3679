"""A child's growth: a curve over seven named lines of the reference, and the same as a table."""
