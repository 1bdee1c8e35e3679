"""Money that is given back: one person asks, another one approves."""
