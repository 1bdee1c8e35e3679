"""What was given and what is due, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row
from patients.models import Patient
from records.lines import ImmunisationLine
from records.models import ERRORED
from records.rules.immunisations import Confirmation, due, sentence
from records.rules.vaccine_tables import Table
from records.rules.vaccines import SOURCES
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
    """`when`: "overdue since 3 Nov 2026", "due", "from 3 Mar 2027"."""

    what: str
    more: str
    when: str
    tone: str


@dataclass(frozen=True, slots=True, repr=False)
class DueShown:
    """`said` stands beneath, always: by what it is told and what is not considered."""

    rows: list[DueRow]
    said: str


def given_rows(found: Sequence[Row], clinic: Clinic) -> list[GivenRow]:
    made = []
    for row in found:
        line = ImmunisationLine.unpack(row["line"])
        lot = f"lot {line.lot}" if line.lot else ""
        source = "" if line.source == "here" else SOURCES.get(line.source, "").lower()
        more = ", ".join(part for part in (lot, line.site, source) if part)
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
    today = clock.today(clinic.time_zone)
    rows = [
        DueRow(
            f"{each.series}, dose {each.number}",
            each.product,
            _when(each.state, each.due_from, each.overdue_from, clinic),
            TONES.get(each.state, "quiet"),
        )
        for each in due(table, date.fromisoformat(born), counted(found), today, confirmation)
        if each.state in ("due", "overdue", "not yet")
    ]
    rows.sort(key=lambda row: ("danger", "warn", "quiet").index(row.tone))
    return DueShown(rows, sentence(table, confirmation, formats.date_order(clinic)))


def _when(state: str, start: date | None, late: date | None, clinic: Clinic) -> str:
    if state == "overdue" and late:
        return f"overdue since {formats.date(late.isoformat(), clinic)}"
    if state == "due":
        return "due"
    return f"from {formats.date(start.isoformat(), clinic)}" if start else ""
