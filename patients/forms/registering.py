"""Registering somebody: a short form while the phone call lasts, and all the rest for when there is time."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from clinnet import clock, formats
from clinnet.accounts import queries as staff
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Email, Line, Notes, PractitionerField, RefField, Tick
from clinnet.forms.rows import RowForm
from patients import queries
from patients.duplicates import Suspect
from patients.forms import fields
from patients.models import Patient
from patients.rules import births, names, own
from patients.rules.shape import Link, LinkKind
from patients.rules.typed import Registration
from patients.services import Tie
from patients.words import SEXES

MINOR = 18  # years; until then a parent or guardian acts for the patient
MOST_ROWS = 20

# What the new patient is to the known one → the known one's link, and the new one's own.
TIES: Mapping[str, tuple[str, LinkKind, LinkKind]] = {
    "child": ("a child", "child", "parent"),
    "ward": ("a child in their guardianship", "child", "guardian"),
    "parent": ("a parent", "parent", "child"),
    "guardian": ("a guardian", "guardian", "child"),
    "partner": ("a partner", "partner", "partner"),
    "carer": ("a carer", "carer", "other"),
    "cared": ("somebody they care for", "other", "carer"),
    "payer": ("the payer", "payer", "other"),
    "other": ("another relative", "other", "other"),
}
TIE_CHOICES = [(value, words) for value, (words, _, _) in TIES.items()]
ACTS = ("parent", "guardian", "carer")
SHORT = ("family_name", "given_name", "birth", "sex", "email", "consent_messages")
LINES = (
    "title", "family_name", "given_name", "further_names", "preferred_name", "sex", "gender_identity", "pronouns",
    "email", "national_id", "mrn", "language", "interpreter", "practitioner_id", "general_practitioner", "notes",
)  # fmt: skip

Phones = forms.formset_factory(fields.PhoneRow, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
Policies = forms.formset_factory(fields.PolicyRow, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
Alerts = forms.formset_factory(fields.AlertRow, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
Rows: TypeAlias = "forms.BaseFormSet[RowForm]"


class RegisterForm(ClinicForm, fields.AddressFields):
    """`start` are initial values, with `phones` and `policies` as patient data has them."""

    draft = True
    family_name = Line("Family name")
    given_name = Line("Given name")
    birth = fields.BirthField()
    sex = Choice("Sex", [*SEXES.items()], widget=forms.RadioSelect)

    title = Line("Title", most=40)
    further_names = Line("Further names")
    preferred_name = Line("Likes to be called")
    other_names = Line("Other names", help_text="A maiden name, an alias; commas between them")
    gender_identity = Line("Gender identity", most=60)
    pronouns = Line("Pronouns", most=40)
    email = Email()
    national_id = Line("National id", most=40)
    mrn = fields.RecordNumberField(help_text="The clinic's next number, unless you type one")
    language = fields.LanguageField()
    interpreter = Tick("Needs an interpreter")
    practitioner_id = PractitionerField()
    general_practitioner = Line("General practitioner", help_text="Where it is somebody outside this clinic")
    consent_data = Choice("Consent to keeping data", fields.CONSENTS)
    consent_messages = Choice("Consent to messages", fields.CONSENTS)
    notes = Notes("Notes")

    link = RefField(queries.patient)
    tie = Choice("To them, the new patient is", TIE_CHOICES, initial="child")

    def __init__(self, request: ClinicRequest, *, about: str = "", start: dict[str, Any] | None = None) -> None:
        super().__init__(request, about=about, start=start)
        self.about, begin = about, start or {}
        self.begun = not about and any(begin.values())
        asked = own.asked(request.clinic.patient_fields)
        self.own = {f"{own.NAME}_{each.which}": each.which for each in asked}
        self.fields |= {f"{own.NAME}_{each.which}": fields.own_field(each) for each in asked}
        self.phones: Rows = self._rows(Phones, "phones", begin.get("phones"))
        self.policies: Rows = self._rows(Policies, "policies", begin.get("policies"))
        self.alerts: Rows = self._rows(Alerts, "alerts", None)
        self._focus()

    def _rows(self, formset: Any, prefix: str, initial: Any) -> Rows:
        options: dict[str, Any] = {"prefix": prefix, "form_kwargs": {"request": self.request}}
        made: Rows = formset(self.data, **options) if self.is_bound else formset(initial=initial, **options)
        return made

    def _focus(self) -> None:
        """The first thing that is still to be asked has the focus."""
        if self.is_bound:
            return
        empty = next((name for name in SHORT if not self.initial.get(name)), "")
        field = self.fields[empty] if empty else self.phones[0].fields["number"]
        field.widget.attrs["autofocus"] = True

    @property
    def formsets(self) -> tuple[Rows, ...]:
        return self.phones, self.policies, self.alerts

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(each.is_valid() for each in self.formsets)])

    @property
    def blank(self) -> tuple[object, ...] | None:
        """Whatever decides what a form shows with which nothing was begun; None of one that was begun or sent."""
        if self.is_bound or self.about or self.begun:
            return None
        doctors = tuple((each.id, each.name) for each in staff.practitioners(self.scope))
        return (repr(self.request.clinic.attribute_values), doctors)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Those that the clinic made up for itself: patients/rules/own.py."""
        return [self[name] for name in self.own]

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and not self.is_valid()

    @property
    def more_is_open(self) -> bool:
        """Whether something in the folded part has to be seen."""
        folded = set(self.errors) - {*SHORT, NON_FIELD_ERRORS}
        return self.is_wrong and (bool(folded) or not (self.policies.is_valid() and self.alerts.is_valid()))

    def clean(self) -> dict[str, Any]:
        given = [self.cleaned_data.get(name, "") for name in ("family_name", "given_name")]
        if not self.errors and not any(map(names.fold, given)):
            self.add_error("family_name", "A name is needed, one is enough.")
        return self.cleaned_data

    # --- What was typed ------------------------------------------------------------------------------------------

    def patient(self) -> dict[str, Any]:
        """As patient data, as far as it is understood: also while the form is not valid yet."""
        self.is_valid()
        data = {name: value for name in LINES if (value := self.cleaned_data.get(name))}
        if birth := self.cleaned_data.get("birth"):
            data |= {"birth_date": birth.date, "birth_estimated": birth.estimated}
        others = self.cleaned_data.get("other_names", "").split(",")
        lists = {
            "other_names": [name for each in others if (name := each.strip())],
            "phones": self._phones(),
            "policies": [_said(row) for row in _rows_of(self.policies, "payer")],
            "alerts": [
                {"id": clock.new_id(), "text": row["text"], "stop": bool(row.get("stop"))}
                for row in _rows_of(self.alerts, "text")
            ],
            "address": self.address(),
            own.NAME: {which: value for name, which in self.own.items() if (value := self.cleaned_data.get(name))},
            "consents": self._consents(),
        }
        return data | {name: value for name, value in lists.items() if value}

    def _phones(self) -> list[dict[str, Any]]:
        """The first one ticked is the preferred one; else the first."""
        rows = _rows_of(self.phones, "number")
        chosen = next((at for at, row in enumerate(rows) if row.get("preferred")), 0)
        return [
            {"number": row["number"], "kind": row.get("kind") or "other", "preferred": at == chosen}
            for at, row in enumerate(rows)
        ]

    def _consents(self) -> dict[str, Any]:
        day = formats.today(self.request.clinic)
        said = {name: self.cleaned_data.get(f"consent_{name}") for name in ("data", "messages")}
        return {name: {"given": answer == "yes", "on": day} for name, answer in said.items() if answer}

    # --- What it asks before saving ------------------------------------------------------------------------------

    @property
    def acknowledged(self) -> list[str]:
        """Ids of those who were said to be somebody else."""
        return list(dict.fromkeys([*self.request.POST.getlist("else"), *self.request.POST.getlist("not")]))

    @property
    def asked(self) -> list[str]:
        """Ids of those who were shown as perhaps a relative."""
        return self.request.POST.getlist("asked")

    def shown(self, suspects: list[Suspect]) -> list[Suspect]:
        return [each for each in suspects if each.patient.id not in self.acknowledged]

    def unanswered(self, suspects: list[Suspect]) -> list[Suspect]:
        """Those about whom a person has to decide before this is saved."""
        seen = {*self.acknowledged, *self.asked}
        linked = bool(self.cleaned_data.get("link"))
        return [
            each
            for each in suspects
            if (each.likeness.strong and each.patient.id not in self.acknowledged)
            or (each.likeness.relative and each.patient.id not in seen and not linked)
        ]

    # --- Relatives -----------------------------------------------------------------------------------------------

    def ties(self, known: Patient) -> Tie:
        """Who acts for a minor receives messages, books and pays; a payer pays. It can be changed at the family."""
        _, there, back = TIES[self.cleaned_data.get("tie") or "other"]
        today = clock.today(self.request.clinic.time_zone)
        new_birth = self.patient().get("birth_date", "")
        return Tie(
            known=_link(there, for_minor=_is_minor(known.birth_date or "", today)),
            new=_link(back, for_minor=_is_minor(new_birth, today)),
        )


def _is_minor(birth_date: str, today: date) -> bool:
    age = births.years(birth_date, today) if birth_date else None
    return age is not None and age < MINOR


def _link(kind: LinkKind, *, for_minor: bool) -> Link:
    if kind in ACTS and for_minor:
        return {"kind": kind, "messages": True, "books": True, "pays": kind != "carer"}
    return {"kind": kind, "pays": True} if kind == "payer" else {"kind": kind}


def _rows_of(formset: Rows, needed: str) -> list[dict[str, Any]]:
    """The rows that say something and were not removed."""
    formset.is_valid()
    rows = [getattr(form, "cleaned_data", {}) for form in formset.forms]
    return [row for row in rows if row.get(needed) and not row.get("DELETE")]


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value and name != "DELETE"}


def from_search(wish: Registration) -> dict[str, Any]:
    """Initial values from what was typed in the search box."""
    start: dict[str, Any] = {name: wish.get(name, "") for name in ("family_name", "given_name", "email")}
    if born := wish.get("birth_date"):
        start["birth"] = fields.Birth(str(born))
    if phone := wish.get("phone"):
        start["phones"] = [{"number": phone, "kind": "mobile", "preferred": True}]
    return start


def from_relative(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values from what relatives share: services.shared_with_relatives."""
    start = {name: value for name, value in shared.items() if name != "address" and value}
    return start | fields.address_start(shared.get("address"))
