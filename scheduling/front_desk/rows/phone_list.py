"""Who has to be called: those whom no message reaches, and those whom nobody got hold of yet."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.table import Key, Scope, get_many, side_by_side
from patients.models import Patient
from patients.queries import survivors
from patients.rules import phones
from scheduling import words
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.front_desk.rows.morning_summary import next_day
from scheduling.lines import AppointmentLine
from scheduling.messages.queries import overdue, recipients
from scheduling.messages.services import outbox
from scheduling.models import BOOKED, CANCELLED, COMING, CONFIRMED, MOVED, Appointment

DAYS, MOST_DAYS = 3, 8  # today and the two after; nobody is called more than a week ahead
MOST = 100  # cards that are looked at further
PARKED = "Still expects this time: another is looked for, and nobody has told them"
NOT_LEFT = "The e-mail has not left yet"
A_SLIP = "Booked by mistake"  # nobody was told, nobody needs to be


People = Mapping[str, Patient]


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One row. `why` is a sentence, `say` what to tell them; `who` answers the phone where it is not the patient."""

    appointment: Appointment
    patient: Patient
    why: str
    say: str
    number: str
    who: str

    @property
    def last(self) -> dict[str, str] | None:
        """The newest call: at, by, outcome."""
        return self.appointment.calls[-1] if self.appointment.calls else None


@dataclass(frozen=True, slots=True, repr=False)
class ToCall:
    """By the time of the appointment. `until` is the last day; `more` says that not all of them were looked at."""

    calls: list[Call]
    until: date
    more: bool


def last_day(known: Setup, today: date) -> date:
    """As far ahead as others are reminded by e-mail, and over days on which nobody works: on Fridays, Monday."""
    hours = max(known.clinic.remind_before, default=0)
    ahead = min(max(DAYS - 1, -(-hours // 24)), MOST_DAYS - 1)
    return max(today + timedelta(days=ahead), next_day(known, today))


def to_call(scope: Scope, today: date) -> ToCall:
    """Day partitions and what should have left side by side, then the appointments and people in one call.

    One call more where a record was folded into another, or a child has no number of its own.
    """
    until = last_day(setup(scope), today)
    days = [today + timedelta(days=n) for n in range((until - today).days + 1)]
    asked: list[Callable[[], Any]] = [partial(board_queries.board, scope, day) for day in days]
    *boards, late = side_by_side(*asked, partial(overdue.overdue, scope))
    waiting = {row["id"] for row in late if AppointmentLine.unpack(row.get("line")).wall[:10] <= until.isoformat()}
    cards = {card.id: card for board in boards for card in (*board.gone, *board.cards)}
    wanted = [card for card in cards.values() if may_need_call(card, clock.now()) or card.id in waiting]
    found = sorted(wanted, key=_turn)
    return ToCall(_calls(scope, found[:MOST], today, waiting), until, len(found) > MOST)


def _turn(card: Card) -> tuple[datetime, str]:
    return card.start or clock.now(), card.id


def _calls(scope: Scope, wanted: Iterable[Card], today: date, waiting: Collection[str]) -> list[Call]:
    raws = get_many(scope, [key for card in wanted for key in _keys(card)]).raws
    visits = [Appointment.read(raw) for raw in raws if Appointment.is_one(raw)]
    people = {each.id: each for each in (Patient.read(raw) for raw in raws if Patient.is_one(raw))}
    people |= survivors(scope, {id for id, each in people.items() if each.merged_into})
    parents = _parents(scope, people.values(), today)
    found = [
        (appointment, people[appointment.patient_id]) for appointment in visits if appointment.patient_id in people
    ]
    found.sort(key=lambda each: (each[0].start or "", each[0].id))
    known = setup(scope)
    calls = []
    for appointment, patient in found:
        why = reason(appointment, patient, parents, today)
        if not why and appointment.id in waiting and _has_not_left(scope, appointment):
            why = NOT_LEFT
        if why:
            calls.append(_call(known, appointment, patient, parents, why))
    return calls


def _has_not_left(scope: Scope, appointment: Appointment) -> bool:
    """Of news; who was told of the appointment does without a reminder."""
    due = outbox.next_due(scope, appointment, changed=clock.now())
    return bool(due and due.kind != "reminder") and not _knows(appointment)


def _call(known: Setup, appointment: Appointment, patient: Patient, parents: People, why: str) -> Call:
    number, who = _number(patient, parents)
    return Call(appointment, patient, why, _say(appointment, known), number, who)


def numbers(scope: Scope, patients: Iterable[str], today: date) -> dict[str, tuple[str, str]]:
    """By the ids of patients: at which number each is called, and who answers it where it is not the patient."""
    people = survivors(scope, patients)
    parents = _parents(scope, people.values(), today)
    return {id: _number(patient, parents) for id, patient in people.items()}


def _keys(card: Card) -> tuple[Key, Key]:
    return Appointment.at(card.patient_id, card.id), Patient.at(card.patient_id)


def may_need_call(card: Card, now: datetime) -> bool:
    """What the card alone says: most are told by e-mail, and are not looked at further."""
    if not card.patient_id or card.start is None or card.start <= now:
        return False
    if card.state == MOVED:  # to another day: whoever does not know of it comes at the old time
        return True
    if "L" in card.flags:
        return card.state in COMING
    return card.state in (BOOKED, CANCELLED) and ("M" not in card.flags or bool({*"FP"} & {*card.flags}))


def reason(appointment: Appointment, patient: Patient, parents: People, today: date) -> str:
    """Why this patient has to be called, empty where not."""
    if patient.deceased_on or patient.test or _knows(appointment):
        return ""
    if appointment.is_parked:
        return PARKED
    if outbox.is_quiet(appointment):
        return ""
    if appointment.to_call:
        return appointment.to_call[:1].upper() + appointment.to_call[1:]
    if appointment.state == CANCELLED:
        return _of_cancelled(appointment)
    return appointment.unreached or _of_untold(appointment, patient, parents, today)


def _of_untold(appointment: Appointment, patient: Patient, parents: People, today: date) -> str:
    """Of one that is booked, and about which no message goes."""
    if appointment.by_message or appointment.state != BOOKED:
        return ""
    if int(appointment.sequence):
        return "Moved, and not told by message"
    if why := recipients.obstacle(patient, today):
        return why
    if recipients.is_looked_after(patient, today) and not _parents_write(patient, parents, today):
        return recipients.NO_GUARDIAN_EMAIL
    return "Not reached yet" if appointment.calls else ""


def _parents_write(patient: Patient, parents: People, today: date) -> bool:
    ids = {link.get("patient_id", "") for link in recipients.guardians(patient, today)}
    return any(each.email for id, each in parents.items() if id in ids)


def _of_cancelled(appointment: Appointment) -> str:
    said = appointment.cancelled or {}
    if said.get("by") != "clinic" or said.get("reason") == A_SLIP:
        return ""
    return appointment.unreached or ("" if appointment.by_message else "Cancelled by the clinic")


def _knows(appointment: Appointment) -> bool:
    """Whether somebody spoke to them since the last thing that they have to know."""
    call = (appointment.calls or [{}])[-1]
    return (
        call.get("outcome") == CONFIRMED
        and int(call.get("sequence", 0)) >= int(appointment.sequence)
        and not appointment.to_call
    )


def _parents(scope: Scope, patients: Iterable[Patient], today: date) -> People:
    """Those who are told instead of a child, or are called for somebody without a number."""
    asked = [each for each in patients if not _own(each) or recipients.is_looked_after(each, today)]
    ids = {link.get("patient_id", "") for each in asked for link in recipients.guardians(each, today)} - {""}
    return survivors(scope, ids) if ids else {}


def _own(patient: Patient) -> str:
    return phones.preferred(patient.phones).get("number", "")


def _number(patient: Patient, parents: People) -> tuple[str, str]:
    if number := _own(patient):
        return number, ""
    for link in patient.links or []:
        other = parents.get(link.get("patient_id", ""))
        if other and _own(other):
            return _own(other), " ".join(filter(None, (other.given_name, other.family_name)))
        if link.get("phone"):
            return link["phone"], link.get("name", "")
    return "", ""


def _say(appointment: Appointment, known: Setup) -> str:
    """ "Thu 26 Nov, 10:30 with Dr Okafor. Are they coming?"."""
    when, who = _when(appointment.wall or "", known), words.short(known.practitioner(appointment.practitioner_id or ""))
    if appointment.is_parked:
        return f"{when} with {who} was taken off. Offer another time."
    if appointment.state in (CANCELLED, MOVED):
        return f"{when} with {who} is cancelled. Offer another time."
    before, instead = was(appointment), _instead_of(appointment, known)
    if before and before != appointment.wall:
        then = _when(before, known) + (f" with {instead}" if instead else "")
        return f"Now {when} with {who}, no longer {then}. Are they coming?"
    if appointment.late:
        return f"{who} is {int(appointment.late)} minutes late: {when} begins later."
    return f"{when} with {who}{f', no longer {instead}' if instead else ''}. Are they coming?"


def _instead_of(appointment: Appointment, known: Setup) -> str:
    """Whom they were booked with before the last move, where it is somebody else by now."""
    before = [who for each in appointment.stamps or [] if (who := each.get("was", {}).get("practitioner_id"))]
    return words.short(known.practitioner(before[-1])) if before and before[-1] != appointment.practitioner_id else ""


def _when(wall: str, known: Setup) -> str:
    return words.wall(datetime.fromisoformat(wall), known.clinic)


def was(appointment: Appointment) -> str:
    """The time that the patient knows: the one told last, else the one before the last move."""
    if appointment.told:
        return str(appointment.told.get("wall", ""))
    moves = [each["was"]["wall"] for each in appointment.stamps or [] if each.get("was", {}).get("wall")]
    return str(moves[-1]) if moves else ""
