"""How far a claim is, what was paid for it, and one transfer for several."""

from typing import Any, cast

from django import forms

from billing.claims.rows import STATES
from billing.claims.services import NEXT, OFF, TO_PERSON
from billing.forms import SumForm
from billing.models import Settlement
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line
from clinnet.forms.money import MoneyField

PAID = "paid-"  # and the claim's id: a remittance's fields
GONE = "A claim that you wrote an amount for was paid meanwhile. Look again at what is open."
RESTS = [("", "Stays open"), (TO_PERSON, "The patient pays it"), (OFF, "Written off")]


class MarkForm(ClinicForm):
    state = Choice("It is now", required=True, error_messages={"required": "Choose how far it is."})
    reference = Line("Their reference", most=60)

    def __init__(self, request: ClinicRequest, claim: Settlement) -> None:
        super().__init__(request, about=claim.id)
        self.initial = {"reference": claim.reference or ""}
        following = NEXT[claim.claim or ""]
        if self.is_bound and self.data.get("state") not in following and self.was_done():  # a second click
            following = tuple(STATES)
        cast(Choice, self.fields["state"]).choices = [(each, STATES[each]) for each in following]


class SettleForm(SumForm):
    paid = MoneyField("They paid", help_text="By transfer; empty: nothing")
    rest = Choice("The rest", RESTS)
    reason = Line("Why?", most=200)

    @property
    def minor(self) -> int:
        found = self.cleaned_data["paid"]
        return int(found.minor) if found else 0

    @property
    def left(self) -> dict[str, str]:
        """What becomes of the rest, and why: as services.settle takes them."""
        return {name: self.cleaned_data[name] for name in ("rest", "reason")}


class RemittanceForm(ClinicForm):
    """A field for each open claim, by the claim's id: while one is typed into, others may be paid and gone."""

    total = MoneyField("They paid", required=True, error_messages={"required": "How much came?"})

    def __init__(self, request: ClinicRequest, payer: str, claims: list[Settlement]) -> None:
        self.claims = claims
        super().__init__(request, about=payer)
        for claim in claims:
            field = MoneyField(f"Paid for {claim.number}")
            field.place(request)
            field.widget.attrs |= {
                "class": "form-control checkout-small",
                "aria-label": field.label,
                "autocomplete": "off",
            }
            self.fields[_name(claim.id)] = field

    def clean(self) -> None:
        """Raises Refused where an amount is for a claim that is not open any more."""
        known = {_name(claim.id) for claim in self.claims}
        sent = {name for name, value in self.data.items() if name.startswith(PAID) and str(value).strip()}
        if sent - known and not self.was_done():  # a second click finds them paid by the first
            raise forms.ValidationError(GONE, code="invalid")

    @property
    def lines(self) -> list[tuple[Settlement, Any]]:
        return [(claim, self[_name(claim.id)]) for claim in self.claims]

    @property
    def amounts(self) -> list[int]:
        found = [self.cleaned_data.get(_name(claim.id)) for claim in self.claims]
        return [int(each.minor) if each else 0 for each in found]


def _name(claim: str) -> str:
    return f"{PAID}{claim}"
