"""Money that is given: by which ways, for what."""
