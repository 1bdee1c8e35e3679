"""How many text messages a clinic handed over in a month, and what they cost."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.conf import settings

from clinnet.table import Scope, find_row, keys
from scheduling.messages.services.sending import COUNTED


@dataclass(frozen=True, slots=True)
class Spent:
    """`cost` is in `currency` (ISO 4217), by the price that is set now; None where none is set."""

    messages: int
    parts: int
    cost: Decimal | None = None
    currency: str = ""

    @property
    def sentence(self) -> str:
        if not self.messages:
            return "No text message was handed over this month."
        texts = "1 text message" if self.messages == 1 else f"{self.messages:,} text messages"
        parts = "1 part" if self.parts == 1 else f"{self.parts:,} parts"
        cost = f", about {self.cost:,.2f} {self.currency}" if self.cost is not None else ""
        return f"{texts} handed over this month, in {parts}{cost}."


def spent(scope: Scope, month: str) -> Spent:
    """`month` as 2026-11, in UTC."""
    row = find_row(scope, keys.counter(scope.clinic_id, f"{COUNTED}{month}"), consistent=False) or {}
    messages, parts = int(row.get("messages", 0)), int(row.get("n", 0))
    price, currency = _price()
    return Spent(messages, parts, None if price is None else price * parts, currency)


def _price() -> tuple[Decimal | None, str]:
    amount, _, currency = settings.CLINNET_SMS_PRICE.partition(" ")
    try:
        return Decimal(amount), currency
    except InvalidOperation:
        return None, ""
