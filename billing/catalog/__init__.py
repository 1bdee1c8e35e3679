"""What the clinic does, and what it costs."""
