"""What a page shows, put together for its template: between what is asked and what is drawn."""
