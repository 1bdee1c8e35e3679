"""Who calls: a patient with what they had and what they have booked, as booking needs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Page, Row, Scope, get_many, keys, query, side_by_side
from clinnet.table.errors import NotFound
from patients import family, timeline
from patients.models import Patient
from patients.queries import survivors
from scheduling.appointments import queries as appointment_queries
from scheduling.lines import AppointmentLine
from scheduling.models import CANCELLED, FINISHED, HERE, LAPSED, LEFT, MOVED, NO_SHOW

COMING, PAST = 10, 50
FEW = 20  # of the oldest that happened to a patient: among so much is a visit, if there was one
A_YEAR = timedelta(days=365)
COME = (*HERE, FINISHED, LEFT)
NOT_HELD = (CANCELLED, NO_SHOW, MOVED, LAPSED)


@dataclass(frozen=True, slots=True, repr=False)
class Caller:
    """`coming` soonest first, `past` latest first: lines of appointments, those that are off apart from no-shows."""

    patient: Patient
    coming: list[Row]
    past: list[Row]
    relatives: list[Patient] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)  # lines of open requests for a time

    @property
    def no_shows(self) -> int:
        """Within 12 months."""
        since = clock.stamp(clock.now() - A_YEAR)
        return sum(row["state"] == NO_SHOW and start_of(row) >= since for row in self.past)

    @property
    def visits(self) -> list[Row]:
        """The lines of those that took place or are to, the latest that took place first."""
        return [*(row for row in self.past if row["state"] not in NOT_HELD), *self.coming]

    @property
    def is_new(self) -> bool:
        """They have neither had nor booked a visit, as `people_and_new` says it of several."""
        return not (self.visits or self.patient.absorbed)

    @property
    def days(self) -> set[date]:
        """On which they have a visit, or had one."""
        walls = [wall_of(row) for row in self.visits]
        return {wall.date() for wall in walls if wall}

    def has_come(self, day: date) -> bool:
        """All that they have on that day is under way or over."""
        rows = [row for row in self.visits if (wall := wall_of(row)) and wall.date() == day]
        return bool(rows) and all(row["state"] in COME for row in rows)


def start_of(row: Row) -> str:
    """The stamp at which an appointment's line begins."""
    return keys.parse_timeline(row["GSI2SK"])


def wall_of(row: Row) -> datetime | None:
    """The clinic's clock at which it begins; None of an older application's item."""
    wall = AppointmentLine.unpack(row.get("line")).wall
    return datetime.fromisoformat(wall) if wall else None


def people_and_new(scope: Scope, ids: Sequence[str]) -> tuple[dict[str, Patient], set[str]]:
    """The records that are there, by id, and whose have neither had nor booked a visit. One round of reads."""
    found, *pages = side_by_side(
        partial(get_many, scope, [Patient.at(id) for id in ids]),
        *(partial(query, scope, keys.timeline_from(id, ""), limit=FEW) for id in ids),
    )
    people = {each.id: each for each in found.of(Patient)}
    seen = {
        id
        for id, page in zip(ids, pages, strict=True)
        if any(row["state"] not in NOT_HELD for row in _appointments(page))
    }
    return people, {id for id, each in people.items() if not (id in seen or each.absorbed)}


def caller(scope: Scope, patient_id: str) -> Caller:
    """One round of reads; another for relatives and for records folded into this one. Raises NotFound."""
    now = clock.stamp()
    found, asked, ahead, behind = side_by_side(
        partial(get_many, scope, [Patient.at(patient_id)]),
        partial(query, scope, keys.requests_of(patient_id), limit=COMING),
        partial(query, scope, keys.timeline_from(patient_id, now), limit=COMING),
        partial(query, scope, keys.timeline_until(patient_id, now), limit=PAST, backward=True),
    )
    people = found.of(Patient)
    if not people:
        raise NotFound
    if people[0].merged_into:
        return caller(scope, survivors(scope, [people[0].merged_into])[people[0].merged_into].id)
    patient = people[0]
    if patient.absorbed:
        ahead_rows = appointment_queries.coming(scope, patient, limit=COMING, since=now)
        behind_rows = appointment_queries.past(scope, patient, limit=PAST)
        waiting = timeline.lines(scope, patient, keys.requests_of, limit=COMING)
    else:
        ahead_rows, behind_rows, waiting = _appointments(ahead), _appointments(behind), asked.rows
    ahead_rows = [row for row in ahead_rows if row["state"] not in NOT_HELD]
    waiting = [row for row in waiting if row["state"] == "open"]
    return Caller(patient, ahead_rows, behind_rows, relatives_of(scope, patient), waiting)


def relatives_of(scope: Scope, patient: Patient) -> list[Patient]:
    """Those who are patients here and can be booked, in the order in which they were linked."""
    ids = family.ids(patient)
    if not ids:
        return []
    people = {each.id: each for each in get_many(scope, map(Patient.at, ids), consistent=False).of(Patient)}
    found = [people[id] for id in ids if id in people]
    return [each for each in found if not (each.merged_into or each.deceased_on or each.archived)]


def _appointments(page: Page) -> list[Row]:
    return [row for row in page.rows if row["type"] == "APPOINTMENT"]
