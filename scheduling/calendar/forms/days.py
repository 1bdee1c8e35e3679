"""Other days: leave, a holiday, an extra session, a locum; one or many days, in one form."""

from typing import Any, cast

from django import forms

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line
from scheduling.calendar.forms.fields import DECISIONS, AffectedFields, ClockField, OneOf
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import hours
from scheduling.calendar.services.checks import FURTHEST
from scheduling.models import OtherDays

KINDS = {
    "leave": "Leave: somebody is away",
    "holiday": "Closed: the whole clinic",
    "extra": "Extra session",
    "locum": "Locum: somebody else sits in the column",
}
REASON = 120


def columns(request: ClinicRequest) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in setup(request.scope).practitioners]


def _staff(request: ClinicRequest) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in accounts.staff(request.scope)]


def _as_typed(days: OtherDays) -> dict[str, str]:
    said, sits = days.reason or "", days.kind == "locum"
    return {
        "kind": days.kind,
        "who": days.who or "",
        "first": days.first,
        "last": days.last,
        "start": days.start or "",
        "end": days.end or "",
        "reason": "" if sits else said,
        "stand_in": days.locum_id or "",
        "stand_in_name": said if sits and not days.locum_id else "",
    }


def check_bounds(form: ClinicForm, cleaned: dict[str, Any]) -> None:
    """An error where `first` and `last` are past, or too far: a year mistyped."""
    today = clock.today(form.request.clinic.time_zone).isoformat()
    if cleaned.get("first") and max(cleaned["first"], cleaned.get("last", "")) < today:
        form.add_error("last" if cleaned.get("last") else "first", "That day is past.")
    elif cleaned.get("first", "") > (clock.now() + FURTHEST).date().isoformat():
        form.add_error("first", "That is more than three years away.")


class OtherDaysForm(AffectedFields, ClinicForm):
    draft = True
    draft_only = ("reason", "stand_in_name")
    kind = forms.ChoiceField(
        label="What",
        choices=list(KINDS.items()),
        initial="leave",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is."},
    )
    who = OneOf("Who", columns, none="Choose")
    first = Day("First day")
    last = Day("Last day", help_text="Left empty: that one day")
    start = ClockField("From", help_text="Left empty: whole days, or of a locum the column's own hours")
    end = ClockField("To", end=True)
    reason = Line("Reason", most=REASON, help_text="Shown on the board: “Conference”, “Christmas Day”")
    stand_in = OneOf("Who sits there instead", _staff, none="Somebody from outside")
    stand_in_name = Line("Their name", most=80, help_text="Of somebody from outside: “Dr Ada Bell”")

    def __init__(self, request: ClinicRequest, instead: OtherDays | None = None) -> None:
        """The address may say who it is about: `?who=`. With `instead` it begins as these days are."""
        super().__init__(request)
        self.initial["who"] = request.GET.get("who", "")
        if instead:
            self.initial.update(_as_typed(instead))
        given = request.POST
        one = given.get("who") and given.get("kind") != "holiday"
        if one and given.get("last", "") in ("", given.get("first")):  # one day of one person
            cast(Choice, self.fields["affected"]).choices = list(DECISIONS.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind, who = cleaned.get("kind"), cleaned.get("who", "")
        if "first" in cleaned and not cleaned["first"]:
            self.add_error("first", "On which day?")
        check_bounds(self, cleaned)
        if kind == "leave" and "who" in cleaned and not who:
            self.add_error("who", "Who is away? Choose “Closed” for the whole clinic.")
        if kind == "holiday" and who:  # chosen before; the field is not shown for a day on which all is closed
            cleaned["who"] = ""
        if kind == "locum" and who and cleaned.get("stand_in") == who:
            self.add_error("stand_in", "That is the column's own practitioner.")
        if not self.errors:
            self._check()
        return cleaned

    def _check(self) -> None:
        try:
            hours.check_other_days(self.rule)
        except hours.BadHours as bad:
            field = "stand_in_name" if bad.field == "reason" else bad.field
            self.add_error(field if field in self.fields else "first", str(bad))

    @property
    def rule(self) -> hours.OtherDays:
        """What was typed; of a locum `reason` is the name of who sits there."""
        given = self.cleaned_data
        reason = self.sitting if given["kind"] == "locum" else given["reason"]
        return hours.OtherDays(
            given["kind"],
            given["first"],
            given["last"] or given["first"],
            given["who"],
            given["start"],
            given["end"],
            reason,
            locum=given["stand_in"] if given["kind"] == "locum" else "",
        )

    @property
    def sitting(self) -> str:
        person = self.person("stand_in")
        return person.name if person else str(self.cleaned_data["stand_in_name"])

    def person(self, name: str) -> Staff | None:
        """One of the staff whom a field names."""
        id = self.cleaned_data.get(name)
        return next((each for each in accounts.staff(self.scope) if each.id == id), None) if id else None


class RemoveDaysForm(AffectedFields, ClinicForm):
    """They are as every week again."""
