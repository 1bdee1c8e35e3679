"""Immunisations: what was given, and what is due by a schedule that a doctor of the clinic has confirmed."""
