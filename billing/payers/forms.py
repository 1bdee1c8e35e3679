"""Who pays for patients."""

from billing.forms import PercentField
from billing.models import Payer
from billing.rules import typed
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Tick


class PayerForm(ClinicForm):
    name = Line(
        "Name",
        most=100,
        required=True,
        error_messages={"required": "A payer needs a name."},  # type: ignore[assignment]  # a field is no attribute
        help_text="As patients' policies call them",
    )
    percent = PercentField("Usually pays, per cent", required=True, error_messages={"required": "Which part?"})
    active = Tick("Pays", initial=True, help_text="Who does not pay any more still owes what was invoiced")

    def __init__(self, request: ClinicRequest, payer: Payer | None = None) -> None:
        super().__init__(request, about=payer.id if payer else "new")
        if payer:
            self.initial = {"name": payer.name, "percent": typed.show(int(payer.percent)), "active": payer.active}
