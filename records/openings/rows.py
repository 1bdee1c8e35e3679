"""Who opened a chart: a line for each day and person, made of the patient's part of the trail alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Key, Row, Scope, get_many, get_rows
from clinnet.table.events import sentence
from patients import queries
from patients.models import Patient
from records.models import Glass
from records.services.glass import BREAK
from records.services.opening import OPEN_CHART, OPEN_ENTRY, PRINT

OPENINGS = (OPEN_CHART.name, OPEN_ENTRY.name, PRINT.name, BREAK.name)
PAGE, MOST = 500, 5000  # events: ten thousand would be 1 MB of lines
HEADS = ("Day", "Who", "Times", "First", "Last", "Reason given", "What they also did that day")


@dataclass(frozen=True, slots=True, repr=False)
class Opening:
    """`reason` was given for a restricted chart; `also` is what the same person did with the record that day."""

    day: str
    who: str
    times: int
    first: str
    last: str
    reason: str
    also: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.day, self.who, str(self.times), self.first, self.last, self.reason, self.also)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """Newest first. `since` is the oldest day that was looked at, where the trail goes further back than that."""

    openings: list[Opening]
    since: str = ""


def opened(scope: Scope, patient: Patient, clinic: Clinic) -> Opened:
    """Of the record and of those that were folded into it."""
    events, cursor = list[Row](), ""
    while len(events) < MOST:
        page, cursor = queries.history(scope, patient, limit=PAGE, cursor=cursor)
        events += page
        if not cursor:
            break
    since = formats.date(_day(events[-1], clinic), clinic) if cursor and events else ""
    return Opened(list(_openings(events, _reasons(scope, events), clinic)), since)


def _reasons(scope: Scope, events: Iterable[Row]) -> dict[str, str]:
    """What was given for a restricted chart, by the id of its event: it stands with the opening, not in the trail."""
    places = [Key(each["PK"], each["SK"]) for each in events if each["line"]["action"] == BREAK.name]
    whole = get_rows(scope, places, consistent=False).values() if places else ()
    at = {each["id"]: Glass.at(each["patientId"], each["actorId"], each["entityId"]) for each in whole}
    found = {each.key: each.reason for each in get_many(scope, at.values()).of(Glass)} if at else {}
    return {id: found[place] for id, place in at.items() if place in found}


def _openings(events: Iterable[Row], reasons: Mapping[str, str], clinic: Clinic) -> Iterable[Opening]:
    """`events` newest first."""
    for day, of_day in groupby(events, lambda each: _day(each, clinic)):
        by_person: dict[str, list[Row]] = {}
        for each in of_day:
            by_person.setdefault(each["line"]["actor"], []).append(each)
        for who, theirs in by_person.items():
            if any(each["line"]["action"] in OPENINGS for each in theirs):
                yield _opening(day, who, theirs, reasons, clinic)


def _opening(day: str, who: str, theirs: list[Row], reasons: Mapping[str, str], clinic: Clinic) -> Opening:
    """`theirs` is what one person did on one day, newest first."""
    lines = [each["line"] for each in reversed(theirs)]
    opened = [each for each in lines if each["action"] in OPENINGS]
    given = dict.fromkeys(reasons[each["id"]] for each in reversed(theirs) if each["id"] in reasons)
    also = dict.fromkeys(
        sentence(each["action"]) for each in lines if each["action"] not in (OPEN_CHART.name, BREAK.name)
    )
    return Opening(
        formats.date(day, clinic),
        who,
        len(opened),
        _time(opened[0], clinic),
        _time(opened[-1], clinic),
        "; ".join(given),
        ", ".join(also),
    )


def _day(event: Row, clinic: Clinic) -> str:
    return _at(event["line"], clinic).date().isoformat()


def _time(line: Row, clinic: Clinic) -> str:
    return formats.time(_at(line, clinic), clinic)


def _at(line: Row, clinic: Clinic) -> datetime:
    """By the clinic's clock."""
    return clock.moment(line["at"]).astimezone(ZoneInfo(clinic.time_zone))
