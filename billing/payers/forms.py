"""Who pays for patients."""

from typing import cast

from django import forms

from billing import queries
from billing.forms import PercentField
from billing.models import Payer
from billing.rules import typed
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line, Tick


class PayerForm(ClinicForm):
    name = Line(
        "Name",
        most=100,
        required=True,
        error_messages={"required": "A payer needs a name."},  # type: ignore[assignment]  # a field is no attribute
        help_text="As patients' policies call them",
    )
    percent = PercentField("Usually pays, per cent", required=True, error_messages={"required": "Which part?"})
    price_list_id = Choice("Their prices", help_text="Where they pay, services cost what this list says")
    active = Tick("Pays", initial=True, help_text="Who does not pay any more still owes what was invoiced")

    def __init__(self, request: ClinicRequest, payer: Payer | None = None) -> None:
        super().__init__(request, about=payer.id if payer else "new")
        if payer:
            self.initial = {
                "name": payer.name,
                "percent": typed.show(int(payer.percent)),
                "active": payer.active,
                "price_list_id": payer.price_list_id or "",
            }
        choices = queries.setup(request.scope).list_choices(self.initial.get("price_list_id", ""))
        cast(forms.ChoiceField, self.fields["price_list_id"]).choices = choices
        if len(choices) == 1:
            del self.fields["price_list_id"]
