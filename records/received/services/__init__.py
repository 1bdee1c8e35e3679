"""A document is filed, looked at, and taken into the chart entry by entry: nothing is taken by itself."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock, files, formats
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.rules import dates
from clinnet.table import Action, Actor, Event, Key, Once, Row, Scope, Transaction, find_row, keys
from clinnet.table.errors import ClinnetError, NotFound, Refused, Unsure
from clinnet.table.once import first_result, idempotent
from patients.models import Patient
from patients.timeline import all_ids
from records import queries
from records.cda.document import Document, Head, read
from records.cda.offers import NONE_KNOWN, MeasuredSet, Offer
from records.cda.parts import LARGEST, NotReadable
from records.lines import (
    AllergyLine,
    DocumentLine,
    ImmunisationLine,
    MedicineLine,
    ProblemLine,
    ResultLine,
    ValueLine,
)
from records.models import ALG, CURRENT, ERRORED, FILE, IMM, MED, OBS, PROB, RES, Recorded
from records.received.queries import documents
from records.received.rules import differs
from records.results.services import Came, result_step
from records.rules import versions
from records.rules.measurements import Reading
from records.rules.results import Value
from records.rules.units import Quantity
from records.rules.versions import Around, Filed
from records.services import listing, prescribing
from records.services.asking import Asked, ask
from records.services.measuring import measured_step
from records.services.recording import NONE, Answers, Moment, Over, Recording, recorded
from records.services.whose import UNKNOWN, whose
from records.services.writing import CROWDED, attempt, place
from records.vaccines.services import dose_step

RECEIVE = Action("chart.receive", "filed a received document")
READ = Action("chart.document", "looked at a received document")
KIND = files.Kind("received", "document", types=(files.XML,), most=LARGEST)
TITLE = "Document"
MOST_VERSIONS = 3  # before a document, that are read
SAME = Refused("This document is in this chart already.", field="file")
TAKEN = Refused("This was taken into the chart already.")
UNKNOWN_PATIENT = Refused(UNKNOWN)
SEEN = Refused("Somebody has looked at this document already.")


def understood(scope: Scope, data: bytes) -> Document:
    """Raises Refused for what is no such document."""
    today = clock.today(clinic_of(scope.clinic_id).time_zone).isoformat()
    try:
        return read(data, today)
    except NotReadable as error:
        raise Refused(str(error), field="file") from None


def receive(
    scope: Scope,
    *,
    patient: Patient,
    moment: Moment,
    data: bytes,
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """Files it and returns its id. It waits until a doctor has looked at it.

    Raises Refused for what is no such document or is there already, Asked where it names somebody else.
    """
    scope.require(Permission.CHART_WRITE)
    scope.must_hold(patient)
    if once and (done := first_result(scope, once)) is not None:
        return done
    head, other = about(scope, patient, data, answered)
    digest = hashlib.sha256(data).hexdigest()
    must_be_new(scope, patient, digest)
    line = line_of(patient, moment, head, files.put(KIND, data), other)
    return filed(scope, patient, moment, line, digest, once=once)


def about(scope: Scope, patient: Patient, data: bytes, answered: Collection[str]) -> tuple[Head, str]:
    """What it says of itself; and whom it names where that is somebody else, and it was answered: else raises Asked."""
    head = understood(scope, data).head
    other = differs(patient.data, head, formats.date_order(clinic_of(scope.clinic_id)))
    ask([other] if other else [], answered)
    return head, other


def line_of(patient: Patient, moment: Moment, head: Head, file: str, names: str) -> DocumentLine:
    return DocumentLine(
        title=head.title,
        sender=head.sender,
        on=head.on,
        file=file,
        names=names,
        patient_id=patient.id,
        entry=moment.entry_id,
        own=_digest(head.own),
        set=_digest(head.set),
        number=head.number,
        replaces=[_digest(each) for each in head.replaces],
    )


def filed(
    scope: Scope,
    patient: Patient,
    moment: Moment,
    line: DocumentLine,
    digest: str,
    *,
    action: Action = RECEIVE,
    once: Once | None = None,
) -> str:
    """Puts it into the chart and returns its id; its files go where that is refused.

    Raises Refused where the same bytes, of which `digest` is, are there.
    """
    mine = []

    def step(to: Recording) -> None:
        mine.append(filed_step(to, line, digest, action))

    try:
        id = recorded(scope, patient, moment, step, once=once)
    except Unsure:  # perhaps the chart names it by now
        raise
    except ClinnetError:
        _drop(line)
        raise
    if id not in mine:  # the same form was sent twice at once, and the other was quicker
        _drop(line)
    return id


def _drop(line: DocumentLine) -> None:
    for key in filter(None, (line.file, line.thumb)):
        files.drop(key)


def must_be_new(scope: Scope, patient: Patient, digest: str) -> None:
    """Raises Refused where the same bytes stand in this chart. What was entered in error may be filed again."""
    for id in all_ids(patient):
        row = find_row(scope, _place(scope, id, digest))
        if row and _stands(scope, patient, row):
            raise SAME


def _stands(scope: Scope, patient: Patient, row: Row) -> bool:
    """Whether it is in this chart, and was not entered in error."""
    try:
        return found(scope, patient, row["entry"], row["id"]).state != ERRORED
    except NotFound:  # it went back with a record whose merge was undone
        return False


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()[:16] if id else ""


def filed_step(to: Recording, line: DocumentLine, digest: str, action: Action) -> str:
    """A picture or a PDF that a doctor files has been looked at; all else waits."""
    seen = line.media and to.scope.may(Permission.RESULT_REVIEW)
    waiting = None if seen else partial(keys.document_open, to.scope.clinic_id)
    item = to.hang(FILE, line.pack(), action, waits=waiting)
    at = _place(to.scope, to.patient.id, digest)
    now = {"id": item.id, "entry": line.entry}
    before = find_row(to.scope, at)
    if before and not _stands(to.scope, to.patient, before):
        to.tx.change_row(at, sets=now, when={"id": before["id"]}, refusal=SAME)
    else:
        to.tx.put_row({"PK": at.pk, "SK": at.sk, "type": "IMPORTED", **now}, only_new=True, refusal=SAME)
    return item.id


def _place(scope: Scope, patient_id: str, digest: str) -> Key:
    """Where it stands that the same bytes are in a chart."""
    return keys.imported(scope.clinic_id, f"CDA {patient_id} {digest}")


def take_in(scope: Scope, data: bytes) -> bool:
    """Files a document that a machine brings: False where it was there, even if somebody marked it as entered in error.

    Raises Refused where it is clearly nobody's.
    """
    head = understood(scope, data).head
    patient = whose(scope, head.numbers, head.families, head.born)
    if patient is None:
        raise UNKNOWN_PATIENT
    if any(find_row(scope, _place(scope, id, hashlib.sha256(data).hexdigest())) for id in all_ids(patient)):
        return False
    scope = replace(scope, actor=Actor(scope.actor.id, head.sender or "A document"))  # as the chart calls it
    try:
        receive(scope, patient=patient, moment=Moment(clock.new_id(), TITLE), data=data)
    except Asked:  # of a twin
        raise UNKNOWN_PATIENT from None
    except Refused as refusal:
        if refusal is SAME:
            return False
        raise
    return True


# --- Into the chart ------------------------------------------------------------------------------------------------


def opened(scope: Scope, line: DocumentLine) -> Document:
    """Read anew from its bytes. Raises Unavailable where they cannot be had."""
    return understood(scope, files.read(KIND, line.file))


def around(scope: Scope, patient: Patient, item: Recorded, document: Document) -> Around:
    """The versions before and after it. What of the earlier ones stands in it is None where a file cannot be had."""
    mine = Filed(item.id, item.entry_id, DocumentLine.unpack(item.content), item.at_time)
    before, after = versions.sorted_out(mine, documents(scope, patient))
    nearest = Around(before[0] if before else None, after[0] if after else None)
    try:
        found_ = [found(scope, patient, each.entry, each.id) for each in before[:MOST_VERSIONS]]
        read_ = [(opened(scope, DocumentLine.unpack(each.content)), each.taken or {}) for each in found_]
    except (ClinnetError, OSError):
        return nearest
    stood, gone = versions.compared(document, read_)
    return replace(nearest, stood=stood, gone=tuple(gone))


@idempotent
def take(
    scope: Scope,
    *,
    patient: Patient,
    entry_id: str,
    document_id: str,
    offer_key: str,
    answers: Answers = NONE,
    once: Once | None = None,
) -> str:
    """One entry of a document becomes part of the chart, beneath the document; returns its words.

    Raises Asked as whoever records it by hand would be asked, Refused for what was taken or is only shown.
    """
    scope.require(Permission.CHART_WRITE)
    item = found(scope, patient, entry_id, document_id)
    document = opened(scope, DocumentLine.unpack(item.content))
    offers = (each for section in document.sections for each in section.offers)
    offer = next((each for each in offers if each.key == offer_key and not each.why_not), None)
    if offer is None:
        raise NotFound

    def step(to: Recording) -> None:
        there = _there(to, document_id)
        taken = dict(there.taken or {})
        if offer.key in taken:
            raise TAKEN
        STEPS[offer.kind](to, offer)
        taken[offer.key] = {"at": to.tx.at, "name": scope.actor.name}
        to.tx.update(there, {"taken": taken}, refusal=CROWDED)

    recorded(scope, patient, Moment(entry_id, ""), step, answers=answers, once=once)
    return offer.words


def found(scope: Scope, patient: Patient, entry_id: str, document_id: str) -> Recorded:
    """Raises NotFound."""
    whole = queries.whole(scope, patient, entry_id)
    item = next((each for each in whole.recorded if (each.id, each.kind) == (document_id, FILE)), None)
    if item is None:
        raise NotFound
    return item


def _there(to: Recording, document_id: str) -> Recorded:
    """As it is now: what it became meanwhile decides."""
    whole = to.stand.whole.recorded
    item = next((each for each in whole if (each.id, each.kind, each.state) == (document_id, FILE, CURRENT)), None)
    if item is None:
        raise Refused("This document was entered in error: nothing is taken from it.")
    return item


def _allergy(to: Recording, offer: Offer) -> None:
    if isinstance(offer.line, AllergyLine):
        listing.allergy_step(to, offer.line)


def _problem(to: Recording, offer: Offer) -> None:
    if isinstance(offer.line, ProblemLine):
        listing.problem_step(to, offer.line, _over(to, offer))


def _medicine(to: Recording, offer: Offer) -> None:
    if isinstance(offer.line, MedicineLine):
        prescribing.medicine_step(to, offer.line, _over(to, offer))


def _dose(to: Recording, offer: Offer) -> None:
    if isinstance(offer.line, ImmunisationLine):
        dose_step(to, offer.line)


def _result(to: Recording, offer: Offer) -> None:
    line = offer.line
    if isinstance(line, ResultLine):
        values = [Value(**vars(ValueLine.unpack(each))) for each in line.values]
        result_step(to, Came(line.title, values, line.on, line.comment, severity=line.severity))


def _measured(to: Recording, offer: Offer) -> None:
    """On the day that the document names, at the reading of its sender's clock, else at noon; by its sender."""
    line = offer.line
    if not isinstance(line, MeasuredSet):
        return
    if line.on < (to.patient.birth_date or "")[: len(line.on)]:
        raise Refused("That is before the patient was born.")
    readings = [Reading(kind, Quantity(each.text, each.unit), each.lower) for kind, each in line.values.items()]
    at = _moment(to.scope, line.on, line.time)
    measured_step(to, readings, at=at, who=offer.sender or TITLE)


def _over(to: Recording, offer: Offer) -> Over | None:
    """At noon of the first day that its date can mean, else now."""
    at = _moment(to.scope, offer.until) if offer.until else to.tx.at
    return Over(offer.over, at) if offer.over else None


def _moment(scope: Scope, on: str, time: str = "") -> str:
    """The stamp of a reading on the clinic's wall; of a date alone, or a part of one, that of its noon, with a mark."""
    zone = ZoneInfo(clinic_of(scope.clinic_id).time_zone)
    at = datetime.fromisoformat(f"{on}-01-01"[:10] + f"T{time or '12:00'}").replace(tzinfo=zone)
    at += timedelta(milliseconds=0 if time else dates.stamp_mark(on))
    return clock.stamp(min(at, clock.now()))  # a sender's clock may be ahead of ours


STEPS: Mapping[str, Callable[[Recording, Offer], None]] = {
    ALG: _allergy,
    PROB: _problem,
    MED: _medicine,
    IMM: _dose,
    RES: _result,
    OBS: _measured,
    NONE_KNOWN: lambda to, offer: listing.none_known_step(to),
}


@idempotent
def look_at_document(
    scope: Scope, *, patient: Patient, entry_id: str, document_id: str, once: Once | None = None
) -> None:
    """A doctor has looked at it: it leaves the list. Raises Refused where somebody was quicker."""
    scope.require(Permission.RESULT_REVIEW)

    def write() -> None:
        whole = queries.whole(scope, patient, entry_id)
        item = next((each for each in whole.recorded if (each.id, each.kind) == (document_id, FILE)), None)
        if item is None:
            raise NotFound
        if item.reviewed or item.state == ERRORED:
            raise SEEN
        tx = Transaction(scope, once=once)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name}
        news: dict[str, Any] = {"reviewed": mark, "line": {**item.content, "z": tx.at}, "gsi1pk": None, "gsi1sk": None}
        tx.update(item, news, refusal=CROWDED)
        place(tx, whole, entry_id, "")
        tx.commit(Event(READ, "RECORDED", item.id, patient=patient.id))

    attempt(scope, patient, write)
