"""A day that was filled in advance comes: who was booked comes too, unless somebody has touched it."""

from collections.abc import Sequence
from datetime import date, datetime

from clinnet.table import Event, Scope, Transaction
from clinnet.table.errors import Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing
from scheduling.appointments.services.bulk import FILL
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.rules import walltime
from scheduling.demo import rules as demo
from scheduling.demo.services.items import Ids, stamps
from scheduling.models import COMING, Appointment

AT_ONCE = 30  # appointments of a transaction


def enliven(scope: Scope, ids: Ids, diary: demo.Diary, day: date, now: datetime) -> demo.Diary:
    """Those whose time has come are seen or have been; returns the diary with all that is on the day in it."""
    board = board_queries.board(scope, day)
    untouched = [each for each in board.cards if each.version == 1 and each.state in COMING]
    found = appointment_queries.appointments(scope, [(each.patient_id, each.id) for each in untouched])
    changes = [(each, visit) for each in found if (visit := _lived(ids, diary, each, now)) and visit.steps]
    for start in range(0, len(changes), AT_ONCE):
        _write(scope, changes[start : start + AT_ONCE], day)
    for card in [*board.cards, *board.blocks]:
        _take(ids, diary, card)
    return diary


def _lived(ids: Ids, diary: demo.Diary, appointment: Appointment, now: datetime) -> demo.Visit | None:
    """As it is by now; None of one that the demo did not make."""
    kinds = {id: diary.plan.kinds[key] for key, id in ids.kinds.items()}
    doctors = {id: key for key, id in ids.doctors.items()}
    kind, doctor = kinds.get(appointment.visit_type_id or ""), doctors.get(appointment.practitioner_id or "")
    if kind is None or doctor is None or not appointment.start or appointment.last_event:
        return None  # what the batch door wrote has no event of its own
    visit = demo.Visit("", appointment.patient_id, kind, doctor, "", datetime.fromisoformat(appointment.start), now,
                       appointment.booked_by or "", appointment.state or "")  # fmt: skip
    return demo.by_now(diary, visit, now)


def _write(scope: Scope, changes: Sequence[tuple[Appointment, demo.Visit]], day: date) -> None:
    tx = Transaction(scope)
    for appointment, visit in changes:
        news = {"state": visit.state}
        changing.add_step(
            tx,
            appointment,
            news,
            stamps=[*(appointment.stamps or []), *(stamps(visit.steps, appointment.state or "") or [])],
        )
    try:
        tx.commit(Event(FILL, "CLINIC", scope.clinic_id, note=f"{len(changes)} visits of {day} go on"))
    except Stale:
        return  # somebody was quicker: theirs stays, and so do the others


def _take(ids: Ids, diary: demo.Diary, card: Card) -> None:
    if card.start is None or card.state in ("cancelled", "noshow"):
        return
    first = walltime.number(card.start)
    grains = range(first - card.nurse // walltime.GRAIN - 3, first + card.minutes // walltime.GRAIN + 3)
    for what, known, id in (("doctor", ids.doctors, card.practitioner), ("room", ids.rooms, card.room)):
        for key in (key for key, each in known.items() if each == id):
            diary.take(what, key, range(first, first + card.minutes // walltime.GRAIN) if what == "doctor" else grains)
    diary.take("patient", card.patient_id, grains)
    diary.keep_away([card.patient_id])
