"""What is to become of each appointment of a bad day."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Tick
from clinnet.forms.rows import RowForm
from scheduling.appointments.rows.wanted import starts_of, value_of
from scheduling.calendar.forms.fields import ClockField
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import clocktext, hours, walltime
from scheduling.calendar.rules.slots import Slot
from scheduling.disruptions.queries.disrupted_day import Hit, Part
from scheduling.disruptions.services.apply import Fate

CHANGED = "Somebody changed times of this day meanwhile. Nothing was done: below is how it stands now."
TELL, ASK, KEEP, ALL = "tell", "ask", "keep", "all"


def value(slot: Slot) -> str:
    """A free time as a row's value."""
    return f"{value_of([(slot.moment, slot.practitioner)])}~{slot.room}"


class RowsForm(ClinicForm):
    """A field a visit: a time, one of the words, or nothing for one that stays as it is."""

    def __init__(self, request: ClinicRequest, hits: Sequence[Hit], *, about: str) -> None:
        super().__init__(request, about=about)
        self.hits = hits
        for hit in hits:
            self.fields[name_of(hit)] = forms.CharField(required=False, max_length=160)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if any(self._was(hit) not in ("", str(hit.start)) for hit in self.hits) and not self.was_done():
            raise forms.ValidationError(CHANGED)
        everybody = ASK if "everybody" in self.request.POST else ""
        self.fates = [self._fate(hit, everybody or given.get(name_of(hit), "")) for hit in self.hits]
        return given

    def _was(self, hit: Hit) -> str:
        """The time at which the page showed it: what was chosen was chosen for that."""
        return str(self.request.POST.get(f"was-{hit.appointment.id}", ""))

    def _fate(self, hit: Hit, text: str) -> Fate:
        if text in ("", KEEP):
            return Fate(hit.appointment, "keep")
        if text in (TELL, ASK):
            return Fate(hit.appointment, "tell" if text == TELL else "ask")
        known = setup(self.scope)
        at, _, room = text.rpartition("~")
        try:
            ((moment, who),) = starts_of(at, known.clinic.time_zone)
        except (ValueError, OverflowError):
            raise forms.ValidationError("This is not a time.") from None
        if known.practitioner(who) is None or (room and room not in known.rooms) or not walltime.on_grain(moment):
            raise forms.ValidationError("Choose with whom, and which room.")
        return Fate(hit.appointment, "move", Slot(walltime.number(moment), who, (room,) if room else ()))


def name_of(hit: Hit) -> str:
    return f"row-{hit.appointment.id}"


class LateForm(RowsForm):
    minutes = forms.IntegerField()
    way = forms.CharField(required=False)


class AwayForm(RowsForm):
    draft = True
    draft_only = ("reason",)
    reason = Line("Why", most=120, help_text="Patients are not told; it stands in the trail and on the board")
    leave = Tick("Also enter the day as leave, so that nobody is booked")


class PartForm(RowForm):
    """Which part of the day, in the address; left empty it is the whole."""

    since = ClockField("Only from")
    until = ClockField("To", end=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        since, until = given.get("since", ""), given.get("until", "")
        self.part = Part(since or "00:00", until or clocktext.DAY) if since or until else None
        try:
            if self.part:
                hours.check_stretch(self.part.start, self.part.end)
        except hours.BadHours as bad:
            raise forms.ValidationError(str(bad)) from None
        return given


class OnTimeForm(ClinicForm):
    """A button."""
