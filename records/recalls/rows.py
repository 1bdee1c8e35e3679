"""Recalls as the list, Tasks and the chart show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row, keys
from patients.models import Patient
from patients.rules import names, phones
from records.lines import RecallLine
from records.recalls.models import Recall
from records.rules.recalls import HOW


@dataclass(frozen=True, slots=True, repr=False)
class DueRow:
    """`when`: "due", "since 3 Nov 2026", "on 3 Mar 2027". `dials` is for tel:."""

    id: str
    patient_id: str
    name: str
    phone: str
    dials: str
    what: str
    how: str
    when: str
    tone: str
    tries: str
    by: str


def due(found: Sequence[Row], known: dict[str, Patient], clinic: Clinic) -> list[DueRow]:
    """Those whose patient is there."""
    made = []
    for row in found:
        line = RecallLine.unpack(row["line"])
        if patient := known.get(line.patient_id):
            when, tone = _when(keys.parse_recall_due(row["GSI1SK"]), clinic)
            numbers = patient.data.get("phones") or []
            number = numbers[0]["number"] if numbers else ""
            phone, dials = phones.show(number, clinic.country) if number else "", phones.link(number)
            made.append(DueRow(row["id"], patient.id, names.list_name(patient.data), phone, dials, line.what,
                               HOW.get(line.how, ""), when, tone, _tries(line.tries), line.by))  # fmt: skip
    return made


def of_chart(found: Sequence[Recall], clinic: Clinic) -> list[DueRow]:
    """Without the patient, of whom the page is."""
    return [
        DueRow(each.id, each.patient_id, "", "", "", each.what, HOW.get(each.how, ""), *_when(each.due, clinic),
               _tries(int(each.tries)), each.by_name)
        for each in found
    ]  # fmt: skip


def _when(day: str, clinic: Clinic) -> tuple[str, str]:
    today = clock.today(clinic.time_zone).isoformat()
    if day == today:
        return "due", "warn"
    shown = formats.date(day, clinic)
    return (f"since {shown}", "danger") if day < today else (f"on {shown}", "note")


def _tries(count: int) -> str:
    return f"not reached {count} ×" if count else ""
