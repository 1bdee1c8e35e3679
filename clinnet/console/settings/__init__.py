"""What a clinic decided: each setting declared once, all on one page, with its history."""
