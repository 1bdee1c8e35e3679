"""The fields that a clinic makes up for its patients: one a row."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.conflicts import Lists
from clinnet.forms.edit import EditForm
from clinnet.forms.fields import Choice, Line, Tick
from clinnet.forms.rows import RowForm
from patients.rules import own

MOST = 15
MOST_CHOICES = 20
NAME = "patient_fields"  # the clinic's attribute


class FieldRow(RowForm):
    which = forms.CharField(required=False, widget=forms.HiddenInput)
    label = Line("What it is", most=60)
    kind = Choice("Kind", [*own.KINDS.items()], initial=own.TEXT)
    choices = Line("Choices", most=400)

    searched = Tick("Found by the search")

    def kept(self) -> dict[str, Any]:
        """As the clinic keeps it; nothing of an empty row."""
        typed = self.cleaned_data
        if not typed.get("label"):
            return {}
        choices = [text for each in typed["choices"].split(",") if (text := each.strip())]
        found = {"id": typed["which"], "label": typed["label"], "kind": typed["kind"] or own.TEXT}
        found |= {"searched": typed["searched"]}
        of_choice = {"choices": list(dict.fromkeys(choices))} if choices and typed["kind"] == own.CHOICE else {}
        return {name: value for name, value in found.items() if value} | of_choice


def _start(kept: own.Kept) -> dict[str, Any]:
    searched = own.every([kept])[0].is_searched
    return {**kept, "which": kept["id"], "choices": ", ".join(kept.get("choices") or ()), "searched": searched}


Rows = forms.formset_factory(FieldRow, extra=1, absolute_max=MOST * 4, max_num=MOST * 4)


class FieldsForm(EditForm):
    names: ClassVar[dict[str, str]] = {NAME: "Field"}
    lists: Lists = {NAME: lambda each: each.get("id") or each["label"]}

    def __init__(self, request: ClinicRequest, clinic: Clinic, put_back: Sequence[own.Kept] | None = None) -> None:
        super().__init__(request, about=clinic.id)
        self.before = list(clinic.patient_fields or ())
        self.open_on(self.plain(clinic))
        shown = self.opened.get(NAME, []) if put_back is None else [each for each in put_back if not each.get("gone")]
        start = [_start(each) for each in shown]
        self.begun = self.puts_back = put_back is not None
        options: dict[str, Any] = {"prefix": "fields", "form_kwargs": {"request": request}}
        self.rows: Any = Rows(self.data, **options) if self.is_bound else Rows(initial=start, **options)

    @classmethod
    def plain(cls, clinic: Clinic) -> dict[str, Any]:
        found = [dict(each) for each in clinic.patient_fields or () if not each.get("gone")]
        return {NAME: found} if found else {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.rows.is_valid():
            raise forms.ValidationError("Something in the rows below is not right yet.")
        if len(self.typed()) > MOST:
            raise forms.ValidationError(f"At most {MOST} fields can be kept.")
        if why := own.problem(self.before, self.typed()):
            raise forms.ValidationError(why)
        if any(len(each.get("choices", ())) > MOST_CHOICES for each in self.typed()):
            raise forms.ValidationError(f"A field has at most {MOST_CHOICES} choices.")
        return cleaned

    def typed(self) -> list[dict[str, Any]]:
        return [kept for row in self.rows if (kept := row.kept())]

    def values(self) -> dict[str, Any]:
        return {NAME: self.typed()}
