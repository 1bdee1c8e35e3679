"""A note on a day."""

from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms import ClinicForm
from scheduling.queries import Board
from scheduling.setup import practitioner

MOST = 500


class NoteForm(ClinicForm):
    """On the whole day, or on one column of it (`with`, as the board's link says)."""

    column = forms.ChoiceField(label="For", required=False)
    text = forms.CharField(
        label="Note",
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody sees it on this day's board. Empty takes it away.",
        error_messages={"max_length": f"This is longer than {MOST} characters. Shorten it."},
    )

    def __init__(self, request: ClinicRequest, board: Board) -> None:
        super().__init__(request, about=board.day.isoformat())
        notes = {"": board.note} | {each.practitioner.id: each.note for each in board.columns}
        people = [(each.practitioner.id, each.practitioner.name) for each in board.columns]
        cast(forms.ChoiceField, self.fields["column"]).choices = [("", "The whole clinic"), *people]
        wanted = request.GET.get("with", "")
        if not self.is_bound and wanted in notes:
            self.initial = {"column": wanted, "text": notes[wanted]}

    @property
    def note(self) -> dict[str, Any]:
        """As `services.note_day` takes it."""
        given = self.cleaned_data
        who = practitioner(self.scope, given["column"]) if given["column"] else None
        return {"text": given["text"], "practitioner": who}
