"""A second signature: what a trainee or a nurse signed is signed by a doctor as well, or sent back with a reason.

The note itself stays as it was signed. What becomes of it is an item beside it, sealed by the second signature.
"""
