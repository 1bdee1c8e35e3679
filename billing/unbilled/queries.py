"""Which visits of a day wait to be billed, and what was said of those that have nothing to bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinnet import clock
from clinnet.table import Row, Scope, find_row, get_rows, keys
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.appointments import queries as appointments
from scheduling.board import queries as board
from scheduling.board.services.cards import Card
from scheduling.models import FINISHED, LEFT, Appointment

OVER = (FINISHED, LEFT)


@dataclass(frozen=True, slots=True)
class Excuse:
    """That a visit has nothing to bill: why, who said so, when (a stamp), and the id of the event that says it."""

    reason: str
    by: str
    at: str
    event: str

    @classmethod
    def of(cls, row: Row | None) -> "Excuse | None":
        """None of a visit that waits, or has an invoice."""
        if not row or not row.get("reason"):
            return None
        return cls(str(row["reason"]), str(row["by"]), str(row["at"]), str(row["event"]))


@dataclass(frozen=True, slots=True, repr=False)
class Unbilled:
    """Visits of a day in the order of their time."""

    waiting: Sequence[Card]
    excused: Sequence[tuple[Card, Excuse]]


def unbilled(scope: Scope, day: date) -> Unbilled:
    """In two rounds: the day, and what became of each visit that is over."""
    cards = sorted((each for each in board.board(scope, day).cards if each.state in OVER), key=_began)
    places = {each.id: keys.visit_billed(each.patient_id, each.id) for each in cards}
    rows = get_rows(scope, places.values())
    said = [(each, Excuse.of(rows.get(places[each.id]))) for each in cards]
    return Unbilled(
        [each for each in cards if places[each.id] not in rows],
        [(each, excuse) for each, excuse in said if excuse],
    )


def _began(card: Card) -> str:
    moment = card.start or card.arrived or card.since
    return clock.stamp(moment) if moment else ""


def excuse_of(scope: Scope, appointment: Appointment) -> Excuse | None:
    """None of a visit that waits, or has an invoice."""
    return Excuse.of(find_row(scope, keys.visit_billed(appointment.patient_id, appointment.id)))


def visit_of(scope: Scope, patient: Patient, id: str) -> Appointment | None:
    """One of this record or of one that was folded into it."""
    wanted = [(each, id) for each in all_ids(patient)] if id else []
    return next(iter(appointments.appointments(scope, wanted)), None)
