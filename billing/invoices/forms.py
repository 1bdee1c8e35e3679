"""How much of each line of an invoice is credited."""

from typing import Any

from billing.forms import QuantityField, SumForm
from billing.invoices.services.crediting import before
from billing.ledger.queries import Billed
from billing.rules import typed
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.fields import Line


class CreditForm(SumForm):
    """A field for each line of which something is left, n0 and on: empty is none of it. It begins with all."""

    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it is credited."})

    def __init__(self, request: ClinicRequest, billed: Billed) -> None:
        self.billed = billed
        super().__init__(request, about=billed.invoice.id)
        was = before(billed)
        self.left = [int(line["quantity"]) - done for line, done in zip(billed.invoice.lines, was, strict=True)]
        for at, (line, left) in enumerate(zip(billed.invoice.lines, self.left, strict=True)):
            if left:
                field = QuantityField(f"How much of {line['name']}", empty=0, least=0)
                field.initial = typed.show(left)
                field.widget.attrs |= {"class": "form-control checkout-small", "aria-label": field.label}
                self.fields[f"n{at}"] = field

    @property
    def lines(self) -> list[tuple[dict[str, Any], str, Any]]:
        """Each line of the invoice, what is left of it, and its field or None."""
        return [
            (line, typed.show(left), self[f"n{at}"] if left else None)
            for at, (line, left) in enumerate(zip(self.billed.invoice.lines, self.left, strict=True))
        ]

    @property
    def quantities(self) -> list[int]:
        """In thousandths, in the invoice's order: what was typed, or all that is left."""
        if not self.is_bound:
            return self.left
        given = getattr(self, "cleaned_data", {})
        return [given.get(f"n{at}", 0) for at in range(len(self.left))]
