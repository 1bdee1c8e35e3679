"""Visits that are over and have no invoice: billed, or said to have nothing to bill."""
