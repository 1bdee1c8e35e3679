"""Invoices: numbered without a gap, frozen when they are issued, on screen and on paper."""
