"""Results of a laboratory's files. A message that was read before changes nothing; a corrected one waits anew.

Whose a result is a number alone never says: birth date and family name have to agree. Else it is left for a person, and
its file is read again once that is mended.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.table import Actor, Row, Scope, find_row, keys
from clinnet.table.errors import ClinnetError, NotFound, Refused, Unavailable
from patients.fhir.parts import Version, came_before
from patients.models import Patient
from patients.rules.names import fold
from records.models import CURRENT, ORD
from records.queries import of_kind
from records.results.services import Came, file_result
from records.rules import hl7
from records.rules.hl7 import Message, NotReadable, Reported
from records.services import mistakes
from records.services.recording import Moment
from records.services.whose import UNKNOWN, whose

EARLY = "early"  # of what is replaced later without being a correction
MOST_PAST = 8  # digests of earlier versions kept of a report
NOTHING_YET = "nothing has come yet of what was asked for."
OF_ANOTHER = Refused("What has this number was filed for another patient before; left for a person.")


@dataclass
class Counts:
    """What became of the reports of a file; `lines` are sentences without a patient's data."""

    new: int = 0
    same: int = 0
    corrected: int = 0
    left: int = 0
    lines: list[str] = field(default_factory=list)


def take(scope: Scope, data: bytes) -> Counts:
    """The results of one file. Raises NotReadable, and Unavailable where the table cannot be written."""
    counts = Counts()
    for number, message in enumerate(hl7.messages(data), start=1):
        try:
            left = list(_message(scope, message, counts))
        except NotReadable as error:  # of several messages the others are read
            left = [str(error)]
        counts.left += len(left)
        counts.lines += [f"message {number}: {said}" for said in left]
    return counts


def _message(scope: Scope, message: str, counts: Counts) -> Iterator[str]:
    for each in hl7.read(message):
        scope = replace(scope, actor=Actor(scope.actor.id, each.sender or "Laboratory"))  # as the chart calls it
        patient = whose(scope, each.numbers, each.families, each.born)
        if patient is None:
            yield UNKNOWN
            continue
        for report in each.reports:
            if not report.values and not report.comment:
                yield NOTHING_YET
                continue
            try:
                _report(scope, patient, each, report, counts)
            except Unavailable:
                raise
            except ClinnetError as error:
                yield error.sentence


def _report(scope: Scope, patient: Patient, message: Message, report: Reported, counts: Counts) -> None:
    key = _key(message, report)
    said = _digest(report)
    before = find_row(scope, keys.imported(scope.clinic_id, key))
    if before and (before.get("digest") == said or _is_older(report, said, before)):
        counts.same += 1
        return
    if before:
        try:
            mistakes.enter_in_error(
                scope, patient=patient, entry_id=before["entry"], recorded_id=before["id"], reason="content"
            )
        except NotFound:
            raise OF_ANOTHER from None
    order = _order(scope, patient, report)
    came = Came(
        _title(report, before),
        report.values,
        report.on or clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat(),
        report.comment,
        _person(scope, report),
        order["id"] if order else "",
        order["line"]["e"] if order else "",
        key,
        said,
        EARLY if report.early else "",
        report.severity,
        report.at,
        [*before.get("past", []), before.get("digest", "")][-MOST_PAST:] if before else (),
    )
    file_result(scope, patient=patient, moment=Moment(clock.new_id(), "Result"), came=came)
    if before:
        counts.corrected += 1
    else:
        counts.new += 1


def _key(message: Message, report: Reported) -> str:
    """By the laboratory's number; of a report without one by whose it is and when."""
    told = [message.sender, report.filler, report.title]
    if not report.filler:
        told += [*message.numbers, report.on]
    return f"ORU {'|'.join([*told, report.again] if report.again else told)}"


def _is_older(report: Reported, said: str, before: Row) -> bool:
    """Files stay in their folder and are read in the order of their names: what was replaced comes again each time."""
    known = str(before.get("at", ""))
    exact = min(len(report.at), len(known))  # of two times that were sent more and less exactly
    return came_before(Version(report.at[:exact]), Version(known[:exact]), said, before.get("past", []))


def _digest(report: Reported) -> str:
    """Of what it says, apart from what follows from it or finds it again. `early` counts where it is so."""
    silent = {"again", "severity", "at"} | (set() if report.early else {"early"})
    told = {name: value for name, value in asdict(report).items() if name not in silent}
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _title(report: Reported, before: Row | None) -> str:
    """What follows a preliminary report is no correction."""
    if report.early:
        return f"{report.title} (preliminary)"
    corrected = report.corrected or (before and before.get("stage") != EARLY)
    return f"{report.title} (corrected)" if corrected else report.title


def _order(scope: Scope, patient: Patient, report: Reported) -> Row | None:
    """The open order whose id the laboratory gives back as our number."""
    waiting = [row for row in of_kind(scope, patient, ORD, 100) if row.get("state", CURRENT) == CURRENT]
    return next((row for row in waiting if report.placer and row["id"] == report.placer), None)


def _person(scope: Scope, report: Reported) -> str:
    """The one doctor who is called as it says who ordered; empty where it is none or several."""
    wanted = set(fold(report.ordered_by).split())
    named = [each.id for each in accounts.practitioners(scope) if wanted and wanted <= set(fold(each.name).split())]
    return named[0] if len(named) == 1 else ""
