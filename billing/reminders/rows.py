"""Reminders in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.models import Settlement
from billing.queries import MoneySetup
from billing.reminders.queries import MAIL, NONE, PAID, PAPER, Owing
from clinnet import formats
from clinnet.accounts.models import Clinic
from patients.models import Patient
from patients.rules import names

WAYS = {MAIL: "By e-mail", PAPER: "On paper", NONE: "No address: give it to them at the desk", PAID: "Paid meanwhile",
        "phone": "Called"}  # fmt: skip
SHORT = {MAIL: "e-mail", PAPER: "paper", "phone": "called"}


@dataclass(frozen=True, slots=True, repr=False)
class OwingRow:
    patient_id: str
    name: str
    open: str
    count: int
    way: str
    reached: bool


@dataclass(frozen=True, slots=True, repr=False)
class ReminderRow:
    day: str
    way: str
    by: str
    words: str


def owing_rows(found: list[Owing], known: MoneySetup) -> list[OwingRow]:
    return [
        OwingRow(each.patient.id, names.list_name(each.patient.data), known.show(each.open), each.count,
                 WAYS[each.way], each.way != NONE)
        for each in found
    ]  # fmt: skip


def done_rows(ids: list[str], results: Mapping[str, Any], people: Mapping[str, Patient]) -> list[OwingRow]:
    """What became of each person of a job, in its order."""
    ways = {id: str(results.get(id, {}).get("w", "")) for id in ids}
    return [
        OwingRow(people[id].id, names.list_name(people[id].data), "", 0, WAYS.get(ways[id], ""), ways[id] != NONE)
        for id in ids
        if id in people
    ]


def reminder_rows(settlement: Settlement, clinic: Clinic) -> list[ReminderRow]:
    """Newest first."""
    return [
        ReminderRow(formats.date(each["day"], clinic), WAYS[each["way"]], each["by"], each["words"])
        for each in reversed(settlement.reminders or [])
    ]


def last(reminded: str, clinic: Clinic) -> str:
    """ "28 Nov 2026, called": of what stands in a list."""
    day, _, way = reminded.partition(" ")
    return f"{formats.date(day, clinic)}, {SHORT.get(way, way)}" if day else ""
