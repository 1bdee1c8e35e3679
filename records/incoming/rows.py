"""Documents that wait for a doctor, as Tasks, the chart, the overview and their own page show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinnet import formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.table import Scope
from patients.models import Patient
from patients.rules import names
from records.cda.document import Document, Section
from records.incoming.models import Incoming
from records.lines import DocumentLine, IncomingLine
from records.rules import said
from records.rules.incoming import WHY

ANY = "any doctor"
HOW = {
    "filed": "filed it in the chart",
    "moved": "took it to another patient",
    "dropped": "put it away",
    "back": "took it back",
}


@dataclass(frozen=True, slots=True, repr=False)
class WaitingRow:
    """`what` is empty where a restricted chart hides it. `whose`: for whom, of another's: empty of one's own."""

    id: str
    patient_id: str
    name: str
    what: str
    whose: str
    by: str
    when: str


def waiting(
    found: Mapping[str, IncomingLine], known: Mapping[str, Patient], scope: Scope, clinic: Clinic
) -> list[WaitingRow]:
    """Of those whose patient is there. What is for the reader, or for any doctor, stands first."""
    rows = [
        _row(id, line, patient, scope, clinic) for id, line in found.items() if (patient := known.get(line.patient_id))
    ]
    return sorted(rows, key=lambda each: bool(each.whose))


def of_chart(found: Mapping[str, IncomingLine], patient: Patient, scope: Scope, clinic: Clinic) -> list[WaitingRow]:
    """Of one patient, whose chart is open: also of a restricted one it is said what they are."""
    return [
        WaitingRow(id, patient.id, "", _what(line), whose(line.doctor, scope), line.by, formats.when(line.at, clinic))
        for id, line in found.items()
    ]


def _row(id: str, line: IncomingLine, patient: Patient, scope: Scope, clinic: Clinic) -> WaitingRow:
    what = "" if patient.restricted else _what(line)
    theirs = "" if line.doctor in ("", scope.actor.id) else whose(line.doctor, scope)
    name, when = names.list_name(patient.data), formats.when(line.at, clinic)
    return WaitingRow(id, patient.id, name, what, theirs, line.by, when)


def _what(line: IncomingLine) -> str:
    return said.titled(DocumentLine(title=line.title, media=line.media))


def at_the_desk(found: Mapping[str, IncomingLine], scope: Scope, clinic: Clinic) -> list[tuple[str, str]]:
    """For whom each waits and since when: the desk does not see what it is."""
    return [(whose(line.doctor, scope), formats.within(line.at, clinic)) for line in found.values()]


def whose(doctor: str, scope: Scope) -> str:
    """ "Dr Amara Okafor"; of one who has left, and of nobody's, "any doctor"."""
    return next((each.name for each in accounts.practitioners(scope) if each.id == doctor), ANY)


@dataclass(frozen=True, slots=True, repr=False)
class IncomingShown:
    """One on its own page. `over`: what became of it, in words. `sections`: of a document that is read."""

    id: str
    title: str
    came: str
    whose: str
    over: str
    is_picture: bool
    is_read: bool
    sender: str
    on: str
    enclosed: bool
    sections: list[Section]


def shown(item: Incoming, document: Document | None, scope: Scope, clinic: Clinic) -> IncomingShown:
    media = item.media or ""
    head = document.head if document else None
    return IncomingShown(
        item.id,
        said.titled(DocumentLine(title=item.title or "", media=media)),
        f"{item.by_name}, {formats.when(item.at_time, clinic)}",
        whose(item.doctor or "", scope),
        _over(item, clinic),
        bool(item.media) and media != said.PDF,
        not media,
        head.sender if head else "",
        formats.date(head.on, clinic) if head else "",
        bool(document and document.enclosed is not None),
        list(document.sections) if document else [],
    )


def _over(item: Incoming, clinic: Clinic) -> str:
    """ "Dr Amara Okafor put it away, today 10:41: it cannot be read."""
    over = item.over
    if not over:
        return ""
    why = f": {WHY[over['why']][0].lower()}{WHY[over['why']][1:]}" if over.get("why") in WHY else ""
    return f"{over['name']} {HOW[over['how']]}, {formats.within(over['at'], clinic)}{why}."
