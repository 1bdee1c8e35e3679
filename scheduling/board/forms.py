"""A note on a day, and time without a patient."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Day, Line, Notes, RefField
from clinnet.table import Once
from scheduling.board.queries import Board
from scheduling.board.rules import arranging
from scheduling.board.services import arrange, blocks
from scheduling.calendar.queries import setup
from scheduling.calendar.queries.setup import practitioner
from scheduling.calendar.rules import walltime


class BlockForm(ClinicForm):
    draft = True
    draft_only = ("reason",)
    practitioner = RefField(setup.practitioner, label="Whose time", widget=forms.Select)
    room = RefField(setup.room, label="Room", widget=forms.Select)
    on = Day("Day")
    at = forms.TimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 10:30.", "required": "Say from when."},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        initial=30,
        error_messages={"invalid": "Write a number.", "required": "Say how long."},
    )
    reason = Line("What for", most=120, required=True, error_messages={"required": "Say what for: the board shows it."})

    def __init__(self, request: ClinicRequest, *, start: dict[str, Any] | None = None) -> None:
        super().__init__(request, start=start)
        known = setup.setup(self.scope)
        people = [(each.id, each.name) for each in known.practitioners]
        rooms = [(each.id, each.name) for each in known.rooms.values() if each.active]
        cast(forms.Select, self.fields["practitioner"].widget).choices = [("", "Nobody's"), *people]
        cast(forms.Select, self.fields["room"].widget).choices = [("", "None"), *rooms]

    def clean_on(self) -> date:
        on: str = self.cleaned_data["on"]
        if not on:
            raise forms.ValidationError("Say on which day.")
        return date.fromisoformat(on)

    @property
    def moment(self) -> datetime:
        given = self.cleaned_data
        return walltime.at(given["on"], f"{given['at']:%H:%M}", self.request.clinic.time_zone)

    def block(self, once: Once) -> None:
        given = self.cleaned_data
        blocks.block(
            self.scope,
            start=self.moment,
            minutes=given["minutes"],
            reason=given["reason"],
            practitioner=given["practitioner"],
            room=given["room"],
            once=once,
        )


class UnblockForm(ClinicForm):
    """A button."""


class ColumnsForm(ClinicForm):
    """Which practitioners' columns somebody sees, and in which place each stands."""

    def __init__(self, request: ClinicRequest, chosen: Sequence[str]) -> None:
        super().__init__(request)
        self.people = {each.id: each for each in setup.setup(self.scope).practitioners}
        self.order = arranging.in_order(list(self.people), chosen)
        seen = arranging.arranged(list(self.people), chosen)
        places = [(number, str(number)) for number in range(1, len(self.order) + 1)]
        for place, id in enumerate(self.order, 1):
            self.fields[f"shown-{id}"] = forms.BooleanField(
                label=self.people[id].name,
                required=False,
                initial=id in seen,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.fields[f"place-{id}"] = forms.TypedChoiceField(
                label=f"Place of {self.people[id].name}",
                choices=places,
                coerce=int,
                initial=place,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"shown-{id}"], self[f"place-{id}"]) for id in self.order]

    def arrange(self, once: Once) -> None:
        given = self.cleaned_data
        order = arranging.placed(self.order, {id: given[f"place-{id}"] for id in self.order})
        arrange.arrange(
            self.scope,
            order=[self.people[id] for id in order],
            shown=[self.people[id] for id in order if given[f"shown-{id}"]],
            once=once,
        )


MOST = 500


class NoteForm(ClinicForm):
    """On the whole day, or on one column of it (`with`, as the board's link says)."""

    draft = True

    column = forms.ChoiceField(label="For", required=False)
    text = Notes("Note", most=MOST, help_text="Everybody sees it on this day's board. Empty takes it away.")

    def __init__(self, request: ClinicRequest, board: Board) -> None:
        wanted = request.GET.get("with", "")
        notes = {"": board.note} | {each.practitioner.id: each.note for each in board.columns}
        super().__init__(request, about=f"{board.day} {wanted if wanted in notes else ''}")
        people = [(each.practitioner.id, each.practitioner.name) for each in board.columns]
        cast(forms.ChoiceField, self.fields["column"]).choices = [("", "The whole clinic"), *people]
        if not self.is_bound and wanted in notes:
            self.initial = {"column": wanted, "text": notes[wanted]}
            self.begun = bool(notes[wanted])  # perhaps somebody else's, and newer

    @property
    def note(self) -> dict[str, Any]:
        """As `services.note_day` takes it."""
        given = self.cleaned_data
        who = practitioner(self.scope, given["column"]) if given["column"] else None
        return {"text": given["text"], "practitioner": who}
