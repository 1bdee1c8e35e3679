"""What was done: one more line."""

from django import forms

from billing import queries
from billing.forms import QuantityField
from billing.models import CatalogItem
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line

TAKE_OUT = "take out of what was done"  # a button
NOBODYS = "No service, or more than one, is called that. Type its code."


class RecordForm(ClinicForm):
    add = Line("Code or name", most=100, required=True, error_messages={"required": "Say what was done."})
    quantity = QuantityField(label="How many", initial="1")

    def __init__(self, request: ClinicRequest, *, about: str) -> None:
        super().__init__(request, about=about)
        self.known = queries.setup(request.scope)

    def clean_add(self) -> CatalogItem:
        found = self.known.found(self.cleaned_data["add"])
        if found is None:
            raise forms.ValidationError(NOBODYS, code="invalid")
        return found
