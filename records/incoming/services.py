"""A document is handed to a doctor, and becomes part of the chart, goes to another patient, or is put away."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock, files
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import ClinnetError, Refused, Unsure
from clinnet.table.once import first_result, idempotent
from patients.models import Patient
from patients.rules.births import impossible
from patients.timeline import all_ids
from records.cda.document import Document
from records.incoming.models import Incoming
from records.incoming.queries import OPEN, of_patient_asked
from records.lines import DocumentLine, IncomingLine
from records.received import services as received
from records.received.services import filing
from records.rules.incoming import WHY
from records.rules.said import PDF
from records.services.recording import Moment, Recording, recorded

HAND = Action("incoming.hand", "handed a document to a doctor")
MOVE = Action("incoming.move", "took a document that waited to another patient")
DROP = Action("incoming.drop", "put a document away that waited, as not needed")
BACK = Action("incoming.back", "took back a document that waited for a doctor")

OVER = Refused("Somebody has just worked on this document. Look at it once more.")
TWICE = Refused("This document waits for a doctor already.", field="file")
UNNAMED = Refused("Say what it is, for the doctor who files it.", field="title")
NO_DOCTOR = Refused("Choose a doctor who works here.", field="doctor")
NOT_YOURS = Refused("Only who handed it in can take it back. Tell the doctor.")
SAME_PATIENT = Refused("That is the same patient.", field="other")


@idempotent
def hand_in(
    scope: Scope,
    *,
    patient: Patient,
    data: bytes,
    doctor: str,
    title: str = "",
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """Puts it on the list of a doctor, or of all where `doctor` is empty; returns its id. No chart is asked or changed.

    Raises Refused for what cannot be kept or waits already, Asked where a document names somebody else.
    """
    scope.require(Permission.FILE_ADD)
    scope.must_hold(patient)
    if once and (done := first_result(scope, once)) is not None:
        return done
    if doctor and doctor not in {each.id for each in accounts.practitioners(scope)}:
        raise NO_DOCTOR
    digest = hashlib.sha256(data).hexdigest()
    _must_not_wait(scope, patient, digest)
    paper = _stored(scope, patient, data, title, answered)
    tx, id = Transaction(scope, once=once), clock.new_id()
    _put(tx, patient, id, paper, digest=digest, doctor=doctor, at=tx.at, by=(scope.actor.id, scope.actor.name))
    try:
        done = tx.commit(Event(HAND, "INCOMING", id, patient=patient.id), id)
    except Unsure:  # perhaps an item names its files by now
        raise
    except ClinnetError:
        _forget(paper)
        raise
    if done != id:  # the same form was sent twice at once, and the other was quicker
        _forget(paper)
    return done


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What was sent, in the bucket."""

    title: str
    media: str
    file: str
    thumb: str


def _stored(scope: Scope, patient: Patient, data: bytes, title: str, answered: Collection[str]) -> Paper:
    """A picture or a PDF with the title that it was given; of a document that is read, its own."""
    if files.sniff(data) not in files.OPENED:
        head = received.about(scope, patient, data, answered)[0]
        return Paper(head.title, "", files.put(received.KIND, data), "")
    if not title:
        raise UNNAMED
    file, thumb = filing.stored(data)
    return Paper(title, "image/jpeg" if thumb else PDF, file, thumb)


def _forget(paper: Paper) -> None:
    for key in filter(None, (paper.file, paper.thumb)):
        files.drop(key)


def _must_not_wait(scope: Scope, patient: Patient, digest: str) -> None:
    """Raises Refused where the same bytes wait: two at the desk have the same letter in hand."""
    rows = [row for ask in of_patient_asked(scope, patient) for row in ask().rows]
    if any(row["digest"] == digest and row["state"] == OPEN for row in rows):
        raise TWICE


def _put(
    tx: Transaction,
    patient: Patient,
    id: str,
    paper: Paper,
    *,
    digest: str,
    doctor: str,
    at: str,
    by: tuple[str, str],
) -> None:
    """The step that puts it among what waits, since `at`, from `by`: an id and a name."""
    place, waits = Incoming.at(patient.id, id), keys.incoming_open(tx.scope.clinic_id, at, id)
    line = IncomingLine(
        patient_id=patient.id, title=paper.title, media=paper.media, doctor=doctor, by=by[1], at=at
    )  # fmt: skip
    item = Incoming(
        pk=place.pk, sk=place.sk, id=id, gsi1pk=waits.pk, gsi1sk=waits.sk, patient_id=patient.id,
        title=paper.title or None, media=paper.media or None, file=paper.file, thumb=paper.thumb or None,
        digest=digest, doctor=doctor or None, at_time=at, by=by[0], by_name=by[1], state=OPEN, line=line.pack(),
    )  # fmt: skip
    tx.put(item)


@idempotent
def take_back(scope: Scope, *, patient: Patient, incoming: Incoming, once: Once | None = None) -> None:
    """The wrong file, or the wrong patient: by whoever handed it in, as long as it waits. Its file is deleted."""
    scope.require(Permission.FILE_ADD)
    _must_wait(scope, patient, incoming)
    if incoming.by != scope.actor.id:
        raise NOT_YOURS
    _delete(Transaction(scope, once=once), incoming, Event(BACK, "INCOMING", incoming.id, patient=patient.id), "back")


# --- By who treats -------------------------------------------------------------------------------------------------


@idempotent
def file_in(
    scope: Scope,
    *,
    patient: Patient,
    incoming: Incoming,
    moment: Moment,
    title: str = "",
    on: str = "",
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """It becomes part of the chart, as what a nurse or a doctor files there; returns the id that it has in it.

    Raises Refused where the chart has it already, Asked where a document names somebody else.
    """
    scope.require(Permission.CHART_WRITE)
    _must_wait(scope, patient, incoming)
    received.must_be_new(scope, patient, incoming.digest)
    line = _line(scope, patient, incoming, moment, title=title, on=on, answered=answered)
    action = filing.FILE if line.media else received.RECEIVE

    def step(to: Recording) -> None:
        received.filed_step(to, line, incoming.digest, action)
        _end(to.tx, incoming, "filed")

    return recorded(scope, patient, moment, step, once=once)


def _line(
    scope: Scope,
    patient: Patient,
    incoming: Incoming,
    moment: Moment,
    *,
    title: str,
    on: str,
    answered: Collection[str],
) -> DocumentLine:
    """As the chart keeps it. A picture or a PDF has the day that somebody says, else that on which it came."""
    file = incoming.file or ""
    if not incoming.media:
        head, names = received.about(scope, patient, files.read(received.KIND, file), answered)
        return received.line_of(patient, moment, head, file, names)
    zone = accounts.clinic(scope.clinic_id).time_zone
    if on and (why := impossible(on, patient.birth_date or "", clock.today(zone).isoformat())):
        raise Refused(why, field="on")
    on = on or day_it_came(incoming, zone)
    thumb = incoming.thumb or ""
    return DocumentLine(title=title, on=on, file=file, thumb=thumb, media=incoming.media, patient_id=patient.id,
                        entry=moment.entry_id)  # fmt: skip


def opened(scope: Scope, incoming: Incoming) -> Document | None:
    """What a document says that is read. Raises Unavailable where its file cannot be had."""
    if incoming.media or not incoming.file:
        return None
    return received.understood(scope, files.read(received.KIND, incoming.file))


def day_it_came(incoming: Incoming, zone: str) -> str:
    return clock.moment(incoming.at_time).astimezone(ZoneInfo(zone)).date().isoformat()


@idempotent
def to_other(scope: Scope, *, patient: Patient, incoming: Incoming, other: Patient, once: Once | None = None) -> str:
    """It is about another patient, and waits there for the same doctor, since as long; returns its id there."""
    scope.require(Permission.CHART_WRITE)
    scope.must_hold(other)
    _must_wait(scope, patient, incoming)
    if other.id in all_ids(patient) or patient.id in all_ids(other):
        raise SAME_PATIENT
    tx, id = Transaction(scope, once=once), clock.new_id()
    paper = Paper(incoming.title or "", incoming.media or "", incoming.file or "", incoming.thumb or "")
    _end(tx, incoming, "moved")
    _put(tx, other, id, paper, digest=incoming.digest, doctor=incoming.doctor or "", at=incoming.at_time,
         by=(incoming.by, incoming.by_name))  # fmt: skip
    tx.also(Event(MOVE, "INCOMING", id, patient=other.id, changes={"from": [None, incoming.id]}))
    return tx.commit(Event(MOVE, "INCOMING", incoming.id, patient=patient.id, changes={"to": [None, id]}), id)


@idempotent
def drop(scope: Scope, *, patient: Patient, incoming: Incoming, why: str, once: Once | None = None) -> None:
    """It is not needed: its file is deleted. `why` is a key of WHY."""
    scope.require(Permission.RESULT_REVIEW)
    _must_wait(scope, patient, incoming)
    if why not in WHY:
        raise Refused("Say why.", field="why")
    event = Event(DROP, "INCOMING", incoming.id, patient=patient.id, changes={"why": [None, why]})
    _delete(Transaction(scope, once=once), incoming, event, "dropped", why=why)


def _must_wait(scope: Scope, patient: Patient, incoming: Incoming) -> None:
    scope.must_hold(patient)
    scope.must_hold(incoming)
    if incoming.state != OPEN:
        raise OVER


def _delete(tx: Transaction, incoming: Incoming, event: Event, how: str, **more: Any) -> None:
    """Takes it off the list for good: its files are deleted once that is written."""
    gone = [incoming.file, incoming.thumb]
    _end(tx, incoming, how, **more)
    tx.commit(event)
    for key in filter(None, gone):
        files.drop(key)


def _end(tx: Transaction, incoming: Incoming, how: str, **more: Any) -> None:
    """The step that takes it off the list: it names no file any more."""
    over = {"at": tx.at, "by": tx.scope.actor.id, "name": tx.scope.actor.name, "how": how, **more}
    gone = {"file": None, "thumb": None, "gsi1pk": None, "gsi1sk": None}
    tx.update(incoming, {"state": "over", "over": over, **gone}, refusal=OVER)
