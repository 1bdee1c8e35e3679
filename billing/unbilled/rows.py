"""Visits that wait to be billed, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing.unbilled.queries import Excuse
from clinnet import formats
from clinnet.accounts.models import Clinic
from scheduling.appointments.rows.showing import Showing
from scheduling.board.services.cards import Card


@dataclass(frozen=True, slots=True, repr=False)
class UnbilledRow:
    """`reason` and `said` (by whom and when) are of a visit that has nothing to bill."""

    patient_id: str
    visit_id: str
    time: str
    name: str
    born: str
    type: str
    whom: str
    state: str
    reason: str = ""
    said: str = ""


def unbilled_rows(cards: Iterable[Card], showing: Showing) -> list[UnbilledRow]:
    return [_row(each, showing) for each in cards]


def excused_rows(found: Iterable[tuple[Card, Excuse]], showing: Showing, clinic: Clinic) -> list[UnbilledRow]:
    return [
        _row(card, showing, excuse.reason, f"{excuse.by}, {formats.when(excuse.at, clinic)}") for card, excuse in found
    ]


def _row(card: Card, showing: Showing, reason: str = "", said: str = "") -> UnbilledRow:
    shown = showing.card(card)
    time = shown["start"] or shown["arrived"] or shown["since"]
    return UnbilledRow(card.patient_id, card.id, time, shown["name"], shown["born"], shown["type"],
                       shown["practitioner"], shown["word"], reason, said)  # fmt: skip
