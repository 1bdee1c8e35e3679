"""What is done to a chart."""
