"""Visits that recur: when they are, and which of them are taken."""

from contextlib import suppress
from datetime import date
from typing import Any, cast

from django import forms

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line, Notes, RefField
from clinnet.jobs.models import Job
from clinnet.table import Once
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.appointments.forms.booking import TELL, told_by, ways
from scheduling.appointments.rows.wanted import Wanted, types_of
from scheduling.appointments.services import series
from scheduling.appointments.services.series import MOST, Occurrence
from scheduling.calendar.queries import setup
from scheduling.calendar.rows import is_known
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.services.checks import FURTHEST, LENGTHS
from scheduling.messages.queries.recipients import BY_MESSAGE

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {"weeks": "weeks", "months": "months, on the same date", "monthdays": "months, on the same weekday"}
NUMBER = {"invalid": "Write a number.", "min_value": "Write a number from 1 upwards."}


class SeriesForm(ClinicForm):
    """`take` are the starts that are ticked in the list of what was planned."""

    draft = True
    draft_only = ("reason", "note")  # what else there is begins with the time that was chosen

    type = RefField(setup.visit_type, label="Visit type", required=True, widget=forms.Select)
    practitioner = RefField(setup.practitioner, label="With", required=True, widget=forms.Select)
    minutes = forms.IntegerField(
        label="Minutes", required=False, help_text="Left empty: as usual", error_messages={"invalid": "Write a number."}
    )
    first = Day("First day")
    at = forms.TimeField(
        label="At",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 10:30.", "required": "Say at what time."},
    )
    every = forms.IntegerField(label="Every", min_value=1, max_value=52, initial=1, error_messages=NUMBER)
    unit = Choice("Weeks or months", list(UNITS.items()))
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=list(enumerate(WEEKDAYS)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: the weekday of the first day",
    )
    count = forms.IntegerField(label="How many", required=False, min_value=1, error_messages=NUMBER)
    until = Day("or until")
    reason = Line("Reason", most=200)
    note = Notes("Note", rows=1, most=1000)
    tell_by = Choice("Tell by", list(TELL.items()))

    def __init__(self, request: ClinicRequest, patient: Patient, *, start: dict[str, Any] | None = None) -> None:
        super().__init__(request, about=patient.id, start=start)
        self.patient = patient
        self.planned: list[Occurrence] = []
        self.job: Job | None = None
        self.is_new = False

    def offer(self, look: Wanted) -> None:
        """The types and people to choose from, for whom the address names."""
        self.is_new = bool(look.caller and look.caller.is_new)
        types = [(each.id, f"{each.name}, {each.minutes} min") for each in types_of(look.known, look.caller)]
        people = [(each.id, each.name) for each in look.known.practitioners]
        cast(forms.Select, self.fields["type"].widget).choices = types
        cast(forms.Select, self.fields["practitioner"].widget).choices = people
        possible = ways(self.patient)
        tell_by = cast(forms.ChoiceField, self.fields["tell_by"])
        tell_by.choices = possible
        able = possible[0][0] in BY_MESSAGE
        tell_by.help_text = "By message: a reminder of each, and no confirmation" if able else ""

    def clean_first(self) -> date:
        first: str = self.cleaned_data["first"]
        if not first:
            raise forms.ValidationError("Say on which day it begins.")
        day = date.fromisoformat(first)
        if day - clock.today(self.request.clinic.time_zone) > FURTHEST:
            raise forms.ValidationError("That is more than three years away.")
        if not is_known(day.year):
            raise forms.ValidationError("There is no schedule of that year.")
        return day

    def clean_minutes(self) -> int | None:
        minutes: int | None = self.cleaned_data["minutes"]
        if minutes is not None and (not 0 < minutes <= slots.LONGEST or minutes % walltime.GRAIN):
            raise forms.ValidationError(LENGTHS)
        return minutes

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        count = given.get("count") or 0
        if count > MOST:
            self.add_error("count", f"A series has from one to {MOST} visits.")
        if not count and not given.get("until") and not {"count", "until"} & self.errors.keys():
            self.add_error("count", f"Say until when, or how many: up to {MOST}.")
        if given.get("until") and given.get("first") and given["until"] < given["first"].isoformat():
            self.add_error("until", "That is before the first day.")
        given["unit"] = given.get("unit") or "weeks"
        if given["unit"] != "weeks" and given.get("weekdays"):
            self.add_error("weekdays", "Weekdays are for weeks: of months it is the day of the first visit.")
        return given

    def plan(self, _: Once | None = None) -> None:
        """What stands in the way of each visit. Writes nothing."""
        given = self.cleaned_data
        first: date = given["first"]
        days = frozenset(int(day) for day in given["weekdays"]) or frozenset({first.weekday()})
        until = date.fromisoformat(given["until"]) if given["until"] else None
        self.planned = series.plan_series(
            self.scope,
            patient=self.patient,
            visit_type=given["type"],
            practitioner=given["practitioner"],
            first=first,
            at=f"{given['at']:%H:%M}",
            weekdays=days,
            every=given["every"],
            unit=given["unit"],
            until=until,
            count=given["count"] or 0,
            minutes=self._minutes,
        )

    def plan_again(self) -> None:
        """Where something else in the form was refused, the list is shown all the same."""
        needed = {"type", "practitioner", "first", "at", "every", "unit", "weekdays", "count", "until", "minutes"}
        if not self.planned and needed <= self.cleaned_data.keys():
            with suppress(Refused):
                self.plan()

    @property
    def _minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"] or 0
        return 0 if minutes == self.cleaned_data["type"].minutes else minutes

    @property
    def ticked(self) -> set[str]:
        return set(self.request.POST.getlist("take"))

    @property
    def lost(self) -> list[Occurrence]:
        """Ticked, and in somebody's way since they were listed."""
        return [each for each in self.planned if value_of(each) in self.ticked and each.problem]

    def book(self, once: Once) -> None:
        """Of what was planned, what is ticked."""
        given = self.cleaned_data
        self.plan()
        wanted = [each.start for each in self.planned if value_of(each) in self.ticked and not each.problem]
        if not wanted:
            taken = "What was ticked cannot be booked any more. Look at the list again."
            raise Refused(taken if self.lost else "Tick the visits that are to be booked.")
        self.job = series.book_series(
            self.scope,
            patient=self.patient,
            visit_type=given["type"],
            practitioner=given["practitioner"],
            starts=wanted,
            minutes=self._minutes,
            reason=given["reason"],
            note=given["note"],
            tell_by=given["tell_by"] or told_by(self.patient),
            new_patient=self.is_new,
            once=once,
        )


def value_of(each: Occurrence) -> str:
    return f"{each.start:%Y-%m-%dT%H:%MZ}"


def begins(look: Wanted, patient: Patient) -> dict[str, Any]:
    """What the page begins with: the time that was chosen for one visit, if one was."""
    zone = look.known.clinic.time_zone
    wall = walltime.to_wall(look.starts[0][0], zone) if look.starts else None
    person = look.known.practitioner(look.starts[0][1]) if look.starts else look.practitioner
    first = wall.date() if wall else look.today
    return {
        "type": look.visit_type.id if look.visit_type else "",
        "practitioner": person.id if person else "",
        "minutes": look.minutes or None,
        "first": first,
        "at": wall.time() if wall else None,
        "every": 1,
        "unit": "weeks",
        "tell_by": told_by(patient),
    }
