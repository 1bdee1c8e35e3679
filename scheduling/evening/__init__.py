"""The end of a day: who did not come and who has left, said of all at once."""
