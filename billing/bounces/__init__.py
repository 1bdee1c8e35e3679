"""Payments that come back: a cheque without cover, a card that was charged back."""
