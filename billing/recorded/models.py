"""What was done at one visit: the check-out begins with it."""

from dataclasses import dataclass
from typing import Any

from clinnet.table import Item, Key, ListOf, Row, Text, keys


@dataclass(frozen=True, slots=True)
class Done:
    """`quantity` is in thousandths; `by` is a name, empty of what a visit of its type usually is."""

    code: str
    quantity: int
    by: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Done":
        return cls(str(stored["code"]), int(stored["quantity"]), str(stored.get("by", "")))


class VisitWork(Item, discriminator="VISITWORK"):
    """`lines` are {code, quantity, by}. Each change is on the version that was read; the check-out is too."""

    patient_id = Text(attr_name="patientId")
    visit_id = Text(attr_name="visitId")
    lines = ListOf(default=list)

    @staticmethod
    def at(patient_id: str, visit_id: str) -> Key:
        return keys.visit_recorded(patient_id, visit_id)

    @property
    def done(self) -> list[Done]:
        return done_of(self.lines)


def done_of(lines: list[dict[str, Any]] | None) -> list[Done]:
    return [Done.of(each) for each in lines or []]


def done_in(row: Row | None) -> list[Done] | None:
    """Of a row that was read beside others; None where nothing was recorded."""
    return done_of(row.get("lines")) if row else None
