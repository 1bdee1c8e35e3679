"""The one place that reads the clock, so that tests and `--now` can turn it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import tzdata
from ulid import ULID

RELEASED = {"2026f": date(2026, 10, 28)}  # when the tzdata package of these rules came out; it does not say so itself


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """A moment as the table writes it: 2026-11-22T09:30:00.000Z. Refuses a naive datetime."""
    moment = moment or now()
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def today(zone: str) -> date:
    """The clinic's date: `zone` is an IANA name."""
    return now().astimezone(ZoneInfo(zone)).date()


def new_id() -> str:
    """A ULID: sorts by time, never collides."""
    return str(ULID())


def id_at(moment: datetime, chance: bytes) -> str:
    """The ULID of a past moment and of ten bytes: for what is made up."""
    return str(ULID(int(moment.timestamp() * 1000).to_bytes(6, "big") + chance))


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """The rules by which zones' readings and moments belong together: an IANA version, when its package came out."""

    version: str
    released: date | None

    def sentence(self, today: date) -> str:
        """ "Rules 2026f, 31 days old": for whoever wonders whether a country's newest law is in them."""
        if self.released is None:
            return f"Rules {self.version}"
        days = (today - self.released).days
        return f"Rules {self.version}, {days} day{'s' * (days != 1)} old"


def zone_rules() -> ZoneRules:
    """The rules in use: those of the locked tzdata package, whatever the machine's own are."""
    return ZoneRules(tzdata.IANA_VERSION, RELEASED.get(tzdata.IANA_VERSION))
