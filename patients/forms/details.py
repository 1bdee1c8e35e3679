"""The details of a patient, group by group: each group has its own form, so that an address alone is quickly changed.

Each form begins from the record. What a person did not touch stays exactly as it was, also where an import wrote it
in a way that the form would not.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import place_fields
from clinnet.forms.edit import EditForm
from clinnet.forms.fields import Choice, Day, Email, Line, Notes, PractitionerField, Tick
from clinnet.forms.rows import RowForm
from patients.entries import LISTS
from patients.forms import fields
from patients.forms.fields import ADDRESS, Birth
from patients.models import Patient
from patients.rules import own
from patients.words import REACH_BY, SEXES

MOST_ROWS = 15  # of each list: a patient with more would not fit into one transaction


class GroupForm(EditForm):
    """`names` are the attributes that the group holds."""

    draft = True
    slug: ClassVar[str]
    title: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    rows: ClassVar[Mapping[str, tuple[type[RowForm], str, str]]] = {}  # attribute: row, title, words of the button
    rows_first: ClassVar[bool] = False
    lists = LISTS

    def __init__(self, request: ClinicRequest, patient: Patient, *, about: str = "") -> None:
        """`about` is the record that the form was opened on, where that was folded into `patient` since."""
        super().__init__(request, about=about or patient.id)
        self.open_on(
            {name: value for name in self.names if (value := getattr(patient, name)) not in (None, "", [], {})}
        )
        self.initial = self.start()
        for name, field in self.fields.items():
            _keep_choice(field, self.initial.get(name))
        self.formsets = {name: self._formset(name, row) for name, (row, _, _) in self.rows.items()}
        self._focus_first()

    def _focus_first(self) -> None:
        firsts = [form for formset in self.formsets.values() for form in formset.forms[:1]]
        rows = [field for form in firsts for field in form.fields.values()]
        own = list(self.fields.values())
        for first in (rows + own if self.rows_first else own + rows)[:1]:
            first.widget.attrs["autofocus"] = True

    def start(self) -> dict[str, Any]:
        """What the fields begin with; most are named as their attribute."""
        return dict(self.opened)

    def entries(self, name: str) -> list[dict[str, Any]]:
        """What the rows of a list begin with."""
        return list(self.opened.get(name) or [])

    def values(self) -> dict[str, Any]:
        """As patients/rules/shape.py has them; by default each field is the attribute of its name."""
        own = {name: self.kept(name, self.cleaned_data.get(name)) for name in self.fields if name in self.names}
        return own | {name: self.kept_entries(name) for name in self.formsets}

    # --- What was not touched stays as it was ------------------------------------------------------------------

    def touched(self, *names: str) -> bool:
        return any(_touched(self[name]) for name in names)

    def kept(self, name: str, value: Any) -> Any:
        return value if self.touched(name) else self.opened.get(name)

    def kept_entries(self, name: str) -> list[Any]:
        before: list[Any] = self.opened.get(name) or []
        found = []
        for number, row in enumerate(self.formsets[name]):
            old = before[number] if number < len(before) else {}
            if any(_touched(row[each]) for each in row.fields):
                old = self.entry(name, old, row.cleaned_data)
            if old:
                found.append(old)
        return found

    def entry(self, name: str, old: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any] | None:
        """One entry of a list as it was typed; None for an empty row."""
        raise NotImplementedError

    # --- Rows --------------------------------------------------------------------------------------------------

    def _formset(self, name: str, row: type[RowForm]) -> Any:
        make = forms.formset_factory(row, extra=1, absolute_max=MOST_ROWS * 4, max_num=MOST_ROWS * 4)
        data = self.request.POST if self.is_bound else None
        return make(data, prefix=name, initial=self.entries(name), form_kwargs={"request": self.request})

    def repeats(self) -> list[dict[str, Any]]:
        """For templates/parts/repeat.html."""
        return [
            {"formset": formset, "title": self.rows[name][1], "add": self.rows[name][2]}
            for name, formset in self.formsets.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, formset in self.formsets.items():
            left_out = len(formset.forms) < len(self.entries(name))  # a page empties rows, and sends all of them
            if left_out or not formset.is_valid():
                raise ValidationError("Something in the rows below is not right yet.")
            if len(self.kept_entries(name)) > max(MOST_ROWS, len(self.opened.get(name) or ())):
                raise ValidationError(f"At most {MOST_ROWS} can be kept here.")
        return cleaned


def _touched(bound: forms.BoundField) -> bool:
    """Whether the person changed what the field showed when it was opened."""
    if isinstance(bound.field, forms.BooleanField):
        return bool(bound.value()) != bool(bound.initial)
    shown = bound.field.prepare_value(bound.initial)
    return _plain(bound.data) != _plain(shown)


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _keep_choice(field: forms.Field, value: Any) -> None:
    """A value that is no choice any more (a doctor who left, an import's code) stays one for this record."""
    if isinstance(field, forms.ChoiceField) and value and not field.valid_value(value):
        known = cast(list[tuple[Any, Any]], list(field.choices))  # type: ignore[arg-type]  # never a callable by now
        field.choices = [*known, (value, "As it is")]


# --- The groups ----------------------------------------------------------------------------------------------------


class NameForm(GroupForm):
    slug, title = "name", "Name"
    names = ("title", "family_name", "given_name", "further_names", "preferred_name", "other_names")
    family_name = Line("Family name")
    given_name = Line("Given name")
    further_names = Line("Further names")
    preferred_name = Line("Preferred name", help_text="What they like to be called")
    title_ = Line("Title", most=30)
    other_names = Notes("Other names", rows=2, help_text="Maiden name, alias: one a line")

    def start(self) -> dict[str, Any]:
        return self.opened | {
            "title_": self.opened.get("title"),
            "other_names": "\n".join(self.opened.get("other_names") or []),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("family_name") or cleaned.get("given_name")):
            self.add_error("family_name", "A name is needed, one is enough.")
        return cleaned

    def values(self) -> dict[str, Any]:
        others = list(dict.fromkeys(filter(None, self.cleaned_data["other_names"].splitlines())))
        title = self.cleaned_data["title_"] if self.touched("title_") else self.opened.get("title")
        return super().values() | {"title": title, "other_names": self.kept("other_names", others)}


class BirthForm(GroupForm):
    slug, title = "birth", "Birth and sex"
    names = ("birth_date", "birth_estimated", "sex", "gender_identity", "pronouns")
    birth = fields.BirthField()
    sex = Choice("Sex", [("", ""), *SEXES.items()])
    gender_identity = Line("Gender identity", most=60)
    pronouns = Line("Pronouns", most=60)

    def start(self) -> dict[str, Any]:
        born = self.opened.get("birth_date")
        return self.opened | {"birth": Birth(born, bool(self.opened.get("birth_estimated"))) if born else None}

    def values(self) -> dict[str, Any]:
        birth = {name: self.opened.get(name) for name in ("birth_date", "birth_estimated")}
        if self.touched("birth"):
            typed = self.cleaned_data["birth"] or Birth("")
            birth = {"birth_date": typed.date, "birth_estimated": typed.estimated or None}
        return super().values() | birth


class ReachForm(GroupForm):
    slug, title = "reach", "Phones and e-mail"
    names = ("phones", "email", "reach_by")
    rows = {"phones": (fields.PhoneRow, "Phones", "Add a phone")}
    rows_first = True
    email = Email()
    reach_by = Choice("Messages by", [("", "E-mail, else text message"), *REACH_BY.items()])

    def entry(self, name: str, old: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any] | None:
        return {**old, **typed} if typed.get("number") else None

    def values(self) -> dict[str, Any]:
        """A number is there once, and one is preferred: the one that was ticked last."""
        found = super().values()
        before = {each.get("number") for each in self.opened.get("phones") or [] if each.get("preferred")}
        phones = {each.get("number", ""): each for each in reversed(found["phones"])}
        phones = dict(reversed(phones.items()))
        preferred = [number for number, each in phones.items() if each.get("preferred")]
        chosen = next((number for number in preferred if number not in before), next(iter(preferred), None))
        return found | {"phones": [_preferred(each, each.get("number") == chosen) for each in phones.values()]}


def _preferred(phone: dict[str, Any], chosen: bool) -> dict[str, Any]:
    return phone if bool(phone.get("preferred")) == chosen else {**phone, "preferred": chosen}


class AddressForm(fields.AddressFields, GroupForm):
    slug, title = "address", "Address"
    names = ("address",)

    def start(self) -> dict[str, Any]:
        return dict(fields.address_start(self.opened.get("address")))

    def values(self) -> dict[str, Any]:
        old = self.opened.get("address") or {}
        typed = {part: self.cleaned_data[name] for part in ADDRESS if self.touched(name := f"address_{part}")}
        return {"address": {part: value for part, value in {**old, **typed}.items() if value}}


class NumberRow(RowForm):
    label = Line("What it is", most=80)
    value = Line("Number", most=80)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("label") and not self.cleaned_data.get("value"):
            self.add_error("value", "Which number?")
        return self.cleaned_data


class NumbersForm(GroupForm):
    slug, title = "numbers", "Numbers"
    names = ("mrn", "national_id", "identifiers")
    rows = {"identifiers": (NumberRow, "Other numbers", "Add a number")}
    mrn = fields.RecordNumberField(required=True, error_messages={"required": "A record number is needed."})
    national_id = Line("National id", most=40)

    def entries(self, name: str) -> list[dict[str, Any]]:
        return [each | {"label": each.get("label") or each.get("system", "")} for each in super().entries(name)]

    def entry(self, name: str, old: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any] | None:
        if not typed.get("value"):
            return None
        return {"system": typed.get("label", ""), **old, "label": typed.get("label", ""), "value": typed["value"]}


class LanguageForm(GroupForm):
    slug, title = "language", "Language"
    names = ("language", "interpreter")
    language = fields.LanguageField()
    interpreter = Tick("Needs an interpreter")


class InsuranceForm(GroupForm):
    slug, title = "insurance", "Insurance"
    names = ("policies",)
    rows = {"policies": (fields.PolicyRow, "Policies", "Add a policy")}

    def entry(self, name: str, old: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any] | None:
        policy = {part: value for part, value in {**old, **typed}.items() if value}
        return policy if any(typed.values()) else None


class CareForm(GroupForm):
    slug, title = "care", "Care"
    names = ("practitioner_id", "general_practitioner")
    practitioner_id = PractitionerField()
    general_practitioner = Line("General practitioner", help_text="Name, practice, town")


class ConsentsForm(GroupForm):
    slug, title = "consents", "Consents"
    names = ("consents",)
    to_data = Choice("To keep data", fields.CONSENTS)
    to_data_on = Day("Said on", help_text="Today where left empty")
    to_messages = Choice("To messages", fields.CONSENTS)
    to_messages_on = Day("Said on", help_text="Today where left empty")

    def start(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, said in (self.opened.get("consents") or {}).items():
            found |= {f"to_{name}": "yes" if said.get("given") else "no", f"to_{name}_on": said.get("on", "")}
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("to_data_on", "to_messages_on"):
            if (cleaned.get(name) or "") > self._today():
                self.add_error(name, "That date is in the future.")
        return cleaned

    def values(self) -> dict[str, Any]:
        found = dict(self.opened.get("consents") or {})
        for name in ("data", "messages"):
            field, day = f"to_{name}", f"to_{name}_on"
            answer, on = self.cleaned_data[field], self.cleaned_data[day]
            if self.touched(field) and not self.touched(day):
                on = ""  # the old date was that of the old answer
            if self.touched(field, day):
                found[name] = {"given": answer == "yes", "on": on or self._today()} if answer else None
        return {"consents": {name: said for name, said in found.items() if said}}

    def _today(self) -> str:
        return formats.today(self.request.clinic)


class AlertsForm(GroupForm):
    slug, title = "alerts", "Alerts"
    names = ("alerts",)
    rows = {"alerts": (fields.AlertRow, "Alerts", "Add an alert")}

    def entry(self, name: str, old: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any] | None:
        if not typed.get("text"):
            return None
        return {**old, "id": old.get("id") or clock.new_id(), "text": typed["text"], "stop": bool(typed.get("stop"))}


class NotesForm(GroupForm):
    slug, title = "notes", "Notes"
    names = ("notes",)
    notes = Notes("Notes", rows=5, help_text="About the person, not the illness: everybody at the desk reads this")


class OwnForm(GroupForm):
    """Has the fields that the clinic made up for itself: patients/rules/own.py."""

    slug, title = "own", "Also kept here"
    names = (own.NAME,)

    def start(self) -> dict[str, Any]:
        asked = own.asked(self.request.clinic.patient_fields)
        self.which = {f"own_{each.which}": each.which for each in asked}
        self.fields = {f"own_{each.which}": fields.own_field(each) for each in asked}
        place_fields(self, self.request)
        kept = self.opened.get(own.NAME) or {}
        return {name: kept.get(which) for name, which in self.which.items()}

    def values(self) -> dict[str, Any]:
        old = self.opened.get(own.NAME) or {}
        typed = {which: self.cleaned_data[name] for name, which in self.which.items() if self.touched(name)}
        return {own.NAME: {which: value for which, value in {**old, **typed}.items() if value}}


GROUPS: Mapping[str, type[GroupForm]] = {
    form.slug: form
    for form in (
        NameForm, BirthForm, ReachForm, AddressForm, NumbersForm, LanguageForm, InsuranceForm, CareForm, ConsentsForm,
        AlertsForm, NotesForm, OwnForm,
    )
}  # fmt: skip
