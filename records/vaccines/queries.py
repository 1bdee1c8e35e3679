"""Reads of immunisations."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Page, Row, Scope, get, keys, query, side_by_side
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from patients import timeline
from patients.models import Patient
from patients.timeline import all_ids
from records import queries
from records.lines import ImmunisationLine
from records.models import ERRORED, IMM
from records.rules.immunisations import Confirmation, Given, may_be_due
from records.rules.vaccine_tables import GB, TABLES, US, Table
from records.vaccines.models import Schedule

MOST = 150
BORN = 60  # rows of people of one month of birth on a page


def given(scope: Scope, patient: Patient) -> list[Row]:
    """The latest first, also what is in error."""
    found = queries.of_kind(scope, patient, IMM, MOST)
    return sorted(found, key=lambda row: str(row["line"].get("o", "")), reverse=True)


def counted(rows: Iterable[Row]) -> list[Given]:
    """As the rules take it: what is in error and what has no code is left out."""
    lines = [ImmunisationLine.unpack(row["line"]) for row in rows if row.get("state") != ERRORED]
    return [Given(line.cvx, date.fromisoformat(line.on)) for line in lines if line.cvx]


def born_in(scope: Scope, month: str, cursor: str) -> Page:
    """Whom the clinic knows of one month of birth (2026-03), a row for each of their names."""
    return query(scope, keys.patients_born_in_month(scope.clinic_id, month), limit=BORN, cursor=cursor, view="born")


def given_to_each(scope: Scope, patients: Sequence[Patient]) -> list[list[Row]]:
    """As `given`, of several at once, in one round."""
    owners = [(number, id) for number, each in enumerate(patients) for id in all_ids(each)]
    asked = [partial(query, scope, keys.chart_of_kind(id, IMM), limit=MOST, backward=True) for _, id in owners]
    found: list[list[Row]] = [[] for _ in patients]
    for (number, _), page in zip(owners, side_by_side(*asked) if asked else [], strict=True):
        found[number] += page.rows
    return found


def offered(scope: Scope) -> tuple[str, Table]:
    """The schedule of the clinic's country, which a doctor may confirm: of the United States, else the British one."""
    country = "US" if clinic_of(scope.clinic_id).country == "US" else "GB"
    return country, {"US": US, "GB": GB}[country]


def schedule(scope: Scope) -> Schedule | None:
    try:
        return get(scope, Schedule, Schedule.at(scope.clinic_id))
    except NotFound:
        return None


def confirmed(scope: Scope) -> tuple[Table, Confirmation] | None:
    """The schedule in force, as it was up to 15 s ago: every chart asks."""
    return _in_force(scope, remember(("vaccines", scope.clinic_id), partial(schedule, scope)))


def due_asked(scope: Scope, patient: Patient, today: date) -> list[Callable[[], Page]]:
    """The questions for what is due, beside others: none where nothing can be, by schedule and age."""
    found = confirmed(scope)
    born = patient.birth_date or ""
    if found is None or len(born) < len("2026-11-28") or not may_be_due(found[0], date.fromisoformat(born), today):
        return []
    return timeline.questions(scope, patient, partial(keys.chart_of_kind, kind=IMM), limit=MOST)


def _in_force(scope: Scope, found: Schedule | None) -> tuple[Table, Confirmation] | None:
    """None where nobody confirmed it, or where it is another edition by now."""
    if found is None or found.state != "confirmed" or found.table not in TABLES:
        return None
    table = TABLES[found.table]
    if table.source != found.edition:
        return None
    zone = ZoneInfo(clinic_of(scope.clinic_id).time_zone)
    return table, Confirmation(found.by_name, clock.moment(found.at_time).astimezone(zone).date())
