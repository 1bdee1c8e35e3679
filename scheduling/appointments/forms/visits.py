"""What is done to one appointment: buttons mostly, each a form that is sent once."""

from datetime import UTC, date, datetime
from typing import Any, cast

from django import forms

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Notes, RefField, Tick
from clinnet.forms.pick import PickField
from clinnet.table import Scope, once
from clinnet.table.errors import Refused
from scheduling import words
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import word
from scheduling.appointments.services import changing, presence
from scheduling.calendar.queries import setup
from scheduling.calendar.rules import walltime
from scheduling.messages.forms import TellField
from scheduling.messages.services import outbox
from scheduling.models import CANCELLED, CONFIRMED, DOCTOR, FINISHED, LEFT, READY, ROOM, WAITING, Appointment

STEPS = (CONFIRMED, WAITING, ROOM, READY, DOCTOR, FINISHED, LEFT)
BACK = {
    "board": "scheduling:day",
    "list": "scheduling:list",
    "chart": "records:chart",
    "details": "scheduling:appointment",
    "patient": "patients:overview",
    "phones": "scheduling:phone-list",
}
REASONS = (
    "Feeling better",
    "Ill",
    "Work or family",
    "Transport",
    "Cost",
    "Seen elsewhere",
    "Doctor away",
    "Booked by mistake",
    "Other",
)
DOCTOR_AWAY = "Doctor away"  # never a patient's reason
FIRST_YEAR, LAST_YEAR = 1900, 2900
PATIENT, CLINIC = "patient", "clinic"
THIS_ONE, THE_REST = "one", "rest"


class BackForm(ClinicForm):
    """`back` is the page to return to: one of ours, by its name."""

    back = forms.ChoiceField(
        choices=[(name, name) for name in BACK], required=False, initial="details", widget=forms.HiddenInput
    )


class TimeForm(BackForm):
    """What is decided about a time. `time` is the start that the page shows: no other one was meant."""

    time = forms.CharField(required=False, widget=forms.HiddenInput)

    def check_time(self, appointment: Appointment) -> None:
        """Raises Refused where the appointment was moved since the page was drawn."""
        if appointment.start and self.cleaned_data["time"] not in ("", appointment.start):
            raise Refused("The time was changed meanwhile. Look again.")


class StepForm(TimeForm):
    """The next step, and any other. `at` is when it truly was, where that is said late: on the clinic's clock today, or
    on the appointment's day where that is over."""

    leads_to = "step"
    to = forms.ChoiceField(choices=[(state, word(state)) for state in STEPS], label="State")
    at = forms.TimeField(
        required=False,
        label="At",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 10:30."},
    )
    room = RefField(setup.room, label="Room", widget=forms.Select)
    practitioner = RefField(setup.practitioner, label="With", widget=forms.Select)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    beside = forms.ChoiceField(
        choices=[(each, each) for each in (presence.BOTH, presence.INSTEAD)], required=False, widget=forms.HiddenInput
    )

    def offer(self, appointment: Appointment) -> "StepForm":
        """With the clinic's rooms and people to choose from."""
        known = setup.setup(self.scope)
        rooms = [(each.id, each.name) for each in known.rooms.values() if each.active]
        people = [(each.id, words.short(each)) for each in known.practitioners]
        cast(forms.Select, self.fields["room"].widget).choices = [("", "As booked"), *rooms]
        cast(forms.Select, self.fields["practitioner"].widget).choices = [("", "As booked"), *people]
        self.initial = {"version": int(appointment.version)}
        return self

    def moment(self, appointment: Appointment) -> datetime | None:
        at = self.cleaned_data.get("at")
        zone = self.request.clinic.time_zone
        today = clock.today(zone)
        day = min(date.fromisoformat(appointment.day), today) if appointment.day else today
        return walltime.at(day, f"{at:%H:%M}", zone) if at else None

    def where(self, visit: PatientVisit) -> dict[str, Any]:
        """What the service of this step takes beside the appointment. Raises as `check_time`."""
        given, appointment = self.cleaned_data, visit.appointment
        if given["to"] == CONFIRMED:
            self.check_time(appointment)
        found: dict[str, Any] = {"at": self.moment(appointment)} if given["to"] != CONFIRMED else {}
        found |= {"room": given["room"]} if given["to"] == ROOM else {}
        found |= {"beside": given["beside"], "seen": visit} if given["to"] == WAITING else {}
        return found | ({"practitioner": given["practitioner"]} if given["to"] == DOCTOR else {})


class UndoForm(BackForm):
    """`sure`: the person was asked whether to undo what somebody else did, or what they did long ago."""

    leads_to = "undo"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class NoShowForm(BackForm):
    """A button that asks first."""


class ParkForm(TimeForm):
    """A button."""


class CameLateForm(BackForm):
    """The second time, with `queue`, after the time was found given away."""

    queue = forms.BooleanField(required=False, widget=forms.HiddenInput)


class TellingForm(BackForm):
    """The button of a toast that keeps a change from the patient, or tells it after all."""

    tell = TellField()


class CancelForm(TimeForm):
    by = forms.ChoiceField(
        label="Who cancels",
        choices=[(PATIENT, "The patient"), (CLINIC, "The clinic")],
        initial=PATIENT,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who cancels."},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[(each, each) for each in REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Say why."},
    )
    said = Line("In their words", most=100, help_text="If it is something else")
    which = forms.ChoiceField(
        label="Of this series",
        choices=[(THIS_ONE, "This one"), (THE_REST, "This and all later ones")],
        initial=THIS_ONE,
        required=False,
        widget=forms.RadioSelect,
    )

    tell = TellField()

    def __init__(self, request: ClinicRequest, appointment: Appointment) -> None:
        super().__init__(request, about=appointment.id)
        if not appointment.series_id:
            del self.fields["which"]
        off = changing.changed(appointment, {"state": CANCELLED, "cancelled": {"by": CLINIC}})
        if not outbox.next_due(self.scope, off, changed=clock.now()):
            del self.fields["tell"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") == DOCTOR_AWAY and given.get("by") == PATIENT:
            self.add_error("by", "Where the doctor is away, the clinic cancels.")
        return given

    @property
    def why(self) -> str:
        """The reason, with what was said besides: "Other: moves to Leeds"."""
        given = self.cleaned_data
        return ": ".join(filter(None, [given["reason"], given.get("said")]))

    @property
    def the_rest(self) -> bool:
        return self.cleaned_data.get("which") == THE_REST


class WordsForm(BackForm):
    """Reason and note; `seen` is what they were when the form was opened."""

    draft = True

    reason = Line("Reason", most=200)
    note = Notes("Note", rows=2)
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, request: ClinicRequest, appointment: Appointment) -> None:
        super().__init__(request, about=appointment.id)
        self.now = f"{appointment.reason or ''} / {appointment.note or ''}"
        known: dict[str, Any] = {
            "reason": appointment.reason,
            "note": appointment.note,
            "seen": self.now,
            "back": "details",
        }
        self.initial = known

    def clean(self) -> dict[str, Any]:
        """Somebody else's words are shown before they are written over."""
        given = super().clean() or {}
        mine = f"{given.get('reason', '')} / {given.get('note', '')}"
        if given.get("seen") not in (self.now, mine) and mine != self.now:
            self.data = {**self.request.POST.dict(), "seen": self.now}
            raise forms.ValidationError(
                f"Somebody changed this while you were editing. Now it is: {self.now}. Save again to keep yours."
            )
        return given


class MoveForm(BackForm):
    """`start` is the clinic's clock ("2026-11-26T10:30") or a moment in UTC. `overbook` is the reason for a second
    patient at that time."""

    start = forms.CharField(max_length=40, error_messages={"required": "Choose a time."})
    practitioner = RefField(setup.practitioner)
    room = RefField(setup.room)
    overbook = Line("Reason", most=120)
    outside_hours = Tick("Book anyway")
    squeeze = Tick("Overbook")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("squeeze") and not given.get("overbook") and "overbook" not in self.errors:
            self.add_error("overbook", "Say why.")
        return given

    def clean_start(self) -> datetime:
        text = self.cleaned_data["start"]
        try:
            given = datetime.fromisoformat(text)
            known = FIRST_YEAR < given.year < LAST_YEAR
        except ValueError:
            known = False
        if not known:
            raise forms.ValidationError("This is not a time.")
        return given.astimezone(UTC) if given.tzinfo else walltime.to_utc(given, self.request.clinic.time_zone)


class WhoForm(ClinicForm):
    """Somebody we know, found by what is typed, or somebody new by name alone. The search is a step of the form."""

    q = Line("Name, date of birth, phone or number", most=100)
    who = PickField("patient", "Name, date of birth, phone or number")

    def keep(self) -> None:
        """What was typed so far stays, not yet judged."""
        self.initial = {name: self.data.get(name, "") for name in self.fields}
        self.is_bound = False


class ChangePatientForm(BackForm, WhoForm):
    def clean_who(self) -> Any:
        who = self.cleaned_data["who"]
        if who is None:
            typed = self.data.get("q", "").strip()
            raise forms.ValidationError("Choose who it is." if typed else "Find them first, then choose.")
        return who


def token(scope: Scope, form: type[ClinicForm], about: str) -> str:
    """A fresh once token for a button that is drawn without its form, as those of a board's cards."""
    return once.issue(scope, f"{form.__name__} {about}")
