"""What each page costs: `make bench`."""
