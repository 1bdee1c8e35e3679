"""What is to be said of each appointment that still stands open."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from scheduling.board.services.cards import Card
from scheduling.evening.services import End
from scheduling.models import COMING, LEFT, NO_SHOW

KEEP = "keep"
NOTHING = "Nothing was chosen. Say of at least one what became of it."
HAS_LEFT, STAYS = (LEFT, "Has left"), (KEEP, "Stays")


def choices(card: Card) -> list[tuple[str, str]]:
    """Who is here did not stay away."""
    if card.state in COMING:
        return [(NO_SHOW, "Did not come"), (LEFT, "Was here, and has left"), STAYS]
    return [HAS_LEFT, STAYS]


class FinishForm(ClinicForm):
    """A field an appointment, and beside it the version that the page showed: one that changed since is left alone."""

    def __init__(self, request: ClinicRequest, cards: Sequence[Card], *, about: str) -> None:
        super().__init__(request, about=about)
        self.cards = cards
        for each in cards:
            self.fields[f"row-{each.id}"] = forms.ChoiceField(choices=choices(each), required=False)
            self.fields[f"was-{each.id}"] = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        said = [(each, given.get(f"row-{each.id}"), given.get(f"was-{each.id}")) for each in self.cards]
        self.ends = [End(replace(each, version=was), to) for each, to, was in said if to in (LEFT, NO_SHOW) and was]
        if not self.errors and not self.ends and not self.was_done():
            raise forms.ValidationError(NOTHING)
        return given
