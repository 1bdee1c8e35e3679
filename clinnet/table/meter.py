"""What one request costs the table, counted from the sizes of the items it touched.

Read units are computed by AWS's rules (steps of 4 KiB, half for eventually consistent reads), because the embedded
engine reports flat ones; write units are the engine's.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil
from typing import TypeVar

T = TypeVar("T")

STEP = 4096
SECONDS = 8.0  # that a request may take before it gives up


@dataclass(slots=True)
class Meter:
    """Counts of one request: `sequence` counts calls one after another; of questions side by side the longest."""

    calls: list[str] = field(default_factory=list)
    sequence: int = 0
    read_units: float = 0
    read_floor_bytes: float = 0
    write_units: float = 0
    seconds: float = 0
    throttled: int = 0  # answers that it is too much at once
    conflicts: int = 0  # answers that another write was under way
    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    side_by_side: bool = False
    wrote: bool = False  # perhaps: then the request goes on to its end, or it would say "not saved" of what is

    def read(self, operation: str, sizes: list[int], *, consistent: bool, each: bool = False) -> None:
        """One read call: `each` where every item is rounded up by itself (BatchGetItem)."""
        rate = 1 if consistent else 0.5
        self.count(operation)
        steps = sum(max(1, ceil(size / STEP)) for size in sizes) if each else max(1, ceil(sum(sizes) / STEP))
        self.read_units += steps * rate
        self.read_floor_bytes += sum(sizes) * rate

    def write(self, operation: str, units: float) -> None:
        self.count(operation)
        self.write_units += units
        self.wrote = True

    def count(self, operation: str) -> None:
        self.calls.append(operation)
        row = _row.get()
        if row is None:
            self.sequence += 1
        else:
            row.append(operation)

    @property
    def is_late(self) -> bool:
        """Each call may be slow and succeed; all together have a deadline too, as long as nothing was written."""
        return not self.wrote and time.monotonic() > self.deadline

    @property
    def read_floor(self) -> float:
        """What the bytes would cost if they were read once, alone."""
        return ceil(self.read_floor_bytes / STEP * 2) / 2

    def header(self) -> str:
        """For `Server-Timing`: db time, then the counts as descriptions."""
        return (
            f'db;dur={self.seconds * 1000:.1f};desc="{self.sequence} in sequence of {len(self.calls)}", '
            f'read;desc="{self.read_units:g} units, floor {self.read_floor:g}", write;desc="{self.write_units:g} units"'
        )


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)
_row: ContextVar[list[str] | None] = ContextVar("row", default=None)  # calls of one of several questions side by side


def current() -> Meter:
    """The request's meter; outside a request one that is thrown away."""
    return _meter.get() or Meter()


def in_a_row(ask: Callable[[], T]) -> tuple[T, int]:
    """The answer, and how many calls one after another it took. In a context of its own."""
    row: list[str] = []
    _row.set(row)
    return ask(), len(row)


def is_in_a_row() -> bool:
    """True within such a question."""
    return _row.get() is not None


@contextmanager
def metered() -> Iterator[Meter]:
    """A fresh meter, and with it the deadline of 8 s, for one request or one job step."""
    meter = Meter()
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def in_request() -> bool:
    """True while a meter runs: pages have one, maintenance commands do not."""
    return _meter.get() is not None
