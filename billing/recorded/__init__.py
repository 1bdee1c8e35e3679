"""What was done at a visit, as whoever did it wrote it down for the check-out."""
