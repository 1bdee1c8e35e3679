"""Filling the demo clinics: for seed alone."""
