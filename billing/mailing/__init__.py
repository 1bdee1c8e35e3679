"""Invoices that go by e-mail, and what became of each."""
