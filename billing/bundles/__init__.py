"""Sessions that are paid together and used one by one: ten of physiotherapy."""
