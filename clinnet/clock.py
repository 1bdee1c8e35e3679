"""The one place that reads the clock, so that tests and `--now` can turn it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ulid import ULID


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
