"""What saves a doctor typing: templates of notes, and abbreviations; the clinic's, and each person's own."""
