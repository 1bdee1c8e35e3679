"""Measurements over time: a table with a line above each kind, and a child's growth against a reference."""
