"""Asking for what is open: a call that is written down, and statements for many at once."""
