"""What the schedule knows without a table: clock, hours, free times, who fits where. Pure, tested with properties."""
