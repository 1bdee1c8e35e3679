"""Who is busy when: what forbids a double booking.

A row for each practitioner, room and patient and each UTC day; in it each busy five minutes is an attribute, named
after its time ("k6" is 10:30: hour k, twelfth 6), and holds the set of tags of what occupies it. A tag ends the
appointment's or block's id. To book is to set what must not exist; to free is to take the tag out; to overbook is to
add. A time held for somebody carries its end as one more attribute; past it, whoever comes takes it over on the
condition that the hold is still that same one.
"""

import string
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clinnet.table import Key, Row, Transaction, keys
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need
from scheduling.refusals import Taken

TWELFTHS = string.digits + "ab"
NAMES = tuple(hour + twelfth for hour in string.ascii_lowercase[:24] for twelfth in TWELFTHS)
NUMBERS = {name: number for number, name in enumerate(NAMES)}
GRAINS_OF_A_DAY = len(NAMES)
TAG = 6  # 30 bits: 108 grains of a nine-hour day stay within one write unit
HOLD = "until "  # and the tag: when the hold ends, in seconds since 1970

KeyOf = Callable[[str, str], Key]
Places = dict[Key, set[str]]  # busy row → names of its grains
RESOURCES: dict[str, KeyOf] = {
    "practitioner": keys.busy_practitioner,
    "room": keys.busy_room,
    "patient": keys.busy_patient,
}


def tag_of(id: str) -> str:
    return id[-TAG:]


@dataclass(frozen=True, slots=True)
class Hold:
    """What one appointment or block occupies. `until` in seconds since 1970 for a time held only so long."""

    id: str
    start: int
    need: Need
    practitioner: str = ""
    room: str = ""
    patient: str = ""
    squeezed: frozenset[str] = frozenset()  # which of practitioner, room and patient may have others there too
    until: int = 0

    @property
    def tag(self) -> str:
        return tag_of(self.id)

    def places(self) -> Places:
        return {key: names for resource in RESOURCES for key, names in self._of(resource).items()}

    def squeezed_places(self) -> set[Key]:
        return {key for resource in self.squeezed for key in self._of(resource)}

    def _of(self, resource: str) -> Places:
        found: Places = {}
        if id := getattr(self, resource):
            grains = getattr(self.need, resource)(self.start)
            _place(found, RESOURCES[resource], id, grains)
        return found


def _place(found: Places, key: KeyOf, id: str, grains: Iterable[int]) -> None:
    for grain in grains:
        day, number = divmod(grain, GRAINS_OF_A_DAY)
        at = key(id, walltime.moment_of(day * GRAINS_OF_A_DAY).date().isoformat())
        found.setdefault(at, set()).add(NAMES[number])


@dataclass(slots=True)
class _Change:
    """One row's: tags by grain that come, and that go."""

    takes: dict[str, str] = field(default_factory=dict)
    squeezes: dict[str, str] = field(default_factory=dict)
    frees: dict[str, str] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)  # by tag: when a hold that is taken here ends
    given_up: set[str] = field(default_factory=set)  # tags of holds that leave this row
    kept: dict[str, int] = field(default_factory=dict)  # tags of holds that become appointments, with their ends


def swap(tx: Transaction, old: Sequence[Hold], new: Sequence[Hold], *, lapsed: Mapping[Key, Row] | None = None) -> None:
    """The steps by which `old` is freed and `new` is taken. Their refusal is Taken.

    `lapsed` are rows as they were read, holds past their end in them: these are taken over.
    """
    for key, change in sorted(_changes(old, new).items(), key=lambda each: _order(each[0])):
        _write(tx, key, change, (lapsed or {}).get(key, {}))


def _order(key: Key) -> tuple[int, Key]:
    """Practitioners first: of two refusals theirs is the one to tell."""
    return list(RESOURCES).index(resource_of(key)), key


def resource_of(key: Key) -> str:
    """practitioner, room or patient."""
    return keys.parse_busy(key)[0]


def _changes(old: Sequence[Hold], new: Sequence[Hold]) -> dict[Key, _Change]:
    changes: dict[Key, _Change] = {}
    kept = {(key, name, hold.tag) for hold in new for key, names in hold.places().items() for name in names}
    held = {(key, name, hold.tag) for hold in old for key, names in hold.places().items() for name in names}
    for hold in old:
        for key, names in hold.places().items():
            change = changes.setdefault(key, _Change())
            change.frees |= {name: hold.tag for name in names if (key, name, hold.tag) not in kept}
            change.given_up |= {hold.tag} if hold.until else set()
    for hold in new:
        squeezed = hold.squeezed_places()
        for key, names in hold.places().items():
            change = changes.setdefault(key, _Change())
            wanted = {name: hold.tag for name in names if (key, name, hold.tag) not in held}
            if key in squeezed:
                change.squeezes |= wanted
            else:
                if twice := wanted.keys() & change.takes.keys():
                    raise Taken(key, dict.fromkeys(twice, ""), {})
                change.takes |= wanted
            if hold.until:
                change.ends[hold.tag] = hold.until
            elif hold.tag in change.given_up:
                change.kept[hold.tag] = next(each.until for each in old if each.id == hold.id)
            change.given_up.discard(hold.tag)
    return {key: change for key, change in changes.items() if change != _Change()}


def _write(tx: Transaction, key: Key, change: _Change, row: Row) -> None:
    over = lapsed_in(row, _seconds(tx.at))
    when: dict[str, Any] = {HOLD + tag: end for tag, end in change.kept.items()}
    sets: dict[str, Any] = {HOLD + tag: None for tag in {*change.given_up, *change.kept}}
    sets |= {name: {tag} for name, tag in change.takes.items()}
    sets |= {HOLD + tag: end for tag, end in change.ends.items()}
    frees = {name: tag for name, tag in change.frees.items() if name not in change.takes}
    for name in change.takes:
        tag = change.frees.get(name) or _only(row, name)
        if name in change.frees or tag in over:  # from one to another at once, or from a hold that is over
            when[name] = {tag}
    for tag in {_only(row, name) for name in change.takes} & over.keys():
        when[HOLD + tag], sets[HOLD + tag] = over[tag], None
        frees |= {name: tag for name, tags in tags_in(row).items() if tag in tags and name not in change.takes}
    if not key.is_shared:
        sets["clinicId"] = tx.scope.clinic_id
    tx.change_row(
        key,
        sets=sets,
        when=when,
        new=True,
        unless=[name for name in change.takes if name not in when],
        adds={name: {tag} for name, tag in change.squeezes.items()},
        deletes={name: {tag} for name, tag in frees.items()},
        refusal=lambda found: Taken(key, change.takes, found),
    )


def _seconds(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp())


def _only(row: Row, name: str) -> str:
    tags = row.get(name, ())
    return next(iter(tags)) if len(tags) == 1 else ""


def check_free(tx: Transaction, key: Key, names: Collection[str], row: Row | None = None) -> None:
    """A row in which none of these may be taken: that of another of the person's records.

    `row` as it was read, holds past their end in it: these are as nobody's.
    """
    row = row or {}
    over = lapsed_in(row, _seconds(tx.at))
    stale = {name: tag for name in names if (tag := _only(row, name)) in over}
    when: dict[str, Any] = {name: {tag} for name, tag in stale.items()}
    when |= {HOLD + tag: over[tag] for tag in stale.values()}
    refusal = lambda found: Taken(key, dict.fromkeys(names, ""), found)  # noqa: E731
    tx.check(key, when=when, unless=sorted(set(names) - stale.keys()), new=True, refusal=refusal)


# --- Reading -----------------------------------------------------------------------------------------------------


def lapsed_in(row: Row, now: int) -> dict[str, int]:
    """The tags of holds that ended before `now` (seconds since 1970), with their ends."""
    return {name.removeprefix(HOLD): int(end) for name, end in row.items() if name.startswith(HOLD) and end <= now}


def tags_in(row: Row) -> dict[str, set[str]]:
    """Grain name → tags."""
    return {name: tags for name, tags in row.items() if name in NUMBERS and tags}


def day_of_row(row: Row) -> str:
    """The UTC date of a busy row, of whatever resource."""
    return keys.parse_busy(Key(row["PK"], row["SK"]))[2]


def taken(rows: Iterable[Row], now: datetime, *, without: str = "", besides: Collection[str] = ()) -> set[int]:
    """The grains that are taken, apart from those whose hold is past its end, and from those of the tag `without`.

    `besides` are more such tags.
    """
    found: set[int] = set()
    for row in rows:
        first = walltime.number(datetime.fromisoformat(day_of_row(row) + "T00:00:00+00:00"))
        over = lapsed_in(row, int(now.timestamp())).keys()
        found |= {first + NUMBERS[name] for name, tags in tags_in(row).items() if tags - over - {without, *besides}}
    return found


def spans(first: int, last: int) -> list[tuple[str, str, str]]:
    """The UTC days of the grains [first, last], with one to each side for buffers, as (month, day from, day to)."""
    day = (walltime.moment_of(first) - timedelta(days=1)).date()
    end = (walltime.moment_of(last) + timedelta(days=1)).date()
    found = []
    while day <= end:
        until = min(end, (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        found.append((day.isoformat()[:7], f"{day.day:02}", f"{until.day:02}"))
        day = until + timedelta(days=1)
    return found
