"""What is open in a clinic by the day of issue, kept with each entry: so that no list has to be added up.

What the entries of a drawer's day moved stands in the row of that day: of each day of issue how much (`o261105`) and of
how many invoices (`n261105`). The close of the day adds it to a row for each month of issue and drawer (`o05`, `n05`),
and to one of all days (`o`, `n`). An invoice that is paid as it is issued touches none. What a payer owes stands in its
claims, and is not in here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from billing.models import DrawerDay, Settlement
from billing.reports.services import FIX, MEANWHILE
from clinnet.table import Event, Key, Row, Scope, Transaction, keys

Parts = Mapping[str, Counter[str]]  # by day of issue, and of ALL: OPEN and COUNT
OPEN, COUNT, ALL = "o", "n", "all"
FIXED = "fixed"  # as a drawer: where check_ledger writes what was missing
CENTURY = "20"  # of a day, which its attributes leave out


def moved_open(settlements: Iterable[Settlement], owed: Mapping[str, int]) -> dict[str, int]:
    """What it adds to the row of the drawer's day. `owed` is what will be open of each of them; as they are is how they
    were read."""
    moved: Counter[str] = Counter()
    for each in settlements:
        before, after = int(each.open or 0), owed[each.id]
        if not each.payer and after != before:
            suffix = each.day.replace("-", "").removeprefix(CENTURY)
            moved[f"{OPEN}{suffix}"] += after - before
            moved[f"{COUNT}{suffix}"] += bool(after) - bool(before)
    return {name: value for name, value in moved.items() if value}


def of_day(row: Row) -> Parts:
    """What the row of a drawer's day says that was moved."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, value in row.items():
        part, suffix = name[:1], name[1:]
        if part in (OPEN, COUNT) and suffix.isdecimal():
            day = f"{CENTURY}{suffix[:2]}-{suffix[2:4]}-{suffix[4:]}"
            found[day][part] += int(value)
            found[ALL][part] += int(value)
    return found


def fold(tx: Transaction, day: DrawerDay, sums: Row, *, sign: int = 1) -> None:
    """What a day moved into the rows of months, when it is closed; -1 takes it out again."""
    moved = {name: Counter({part: sign * value for part, value in each.items()}) for name, each in of_day(sums).items()}
    for place, adds in _rows(tx.scope.clinic_id, day.drawer, moved).items():
        tx.change_row(place, sets={"type": "AGE", "clinicId": tx.scope.clinic_id}, adds=adds, new=True)


def rows_of(clinic: str, drawer: str, settlements: Iterable[Settlement]) -> Iterator[Row]:
    """The rows as a whole: for the batch door."""
    for place, adds in _rows(clinic, drawer, recomputed(settlements)).items():
        yield {"PK": place.pk, "SK": place.sk, "type": "AGE", **adds}


def recomputed(settlements: Iterable[Settlement]) -> Parts:
    """What the settlements of one clinic come to."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for each in settlements:
        if each.open and not each.payer:
            _put(found, each.day, int(each.open), 1)
    return found


def kept(rows: Iterable[Row], still_open: Iterable[Row] = ()) -> Parts:
    """The same as it stands in a clinic's rows, all drawers together, with those of the days that are `still_open`."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in still_open:
        for day, parts in of_day(row).items():
            found[day].update(parts)
    for row in rows:
        month = keys.parse_age(str(row["SK"]))
        for name, value in row.items():
            part, suffix = name[:1], name[1:]
            if part in (OPEN, COUNT) and (suffix.isdecimal() or not suffix):
                found[f"{month}-{suffix}" if suffix else ALL][part] += int(value)
    return found


def put_right(day: str, off: Counter[str], before: Parts, scope: Scope) -> None:
    """Adds what is missing of one day, or of ALL, to a row of no drawer. `before` is what `kept` makes of that row, and
    has to be so still."""
    tx = Transaction(scope)
    for place, adds in _rows(scope.clinic_id, FIXED, {day: off}).items():
        was = before.get(day, Counter())
        when = {name: was.get(name[:1]) for name in adds}
        sets = {"type": "AGE", "clinicId": scope.clinic_id}
        tx.change_row(place, sets=sets, adds=adds, when=when, new=True, refusal=MEANWHILE)
    tx.commit(Event(FIX, "AGE", day))


def _put(found: dict[str, Counter[str]], day: str, amount: int, count: int) -> None:
    for each in (day, ALL):
        found[each][OPEN] += amount
        found[each][COUNT] += count


def _rows(clinic: str, drawer: str, found: Parts) -> dict[Key, dict[str, int]]:
    """What each row is added to. What comes to nothing is left out."""
    rows: dict[Key, dict[str, int]] = defaultdict(dict)
    for day, parts in found.items():
        month, suffix = (ALL, "") if day == ALL else (day[:7], day[8:])
        adds = {f"{name}{suffix}": value for name, value in parts.items() if value}
        if adds:
            rows[keys.age(clinic, month, drawer)] |= adds
    return rows
