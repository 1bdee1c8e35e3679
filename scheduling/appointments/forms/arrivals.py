"""Who comes without an appointment, who cannot wait, and what is asked of those who are here."""

from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.fields import Line, RefField, Tick
from clinnet.forms.pick import PickBound, PickField
from clinnet.rules.text import tidy
from patients.models import Patient
from patients.rules import names
from patients.rules.typed import Registration
from patients.search import understood
from scheduling import words
from scheduling.appointments.forms.visits import BackForm, WhoForm
from scheduling.appointments.services import presence
from scheduling.calendar.queries import setup
from scheduling.models import Appointment

UNKNOWN = "Unknown adult"
OTHERWISE = "otherwise"
NAMED = ("family_name", "given_name", "birth_date")


class CheckForm(BackForm):
    """The button that says: yes, all of it is still right."""


class HaveForm(BackForm):
    """A clinician's button on the red strip."""


class CalmForm(BackForm):
    """The front desk's button on the red strip: it was a mistake, or is better."""


class NewcomerForm(WhoForm):
    """`who` empty is somebody new, by what was typed: a name, perhaps with a birth date."""

    who = PickField("patient", "Name, date of birth, phone or number", new="choose")
    reason = Line("Reason", most=200)

    def __init__(self, request: ClinicRequest) -> None:
        super().__init__(request)
        self.fields["who"].widget.attrs["autofocus"] = True

    @property
    def finds_somebody(self) -> bool:
        """Whether we know somebody by what was typed; who is called unknown is nobody whom we know."""
        if self.is_unnamed:
            return False
        found = cast(PickBound, self["who"]).picker.found
        return bool(found and found.options)

    @property
    def is_unnamed(self) -> bool:
        return names.fold(self.cleaned_data.get("q", "")) in ("", names.fold(UNKNOWN))

    @property
    def typed(self) -> Registration:
        """What is known of somebody new."""
        return understood(self.cleaned_data.get("q", ""), self.request.clinic).registration

    def newcomer(self, otherwise: str = "") -> dict[str, Any]:
        """As patients.services.register takes it. Who has no name is called `otherwise`."""
        said = tidy(self.cleaned_data.get("q", ""))
        if self.is_unnamed:
            return {"family_name": otherwise or said}
        found: dict[str, Any] = {name: self.typed[name] for name in NAMED if self.typed.get(name)}  # type: ignore[literal-required]
        named = found.get("family_name") or found.get("given_name")
        return found if named else {"family_name": said} | found


class WalkInForm(NewcomerForm):
    """`today` answers what somebody who is booked today came for: one of those visits, or something else."""

    today = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    practitioner = RefField(setup.practitioner, label="With", widget=forms.Select)
    visit_type = RefField(setup.visit_type, label="Type", widget=forms.Select)
    urgent = Tick("Urgent: show it on every screen until a clinician has them")

    def __init__(self, request: ClinicRequest) -> None:
        super().__init__(request)
        known = setup.setup(request.scope)
        people = [(each.id, words.short(each)) for each in known.practitioners]
        types = [(each.id, each.name) for each in known.visit_types.values() if each.active]
        cast(forms.Select, self.fields["practitioner"].widget).choices = [("", "Any doctor"), *people]
        cast(forms.Select, self.fields["visit_type"].widget).choices = [("", "Not said"), *types]

    @property
    def beside(self) -> bool:
        return bool(self.cleaned_data.get("today") == OTHERWISE)

    def visit(self, patient: Patient) -> Appointment | None:
        """The visit of today for which they came, where that was chosen."""
        id = self.cleaned_data.get("today")
        found = presence.of_today(self.scope, patient.id) if id and not self.beside else []
        return next((each for each in found if each.id == id), None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("who") and not names.fold(given.get("q", "")) and "q" not in self.errors:
            self.add_error("q", "Type a name, one is enough.")
        return given


class CutLine(Line):
    """What is too long loses its end: nobody who calls for help is asked to shorten it."""

    def to_python(self, value: Any) -> str:
        text, most = super().to_python(value), self.max_length or self.most
        return text if len(text) <= most else f"{text[: most - 1]}…"


class UrgentForm(NewcomerForm):
    """Nothing is required: a name can wait."""

    q = CutLine("Name", most=100)
    who = PickField(
        "patient", "Name", new="choose", help_text="Family name first. Or leave it empty: “unknown adult” is enough."
    )
    reason = CutLine("In their words", most=120, help_text="As they said it: pain in my chest")


class CallForm(BackForm):
    """Who it is stands above: a visit that there is."""

    reason = CutLine("In their words", most=120, help_text="As they said it: pain in my chest")

    def __init__(self, request: ClinicRequest, *, about: str) -> None:
        super().__init__(request, about=about)
        self.fields["reason"].widget.attrs["autofocus"] = True
