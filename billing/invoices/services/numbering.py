"""Numbers without a gap: the counter is one row, changed inside the transaction that issues.

Nothing is read first. The process guesses from the last number that it saw; a wrong guess is refused with the row as it
is, and the same transaction is sent again with the right number, under the same once token and event, as long as the
request has time. So many cashiers are served at once, and none is told to press again. Within a process they take
turns: of sixteen who try at once fifteen would have made their transaction in vain.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from billing.rules.numbers import Counter
from clinnet.table import Event, Once, Row, Scope, Transaction, keys, meter
from clinnet.table.errors import Busy, ClinnetError, Refused

BUSY = Busy("Not saved yet: many invoices at once. Nothing was taken. Press again.")
_seen: dict[tuple[str, str], Counter] = {}  # by clinic and series: guesses
_turns: dict[tuple[str, str], threading.Lock] = {}


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A number, and the document that has it."""

    counter: Counter
    patient_id: str
    bill_id: str


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """What a try wants to write: the numbers in their order, with which event and result."""

    given: Sequence[Given]
    event: Event
    result: str


class _Moved(Refused):
    """Another number was given meanwhile; `row` is the counter as it is."""

    def __init__(self, row: Row) -> None:
        self.row = row
        super().__init__()


def numbered(
    scope: Scope, series: str, year: int, write: Callable[[Transaction, Counter], Issued], *, once: Once | None = None
) -> str:
    """Writes what `write` puts into a transaction, with the numbers after the counter that it is given.

    `write` is called again for each try, and must make the same of the same. Raises Busy where it ran out of time.
    """
    first, start = None, Counter(series, year)
    place, until = (scope.clinic_id, start.name), meter.current().deadline
    with _turn(place, until):
        while True:
            last = _seen.get(place, start)
            tx = Transaction(scope, once=once, to_deadline=True)
            first = first or tx
            tx.at, tx.event_id = first.at, first.event_id
            issued = write(tx, last)
            _count(tx, last, issued)
            try:
                result = tx.commit(issued.event, issued.result)
            except _Moved as moved:
                if time.monotonic() > until:
                    raise BUSY from None
                _seen[place] = _counter(series, year, moved.row)
            except Busy:
                raise BUSY from None
            else:
                _seen[place] = issued.given[-1].counter
                return result


@contextmanager
def _turn(place: tuple[str, str], until: float) -> Iterator[None]:
    """Raises Busy where it does not come in time."""
    turn = _turns.setdefault(place, threading.Lock())
    if not turn.acquire(timeout=max(0, until - time.monotonic())):
        raise BUSY
    try:
        yield
    finally:
        turn.release()


def _counter(series: str, year: int, row: Row) -> Counter:
    return Counter(series, year, int(row.get("n", 0)), row.get("day", ""), row.get("head", ""))


def _count(tx: Transaction, last: Counter, issued: Issued) -> None:
    clinic, new = tx.scope.clinic_id, issued.given[-1].counter
    sets = {"n": new.n, "day": new.day, "head": new.head, "clinicId": clinic, "type": "COUNTER"}
    when = {"n": last.n or None, "head": last.head or None}
    tx.change_row(keys.counter(clinic, new.name), sets=sets, when=when, new=not last.n, refusal=_moved)
    for each in issued.given:
        number, place = each.counter, keys.document_number(clinic, new.name, each.counter.n)
        row = {
            "PK": place.pk,
            "SK": place.sk,
            "type": "NUMBER",
            "number": number.number,
            "day": number.day,
            "head": number.head,
            "patientId": each.patient_id,
            "billId": each.bill_id,
        }
        tx.put_row(row, only_new=True, refusal=_moved)


def _moved(row: Row) -> ClinnetError:
    return _Moved(row)
