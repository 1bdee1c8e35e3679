"""Prescriptions on paper: the medicines that were issued at once."""
