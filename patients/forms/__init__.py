"""What may be typed about people, and what one is told when it is wrong."""
