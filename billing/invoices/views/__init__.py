"""Invoices and credit notes, on screen and on paper."""
