"""Seals over the trail, and what they find.

A seal covers whole buckets of ten minutes, from the end of the seal before it to two minutes before it was made. It
lists every event of them with the event's own HMAC, names the seal before, and carries an HMAC of its own under
another key. So of what is sealed, an event that was changed, taken out or put in is found and named, and a seal that
was changed or taken out too. Of what is not sealed yet, a changed event is found by its own HMAC, and one that was
taken out where a later one names it. Whoever holds the application's keys and may delete what is in the table can lie
about what is not sealed, and can cut the trail off at its end.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.audit.queries import BUCKET
from clinnet.table import Row, Scope, get, keys, query
from clinnet.table.events import mac
from clinnet.table.seals import put_seal
from clinnet.table.secrets import key_for

SETTLED = timedelta(minutes=2)  # after a bucket nothing is written into it any more: a request lasts seconds
MOST = 2000  # events of one seal: 400 kB are 4,000
PAGE = 500


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """`start` and `end` are the stamps at which buckets begin; `events` are HMACs by id."""

    start: str
    end: str
    events: Mapping[str, str]
    previous: str
    mac: str

    @classmethod
    def made(cls, start: str, end: str, events: Mapping[str, str], previous: str) -> "Seal":
        return cls(start, end, events, previous, _mac(start, end, events, previous))

    @classmethod
    def of(cls, row: Row) -> "Seal":
        return cls(row["start"], row["end"], row.get("events", {}), row.get("previous", ""), row.get("mac", ""))

    @property
    def is_whole(self) -> bool:
        return hmac.compare_digest(self.mac, _mac(self.start, self.end, self.events, self.previous))


def _mac(start: str, end: str, events: Mapping[str, str], previous: str) -> str:
    text = json.dumps([start, end, sorted(events.items()), previous])
    return hmac.new(key_for("seal 1"), text.encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind`: missing, changed, added, seal. `bucket` is the stamp of its ten minutes, `event` an event's id."""

    kind: str
    bucket: str
    event: str = ""

    def __str__(self) -> str:
        said = {
            "missing": "an event is missing",
            "changed": "an event was changed",
            "added": "an event was put in later",
            "seal": "a seal is broken or missing",
        }
        return f"{said[self.kind]}: {self.bucket} {self.event}".rstrip()


# --- Sealing ---------------------------------------------------------------------------------------------------------


def seal(scope: Scope) -> int:
    """Seals what is settled; returns how many seals were made. Two at once make each seal once."""
    before, made = last(scope), 0
    start = clock.moment(before.end) if before else _floor(clock.moment(_beginning(scope)))
    end, previous = _floor(clock.now() - SETTLED), before.mac if before else ""
    while start < end:
        stop, events = start, dict[str, str]()
        while stop < end and len(events) < MOST:
            events |= {row["id"]: row.get("mac", "") for row in _events(scope, stop)}
            stop += BUCKET
        one = Seal.made(clock.stamp(start), clock.stamp(stop), events, previous)
        place = keys.audit_seal(scope.clinic_id, one.start)
        row = {"PK": place.pk, "SK": place.sk, "id": one.start, "type": "SEAL", "start": one.start, "end": one.end,
               "events": dict(one.events), "previous": one.previous, "mac": one.mac}  # fmt: skip
        if not put_seal(scope, row):
            return made  # another one is at it
        start, previous, made = stop, one.mac, made + 1
    return made


def last(scope: Scope, *, months: int = 13) -> Seal | None:
    """The newest seal, looked for month by month; None where there is none of so many months."""
    month = clock.now()
    for _ in range(months):
        found = query(scope, keys.audit_seals_in(scope.clinic_id, clock.stamp(month)), limit=1, backward=True).rows
        if found:
            return Seal.of(found[0])
        month = month.replace(day=1) - timedelta(days=1)
    return None


def _beginning(scope: Scope) -> str:
    """When the clinic was made: nothing is in its trail before."""
    return get(scope, Clinic, Clinic.at(scope.clinic_id)).created_at or clock.stamp()


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)


def _events(scope: Scope, at: datetime) -> Iterator[Row]:
    """Of the bucket, to its end."""
    cursor = ""
    while True:
        page = query(scope, keys.audit_between(scope.clinic_id, clock.stamp(at)), limit=PAGE, cursor=cursor)
        yield from page.rows
        if not (cursor := page.next):
            return


# --- Verifying -------------------------------------------------------------------------------------------------------


def verify(scope: Scope, since: datetime | None = None, until: datetime | None = None) -> Iterator[Fault]:
    """Every fault of a clinic's trail, oldest first; none where all is as it was written.

    With `since` from the seal on that covers that moment, of which the link to the seal before is not looked at; with
    `until` up to the seal that covers that one.
    """
    first = _covering(scope, since) if since else None
    previous, end = "", clock.stamp(_floor(clock.moment(_beginning(scope))))
    if first:
        previous, end = first.previous, first.start
    for one in _seals(scope, end):
        if until and one.start >= clock.stamp(until):
            return
        if not one.is_whole or one.previous != previous or one.start != end:
            yield Fault("seal", one.start)
        end = max(end, one.start)  # a seal is missing: what it covered is not known
        yield from _against(scope, one)
        previous, end = one.mac, one.end
    yield from _unsealed(scope, clock.moment(end), until or clock.now())


def _covering(scope: Scope, moment: datetime) -> Seal | None:
    """The last seal that begins before a moment, of its month or the one before."""
    at = clock.stamp(moment)
    for month in (at[:7], clock.stamp(moment.replace(day=1) - timedelta(days=1))[:7]):
        asked = keys.audit_seals_in(scope.clinic_id, month)._replace(high=at)
        found = query(scope, asked, limit=1, backward=True).rows
        if found:
            return Seal.of(found[0])
    return None


def _seals(scope: Scope, since: str) -> Iterator[Seal]:
    """Those that begin at a stamp or later."""
    month, now = since[:7], clock.stamp()[:7]
    while month <= now:
        cursor, asked = "", keys.audit_seals_in(scope.clinic_id, month)._replace(low=since)
        while True:
            page = query(scope, asked, limit=100, cursor=cursor)
            yield from map(Seal.of, page.rows)
            if not (cursor := page.next):
                break
        month = f"{int(month[:4]) + (month[5:] == '12')}-{int(month[5:]) % 12 + 1:02}"


def _against(scope: Scope, one: Seal) -> Iterator[Fault]:
    """The events of the buckets that a seal covers, against its list."""
    at, found = clock.moment(one.start), set[str]()
    while at < clock.moment(one.end):
        for row in _events(scope, at):
            found.add(row["id"])
            if row["id"] not in one.events:
                yield Fault("added", clock.stamp(at), row["id"])
            elif not _is_whole(row) or row.get("mac") != one.events[row["id"]]:
                yield Fault("changed", clock.stamp(at), row["id"])
        at += BUCKET
    yield from (Fault("missing", one.start, id) for id in sorted(one.events) if id not in found)


def _unsealed(scope: Scope, at: datetime, until: datetime) -> Iterator[Fault]:
    """By the events' own HMACs, and by what they name as the event before."""
    since, found, named = clock.stamp(at), set[str](), dict[str, str]()
    while at <= until:
        for row in _events(scope, at):
            found.add(row["id"])
            if not _is_whole(row):
                yield Fault("changed", clock.stamp(at), row["id"])
            links = [link for link in row.get("chain", {}).values() if len(link) > 3]
            named |= {link[2]: link[3] for link in links if link[3] >= since}
        at += BUCKET
    yield from (Fault("missing", named[id], id) for id in sorted(named) if id not in found)


def _is_whole(row: Row) -> bool:
    return hmac.compare_digest(row.get("mac", ""), mac(row))
