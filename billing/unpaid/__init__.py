"""What is still to be paid, by its age."""
