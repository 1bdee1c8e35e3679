"""Money that comes in later, and a patient's Money tab."""
