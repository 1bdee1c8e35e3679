"""The entries of a person's account over a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.ledger import queries as ledger
from billing.models import CHARGE, Entry
from clinnet import clock
from clinnet.table import Scope, keys, query
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.calendar.rules import walltime

MOST = 2000  # entries of a record, of all time


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Entries from `first` to `last`, days of the clinic, in time order. `opening` is what was owed before them, and
    `closing` what was after. `too_many`: not all could be read, and nothing of it is to be shown."""

    first: date
    last: date
    opening: int
    closing: int
    entries: Sequence[Entry]
    too_many: bool = False


def account(scope: Scope, patient: Patient, first: date, last: date, zone: str) -> Account:
    """Read back from today: what is owed now, less all that came since."""
    start, end = walltime.at(first, "00:00", zone), walltime.at(last, "23:59", zone)
    found: list[Entry] = []
    for id in all_ids(patient):
        theirs = query(scope, keys.entries_of(id), limit=MOST + 1).of(Entry)
        found += [each for each in theirs if not each.payer]
        if len(theirs) > MOST:
            return Account(first, last, 0, 0, (), too_many=True)
    owed = sum(each.balance for each in ledger.accounts(scope, patient))
    begin, stop = clock.stamp(start), clock.stamp(end).replace(":00.000Z", ":59.999Z")
    since = [each for each in found if each.at_time >= begin]
    within = sorted((each for each in since if each.at_time <= stop), key=_order)
    opening = owed - sum(int(each.amount) for each in since)
    return Account(first, last, opening, opening + sum(int(each.amount) for each in within), within)


def _order(entry: Entry) -> tuple[str, str, bool, str]:
    """Of those that were written together, what was charged comes before what paid it."""
    return entry.at_time, entry.last_event or "", entry.kind != CHARGE, entry.id
