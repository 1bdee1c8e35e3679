"""Reads of orders and results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Page, Row, Scope, keys, query
from patients.models import Patient
from records import queries
from records.lines import ResultLine
from records.models import ORD, RES

MOST = 100
LATE = timedelta(days=14)  # after which an order without a result is told


def orders(scope: Scope, patient: Patient) -> list[Row]:
    """The newest first, also what is over or in error."""
    return queries.of_kind(scope, patient, ORD, MOST)


def results(scope: Scope, patient: Patient) -> list[Row]:
    return queries.of_kind(scope, patient, RES, MOST)


def to_look_at(scope: Scope) -> partial[Page]:
    """The gravest first, then the oldest. A row's line is a ResultLine."""
    return partial(query, scope, keys.all_to_look_at(scope.clinic_id), limit=MOST)


def late_orders(scope: Scope) -> partial[Page]:
    """Those without a result for two weeks, the oldest first. A row's line is an OrderLine."""
    until = clock.stamp(clock.now() - LATE)
    return partial(query, scope, keys.orders_open(scope.clinic_id, until), limit=MOST)


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A result that nobody has looked at."""

    id: str
    patient_id: str
    line: ResultLine


def waiting(rows: Iterable[Row], person: str) -> list[Waiting]:
    """Critical ones first, whoever they came for; then what came for this person; then abnormal ones, then others'."""
    found = [Waiting(row["id"], row["line"]["i"], ResultLine.unpack(row["line"])) for row in rows]
    return sorted(found, key=lambda each: (each.line.severity != "0", each.line.person != person, each.line.severity))
