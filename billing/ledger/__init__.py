"""The ledger: every charge and every payment is an entry, written once and never changed. One door: services.post."""
