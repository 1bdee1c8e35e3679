"""Issuing, numbering, voiding."""
