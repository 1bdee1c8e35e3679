"""What an administrator's first page tells: numbers of today, what waits for somebody, how the system is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinnet import clock, contributions
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.audit import checked, seals
from clinnet.audit import queries as trail
from clinnet.console.shows import Reader, within
from clinnet.contributions import Contribution
from clinnet.health import checks as health
from clinnet.health.work import ClockWork
from clinnet.jobs.queries import unfinished_jobs
from clinnet.table import Topic
from clinnet.table.errors import Unavailable
from clinnet.table.runs import Run, runs

TODAY, WAITS, SYSTEM = "Today", "Waits for somebody", "The system"
COLUMNS = {TODAY: "Nothing is booked.", WAITS: "Nothing waits.", SYSTEM: ""}
UNFINISHED = {
    Staff.MAIL: "The invitation of {} has not left",
    Staff.STOP: "The account of {} is not stopped yet",
    Staff.PASSWORD: "The new password of {} has not left",
}


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """`value` stands at its end, `url` is where it leads, `tone` is warn, danger or none."""

    label: str
    value: str = ""
    url: str = ""
    tone: str = ""


UNREAD = Line("A part of this could not be read just now", tone="warn")


@dataclass(frozen=True, repr=False)
class HomePart(Contribution):
    """Lines of one of the COLUMNS, for who has the permission."""

    order: int
    column: str
    needs: Permission
    tell: Callable[[Reader], Sequence[Line]]


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    label: str
    lines: list[Line]
    empty: str


def columns(reader: Reader) -> list[Column]:
    parts = [each for each in contributions.of(HomePart) if reader.scope.may(each.needs)]
    found = [_told(each, reader) for each in parts]
    told = {name: [lines for part, lines in zip(parts, found, strict=True) if part.column == name] for name in COLUMNS}
    return [
        Column(name, list(dict.fromkeys(line for lines in told[name] for line in lines)), empty)  # UNREAD once
        for name, empty in COLUMNS.items()
    ]


def _told(part: HomePart, reader: Reader) -> Sequence[Line]:
    """What cannot be read just now says so, and the rest of the page is shown."""
    try:
        return part.tell(reader)
    except Unavailable:
        return [UNREAD]


# --- Of the console itself -------------------------------------------------------------------------------------------


def _unfinished(reader: Reader) -> Sequence[Line]:
    """People about whom the user pool has yet to be told."""
    return [
        Line(UNFINISHED[each.account].format(each.name), "Go on", _url("console:staff-access", reader, each.id), "warn")
        for each in accounts.staff_now(reader.scope)
        if each.account in UNFINISHED
    ]


def _jobs(reader: Reader) -> Sequence[Line]:
    found = len(unfinished_jobs(reader.scope))
    return [Line("Work in steps that is not finished", str(found), _url("console:work-list", reader), "warn")][:found]


def _trail(reader: Reader) -> Sequence[Line]:
    sealed = seals.last(reader.scope, months=2)
    said = f"Sealed until {within(sealed.end, reader)}" if sealed else "Not sealed yet"
    return [Line("Trail", said, _url("console:trail", reader), "" if sealed else "warn")]


def _verified(reader: Reader) -> Sequence[Line]:
    """Red where somebody changed the trail; nothing where it is as it was written."""
    found = checked.last(reader.scope)
    faults = len(found.faults) if found else 0
    line = Line("The trail is not as it was written", f"{faults} faults", _url("console:trail", reader), "danger")
    return [line] if faults else []


def _refused(reader: Reader) -> Sequence[Line]:
    """Who was refused a page or a sign-in since this time yesterday; of one person and hour at most a few events."""
    found = trail.since(reader.scope, Topic.REFUSED, clock.now() - timedelta(days=1))
    url = f"{_url('console:trail', reader)}?topic={Topic.REFUSED}"
    said = f"{found}" if found < trail.PAGE else f"{found} or more"
    return [Line("Refused pages and sign-ins, in a day", said, url, "warn")][:found]


def _health(reader: Reader) -> Sequence[Line]:
    found, url = health.last(reader.scope), _url("console:health", reader)
    labels = {each.name: each.label for each in contributions.of(health.HealthCheck)}
    if not found.at:
        return [Line("Health", "Never checked", url)]
    ill = [Line(labels.get(name, name), found.results[name].said, url, "danger") for name in found.ill]
    return ill or [Line("Health", f"All well, checked {within(found.at, reader)}", url)]


def _late(reader: Reader) -> Sequence[Line]:
    """Work by the clock that is late, or was tried in vain."""
    ran, url = runs(reader.scope), _url("console:health", reader)
    works = [(each, ran.get(each.name, Run())) for each in contributions.of(ClockWork)]
    return [
        Line(work.label, _since(run, reader), url, "warn") for work, run in works if run.failed or work.is_late(run)
    ]


def _since(run: Run, reader: Reader) -> str:
    return f"Not done since {within(run.at, reader)}" if run.at else "Could not be done"


def _url(name: str, reader: Reader, *ids: str) -> str:
    return reverse(name, args=[reader.scope.clinic_id, *ids])


PARTS = (
    HomePart(60, WAITS, Permission.STAFF_MANAGE, _unfinished),
    HomePart(70, WAITS, Permission.CLINIC_MANAGE, _jobs),
    HomePart(5, SYSTEM, Permission.CLINIC_MANAGE, _health),
    HomePart(50, SYSTEM, Permission.AUDIT_READ, _refused),
    HomePart(1, SYSTEM, Permission.AUDIT_READ, _verified),
    HomePart(60, SYSTEM, Permission.AUDIT_READ, _trail),
    HomePart(70, SYSTEM, Permission.CLINIC_MANAGE, _late),
)
