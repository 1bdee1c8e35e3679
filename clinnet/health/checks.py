"""What is checked when somebody presses *Check now*. Each says in words what it found, and how long that took.

All are asked at once, and none is waited for longer than a few seconds: what is silent must not keep the others, nor
the request that writes down what was found.

Results are kept in one item of the clinic, which is itself the table's check: it is written, and read back.
"""

import platform
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version

from django import get_version as django_version
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError

from clinnet import clock, contributions
from clinnet.accounts import cognito
from clinnet.accounts.kept_sessions import SessionStore
from clinnet.accounts.permissions import Permission
from clinnet.contributions import Contribution
from clinnet.documents.glyphs import FAMILIES, FONTS, WEIGHTS
from clinnet.files import NO_STORAGE
from clinnet.table import Action, Event, Once, Scope, Transaction, find_row, keys, query
from clinnet.table.errors import ClinnetError
from clinnet.table.once import idempotent
from clinnet.table.secrets import blind

CHECK = Action("health.check", "checked whether everything works")
WELL, ILL, OFF = "well", "ill", "off"  # off: it was not set up
PATIENCE = 3  # seconds; a request has 8
AHEAD = 2  # seconds that our clock may differ; a signature is refused at 300


class Ill(Exception):
    """What is wrong, as a sentence for people."""


class NotSetUp(Exception):
    """What is missing where this was not set up, as a sentence for people."""


@dataclass(frozen=True, repr=False)
class HealthCheck(Contribution):
    """`ask` returns what it found in words; it raises Ill or NotSetUp, and nothing else that is known."""

    order: int
    name: str
    label: str
    ask: Callable[[], str]
    here: bool = False  # asked by the request's own thread, which has a connection to SQL


@dataclass(frozen=True, slots=True)
class Result:
    """`good` and `bad` are stamps of the last check that found it so; `ms` is how long this one took."""

    state: str
    said: str
    ms: int
    good: str = ""
    bad: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, object] | None) -> "Result | None":
        if not kept:
            return None
        return cls(str(kept["state"]), str(kept["said"]), int(str(kept["ms"])), str(kept["good"]), str(kept["bad"]))


@dataclass(frozen=True, slots=True, repr=False)
class Health:
    """`at` is the stamp of the last check, empty before the first."""

    at: str
    results: Mapping[str, Result]

    @property
    def ill(self) -> list[str]:
        return [name for name, each in self.results.items() if each.state == ILL]


def last(scope: Scope) -> Health:
    row = find_row(scope, keys.health(scope.clinic_id), consistent=False) or {}
    kept = {name: Result.of(each) for name, each in row.get("results", {}).items()}
    return Health(row.get("at", ""), {name: each for name, each in kept.items() if each})


@idempotent
def run(scope: Scope, *, once: Once | None = None) -> None:
    """All checks, one after the other, and what they found written down. Raises Busy, Unsure or Unavailable."""
    scope.require(Permission.CLINIC_MANAGE)
    before = last(scope).results
    found = _results(contributions.of(HealthCheck), before)
    tx = Transaction(scope, once=once)
    kept = {name: asdict(each) for name, each in found.items()}
    tx.change_row(
        keys.health(scope.clinic_id),
        new=True,
        sets={"id": "HEALTH", "type": "HEALTH", "clinicId": scope.clinic, "at": tx.at, "results": kept},
    )
    ill = [name for name, each in found.items() if each.state == ILL]
    tx.commit(Event(CHECK, "HEALTH", "HEALTH", note=", ".join(ill) or "all well"))


def _results(checks: Sequence[HealthCheck], before: Mapping[str, Result]) -> dict[str, Result]:
    pool, until = ThreadPoolExecutor(len(checks), thread_name_prefix="health"), time.monotonic() + PATIENCE
    asked = {each.name: pool.submit(copy_context().run, _told, each.ask) for each in checks if not each.here}
    found: dict[str, Result] = {}
    for each in checks:
        try:
            left = max(0.0, until - time.monotonic())
            state, said, ms = _told(each.ask) if each.here else asked[each.name].result(left)
        except TimeoutError:
            state, said, ms = ILL, f"Silent for {PATIENCE} seconds.", PATIENCE * 1000
        found[each.name] = _result(state, said, ms, before.get(each.name))
    pool.shutdown(wait=False)  # whoever is silent ends by a time limit of its own
    return found


def _told(ask: Callable[[], str]) -> tuple[str, str, int]:
    began, state = time.perf_counter(), WELL
    try:
        said = ask()
    except NotSetUp as error:
        said, state = str(error), OFF
    except Ill as error:
        said, state = str(error), ILL
    return state, said, round((time.perf_counter() - began) * 1000)


def _result(state: str, said: str, ms: int, before: Result | None) -> Result:
    at = clock.stamp()
    good, bad = (before.good, before.bad) if before else ("", "")
    return Result(state, said, ms, at if state == WELL else good, at if state == ILL else bad)


# --- The checks ------------------------------------------------------------------------------------------------------


def table() -> str:
    """A read; that it can be written is shown by what is kept of the check itself."""
    try:
        query(Scope.system("health"), keys.clinics(), limit=1)
    except ClinnetError as error:
        raise Ill("The table does not answer.") from error
    return "Reads, and keeps what this check found"


def sessions() -> str:
    """Reads alone: probes ask it, who are nobody."""
    try:
        Session.objects.exists()
    except DatabaseError as error:
        raise Ill("The database of sessions does not answer: nobody can sign in.") from error
    return "The database of sessions answers"


def sessions_kept() -> str:
    """One is written, and deleted."""
    sessions()
    store = SessionStore()
    try:
        store.save()
        store.delete()
    except DatabaseError as error:
        raise Ill("The database of sessions takes no writes: nobody can sign in, and pages are slow.") from error
    return "A session was written and deleted"


def files() -> str:
    """An object is stored, read back and deleted."""
    content = secrets.token_bytes(16)
    try:
        name = default_storage.save(f"health/{secrets.token_urlsafe(12)}.bin", ContentFile(content))
        with default_storage.open(name) as kept:
            same = kept.read() == content
        default_storage.delete(name)
    except NO_STORAGE as error:
        raise Ill("Files cannot be stored or read just now.") from error
    if not same:
        raise Ill("A file was read otherwise than it was stored.")
    return "A file was stored, read and deleted"


def pool() -> str:
    try:
        cognito.look_up("nobody.at.all")
    except cognito.Unreachable as error:
        raise Ill("The user pool does not answer: new sign-ins fail.") from error
    return "The user pool answers"


def our_clock() -> str:
    """Against the date of the user pool's answer, which tells whole seconds."""
    try:
        theirs = parsedate_to_datetime(cognito.its_date())
    except (cognito.Unreachable, TypeError, ValueError) as error:
        raise Ill("Nobody told the time to compare with.") from error
    off = abs((clock.now() - theirs).total_seconds())
    if off > AHEAD + 1:
        raise Ill(f"This machine's clock differs by {off:.0f} s.")
    return "Right within two seconds"


def data_key() -> str:
    """Which one it is, by a digest that says nothing about it: a restore must have the same."""
    if not any(settings.CLINNET_DATA_KEY):
        raise Ill("There is no data key: set CLINNET_DATA_KEY.")
    return f"Key {blind('key id', 'data key')[:8]}"


def fonts() -> str:
    wanted = [FONTS / f"{family}_{weight}.ttf" for family in FAMILIES for weight in WEIGHTS]
    missing = [each.name for each in wanted if not each.is_file()]
    if missing:
        raise Ill(f"Documents lack {missing[0]}" + (f" and {len(missing) - 1} more." if missing[1:] else "."))
    return f"{len(wanted)} font files are there"


def zones() -> str:
    return clock.zone_rules().sentence(clock.now().date())


def versions() -> str:
    """For whoever reports a fault."""
    aws = f"ministack {version('ministack')}" if settings.AWS_ENDPOINT else f"AWS in {settings.AWS_REGION}"
    return f"Python {platform.python_version()}, Django {django_version()}, {aws}"


def anchor() -> str:
    raise NotSetUp("Seals of the trail are not kept outside")


CHECKS = (
    HealthCheck(10, "table", "Table", table),
    HealthCheck(20, "sessions", "Sessions", sessions_kept, here=True),
    HealthCheck(30, "files", "Files", files),
    HealthCheck(40, "pool", "Sign-in", pool),
    HealthCheck(60, "clock", "Clock", our_clock),
    HealthCheck(70, "key", "Data key", data_key),
    HealthCheck(80, "fonts", "Fonts", fonts),
    HealthCheck(90, "zones", "Rules of time zones", zones),
    HealthCheck(92, "versions", "Versions", versions),
    HealthCheck(95, "anchor", "Anchor of the trail", anchor),
)
