"""What records/build.py takes of each package, as lines of a table. Run at set-up alone."""
