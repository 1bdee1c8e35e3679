"""Many prices at once: by a percentage, with what undoes it, and as a file."""
