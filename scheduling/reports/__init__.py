"""What a clinic's visits came to: sums of each day, counted once it is over, and the report of a month."""
