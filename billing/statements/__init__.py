"""What a person was billed and paid over a time, on one page."""
