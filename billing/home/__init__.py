"""What money's first page says besides its drawers: what waits, and a document by its number."""
