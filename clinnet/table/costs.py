"""What each page cost the table, summed in the process and written once a minute: one item for each clinic and day.

The sums are added outside transactions, as counters are: a process that dies loses those of its last minute, and a
repeated write may count twice. What runs by itself (commands) has no page, and is not in them.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

from clinnet import clock
from clinnet.table import keys
from clinnet.table.connection import patiently
from clinnet.table.errors import ClinnetError
from clinnet.table.meter import Meter
from clinnet.table.values import Row

ITSELF = "counting"  # the page to which the writing of these sums is counted
PAGES = 50  # in one write: its expression may be 4 KB long
MOST = 2000  # pages of all clinics that wait to be written, where the table does not answer
monotonic = time.monotonic
log = logging.getLogger("clinnet.costs")


@dataclass(slots=True)
class Cost:
    """Requests, read units and write units; and how often the table said that it was too much at once, or that another
    write was under way."""

    calls: float = 0
    reads: float = 0
    writes: float = 0
    throttled: float = 0
    conflicts: float = 0

    def add(self, other: "Cost") -> None:
        self.calls += other.calls
        self.reads += other.reads
        self.writes += other.writes
        self.throttled += other.throttled
        self.conflicts += other.conflicts


Sums = dict[tuple[str, str, str], Cost]  # by clinic, day and page


class Costs:
    """The sums of one process."""

    def __init__(self) -> None:
        self._lock, self._sums, self._since = threading.Lock(), Sums(), monotonic()

    def count(self, clinic: str, page: str, cost: Cost) -> None:
        """A day is that of UTC, as AWS bills it."""
        with self._lock:
            if len(self._sums) < MOST:
                self._sums.setdefault((clinic, clock.stamp()[:10], page), Cost()).add(cost)

    def flush_if_due(self) -> None:
        """Once a minute, by whoever answered a request then: after the answer has left."""
        if settings.CLINNET_COST_SECONDS and monotonic() - self._since >= settings.CLINNET_COST_SECONDS:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            sums, self._sums, self._since = self._sums, Sums(), monotonic()
        days = dict.fromkeys((clinic, day) for clinic, day, _ in sums)
        for clinic, day in days:
            pages = {page: cost for (whose, on, page), cost in sums.items() if (whose, on) == (clinic, day)}
            names = list(pages)
            for first in range(0, len(names), PAGES):
                self._write(clinic, day, {name: pages[name] for name in names[first : first + PAGES]})

    def _write(self, clinic: str, day: str, pages: Mapping[str, Cost]) -> None:
        try:
            units = add(clinic, day, pages)
        except ClinnetError as error:
            log.warning("what pages cost was not written: %s", type(error).__name__)
            for page, cost in pages.items():
                self.count(clinic, page, cost)
        else:
            self.count(clinic, ITSELF, Cost(1, 0, units))


COSTS = Costs()


def count(clinic: str, page: str, meter: Meter) -> None:
    COSTS.count(clinic, page, Cost(1, meter.read_units, meter.write_units, meter.throttled, meter.conflicts))


def add(clinic: str, day: str, pages: Mapping[str, Cost]) -> float:
    """One write; returns its units."""
    amounts = [(f"{page} {name}", value) for page, cost in pages.items() for name, value in _named(cost) if value]
    answer = patiently(
        "UpdateItem",
        TableName=settings.CLINNET_TABLE,
        Key=keys.cost(clinic, day).raw(),
        UpdateExpression="SET clinicId = :clinic, #type = :type ADD "
        + ", ".join(f"#{number} :{number}" for number in range(len(amounts))),
        ExpressionAttributeNames={"#type": "type"} | {f"#{each}": name for each, (name, _) in enumerate(amounts)},
        ExpressionAttributeValues={":clinic": {"S": clinic}, ":type": {"S": "COST"}}
        | {f":{each}": {"N": f"{value:.1f}"} for each, (_, value) in enumerate(amounts)},
    )
    return float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 1))


def costs_of(row: Row) -> dict[str, Cost]:
    """By page, of one day's row."""
    found: dict[str, Cost] = {}
    for name, value in row.items():
        page, _, what = name.rpartition(" ")
        if page and what in NAMES:
            setattr(found.setdefault(page, Cost()), NAMES[what], float(value))
    return found


NAMES = {"n": "calls", "r": "reads", "w": "writes", "t": "throttled", "c": "conflicts"}


def _named(cost: Cost) -> Iterator[tuple[str, float]]:
    return ((short, getattr(cost, name)) for short, name in NAMES.items())
