"""What was given and what is due, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Page, Row
from patients.models import Patient
from patients.rules import names
from records.lines import ImmunisationLine
from records.models import ERRORED
from records.rules.immunisations import Confirmation, Due, ages, before, due, said, sentence
from records.rules.vaccine_codes import COUNTS
from records.rules.vaccine_tables import Table
from records.rules.vaccines import SOURCES, offered
from records.vaccines.queries import counted

TONES = {"overdue": "danger", "due": "warn"}


@dataclass(frozen=True, slots=True, repr=False)
class GivenRow:
    id: str
    entry: str
    what: str
    on: str
    more: str
    errored: bool


@dataclass(frozen=True, slots=True, repr=False)
class DueRow:
    """`when`: "overdue since 3 Nov 2026", "due", "from 3 Mar 2027". `vaccine`: the name under which it is offered."""

    what: str
    more: str
    when: str
    tone: str
    vaccine: str


@dataclass(frozen=True, slots=True, repr=False)
class DueShown:
    """`said` stands beneath, always: by what it is told and what is not considered."""

    rows: list[DueRow]
    said: str

    @property
    def now(self) -> list[DueRow]:
        """Those that are due or overdue."""
        return [row for row in self.rows if row.tone in TONES.values()]


def given_rows(found: Sequence[Row], clinic: Clinic) -> list[GivenRow]:
    made = []
    for row in found:
        line = ImmunisationLine.unpack(row["line"])
        lot = f"lot {line.lot}" if line.lot else ""
        maker = f"by {line.maker}" if line.maker else ""
        expires = f"expires {formats.date(line.expires, clinic)}" if line.expires else ""
        source = "" if line.source == "here" else SOURCES.get(line.source, "").lower()
        more = ", ".join(part for part in (lot, maker, expires, line.site, source) if part)
        on = formats.date(line.on, clinic)
        made.append(GivenRow(row["id"], line.entry, line.vaccine, on, more, row.get("state") == ERRORED))
    return made


def due_rows(
    patient: Patient, found: Sequence[Row], schedule: tuple[Table, Confirmation] | None, clinic: Clinic
) -> DueShown | None:
    """None without a schedule in force or a whole birth date. Of complete series and of those too late nothing."""
    born = patient.birth_date or ""
    if schedule is None or len(born) < len("2026-11-28"):
        return None
    table, confirmation = schedule
    today, given = clock.today(clinic.time_zone), _names(found)
    counts = {each.name: COUNTS[each.counts] for each in table.series}  # influenza, yearly, is none
    rows = [
        DueRow(
            f"{each.series}, dose {each.number}" if each.series in counts else each.series,
            ", ".join(part for part in (each.product, _last(each, clinic)) if part),
            _when(each.state, each.due_from, each.overdue_from, clinic),
            TONES.get(each.state, "quiet"),
            offered(each.series, counts.get(each.series, ()), each.product, given),
        )
        for each in due(table, date.fromisoformat(born), counted(found), today, confirmation)
        if each.state in ("due", "overdue", "not yet")
    ]
    rows.sort(key=lambda row: ("danger", "warn", "quiet").index(row.tone))
    return DueShown(rows, sentence(table, confirmation, formats.date_order(clinic)))


def due_now(
    patient: Patient, doses: Sequence[Page | None], schedule: tuple[Table, Confirmation] | None, clinic: Clinic
) -> list[DueRow]:
    """For the summary. Nothing where the doses of one record could not be read: what was given would seem to be due."""
    pages = [page for page in doses if page is not None]
    if len(pages) < len(doses) or not pages:
        return []
    shown = due_rows(patient, [row for page in pages for row in page.rows], schedule, clinic)
    return shown.now if shown else []


def first(
    patient: Patient, found: Sequence[Row], schedule: tuple[Table, Confirmation] | None, clinic: Clinic
) -> dict[str, str]:
    """What the form begins with: the vaccine that is due first, and where the last one was given."""
    shown = due_rows(patient, found, schedule, clinic)
    vaccine = next((row.vaccine for row in shown.now if row.vaccine), "") if shown else ""
    return {"vaccine": vaccine, "site": last_site(found)}


@dataclass(frozen=True, slots=True, repr=False)
class ChildRow:
    """Somebody of a month of birth to whom doses are due; `due` is empty where the chart is restricted."""

    id: str
    name: str
    born: str
    restricted: bool
    due: list[DueRow]


def children(
    patients: Sequence[Patient], given: Sequence[Sequence[Row]], schedule: tuple[Table, Confirmation], clinic: Clinic
) -> list[ChildRow]:
    """Those to whom something is due now or overdue, who is overdue first. Influenza is left out: it is due to all."""
    made = []
    for patient, found in zip(patients, given, strict=True):
        shown = due_rows(patient, found, schedule, clinic)
        if now := [row for row in (shown.now if shown else ()) if row.what != "Influenza"]:
            born, name = formats.date(patient.birth_date or "", clinic), names.list_name(patient.data)
            restricted = bool(patient.restricted)
            made.append(ChildRow(patient.id, name, born, restricted, [] if restricted else now))
    return sorted(made, key=lambda row: (not any(each.tone == "danger" for each in row.due), row.name))


@dataclass(frozen=True, slots=True)
class Cohort:
    """A month of birth, as "2026-09", and what it is called."""

    month: str
    label: str


def cohorts(table: Table, clinic: Clinic) -> list[Cohort]:
    """Those who reach an age of the table about now: each month of birth once."""
    today = clock.today(clinic.time_zone)
    found: dict[str, str] = {}
    for age in ages(table):
        found.setdefault(f"{before(today, age):%Y-%m}", said(age))
    return [Cohort(month, label) for month, label in found.items()]


def neighbour(month: str, step: int) -> str:
    """The month before or after."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + step, 12)
    return f"{year:04}-{number + 1:02}"


def _names(found: Sequence[Row]) -> list[str]:
    """The vaccines that were given, the latest first."""
    lines = [ImmunisationLine.unpack(row["line"]) for row in found if row.get("state") != ERRORED]
    return [line.vaccine for line in sorted(lines, key=lambda line: line.on, reverse=True)]


def last_site(found: Sequence[Row]) -> str:
    """Where the latest dose was given that has it."""
    lines = [ImmunisationLine.unpack(row["line"]) for row in found if row.get("state") != ERRORED]
    return next((line.site for line in sorted(lines, key=lambda line: line.on, reverse=True) if line.site), "")


def _last(each: Due, clinic: Clinic) -> str:
    return f"last {formats.date(each.last.isoformat(), clinic)}" if each.last else ""


def _when(state: str, start: date | None, late: date | None, clinic: Clinic) -> str:
    if state == "overdue" and late:
        return f"overdue since {formats.date(late.isoformat(), clinic)}"
    if state == "due":
        return "due"
    return f"from {formats.date(start.isoformat(), clinic)}" if start else ""
