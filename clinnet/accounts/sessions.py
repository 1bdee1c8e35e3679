"""Who is signed in, and until when. Kept in Django's session on the server; the cookie holds only its key.

A person's sessions are all revoked at once by giving their row another unusable password: Django compares a
digest of it with every session at each request.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.http import HttpRequest

from clinnet import clock
from clinnet.accounts import cognito, kept_sessions, queries
from clinnet.accounts.permissions import Role, roles_of
from clinnet.rules.browsers import browser
from clinnet.table import errors

KEY = "signin"
SEEN_EVERY = 60  # seconds between two writes of "was active"
RETRY = 20  # seconds between two questions while Cognito does not answer
log = logging.getLogger("clinnet.signin")


class State(Enum):
    OPEN = "open"
    LOCKED = "locked"  # idle for too long
    OVER = "over"  # signed in for too long
    OUT = "out"  # nobody, or revoked
    UNCONFIRMED = "unconfirmed"  # Cognito has been silent for too long


@dataclass(slots=True)
class SignIn:
    """One person's stay. `id` names it in the trail. Times are seconds since 1970."""

    id: str
    person: str  # Cognito's sub
    username: str
    name: str
    roles: list[Role]
    clinics: list[str] | None  # None while the table could not be asked
    at: float
    seen: float
    checked: float
    tried: float
    browser: str = ""  # in words, as it called itself when the person signed in

    @property
    def idle_minutes(self) -> int:
        """Of several roles the strictest counts."""
        minutes = settings.CLINNET_IDLE_MINUTES
        return min((minutes[role] for role in self.roles), default=min(minutes.values()))

    @property
    def is_fresh(self) -> bool:
        """Whether the password was typed just now: what weakens or gives much away asks for that."""
        return _now() - self.at < settings.CLINNET_FRESH_MINUTES * 60

    @property
    def left(self) -> float:
        """Seconds until it is locked or over."""
        over = self.at + settings.CLINNET_SESSION_HOURS * 3600
        return min(self.seen + self.idle_minutes * 60, over) - _now()


def begin(request: HttpRequest, claims: Mapping[str, Any], now: float) -> SignIn:
    """After the ID token was verified: the groups replace whatever roles the person had."""
    person = str(claims["sub"])
    username = str(claims.get("cognito:username", person))
    signin = SignIn(
        id=secrets.token_hex(8),
        person=person,
        username=username,
        name=str(claims.get("name") or username),
        roles=roles_of(claims.get("cognito:groups", ())),
        clinics=_clinics(person, None),
        at=now,
        seen=now,
        checked=now,
        tried=now,
        browser=browser(request.headers.get("User-Agent", "")),
    )
    request.session[KEY] = asdict(signin)
    log.info("signed in: %s", person)
    return signin


def current(request: HttpRequest, *, often: bool = False) -> tuple[State, SignIn | None]:
    """Who holds this session, or held it until it was ended. From what the server kept; asks nobody.

    `often`: as it was up to five seconds ago, if no other process has written it since.
    """
    keeping = None if often and kept_sessions.recall(request) else kept_sessions.Keeping()
    kept = request.session.get(KEY)
    if not kept:
        return State.OUT, None
    signin = restored(kept)
    _set_back(signin)
    if keeping:
        kept_sessions.recognise(request)
    if not request.user.is_authenticated:  # revoked; Django has emptied the session by now
        return State.OUT, signin
    if often and keeping:
        keeping.keep(request, signin.person)
    if _now() - signin.at >= settings.CLINNET_SESSION_HOURS * 3600:
        return State.OVER, signin
    return (State.OPEN if signin.left > 0 else State.LOCKED), signin


def restored(kept: Mapping[str, Any]) -> SignIn:
    """Of what a session holds under KEY."""
    return SignIn(**{**kept, "roles": [Role(role) for role in kept["roles"]]})


def confirm(request: HttpRequest, signin: SignIn) -> State:
    """Asks Cognito again every two minutes; takes over new roles and clinics, ends all of a stopped person."""
    now = _now()
    # Who waits for a role or a clinic need not wait long after the administrator gave it.
    every = settings.CLINNET_RECHECK_SECONDS if signin.roles and signin.clinics else RETRY
    if now - signin.checked >= every and now - signin.tried >= RETRY:
        signin.tried = now
        try:
            account = cognito.look_up(signin.username)
        except cognito.Unreachable:
            pass
        else:
            # Another sub: the account was deleted, and another person got its name.
            if account is None or not account.enabled or account.sub != signin.person:
                revoke(signin.person)
                return State.OUT
            signin.checked = now
            signin.roles = roles_of(account.groups)
            signin.clinics = _clinics(signin.person, signin.clinics)
        _keep(request, signin)
    late = now - signin.checked > settings.CLINNET_UNCONFIRMED_SECONDS
    return State.UNCONFIRMED if late else State.OPEN


def _set_back(signin: SignIn) -> None:
    """Where the clock was set back since, nothing was done later than now, and Cognito is asked again."""
    now = _now()
    if signin.checked > now or signin.tried > now:
        signin.checked, signin.tried = now - settings.CLINNET_RECHECK_SECONDS, now - RETRY
    signin.at, signin.seen = min(signin.at, now), min(signin.seen, now)


def touch(request: HttpRequest, signin: SignIn) -> None:
    """A person did something."""
    if _now() - signin.seen >= SEEN_EVERY:
        signin.seen = _now()
        _keep(request, signin)


def revoke(person: str) -> None:
    """Every session of this person ends, on every machine, at its next request."""
    for user in get_user_model().objects.filter(username=person):
        user.set_unusable_password()
        user.save(update_fields=["password"])
    kept_sessions.forget_person(person)
    log.info("all sessions ended: %s", person)


def disable(person: str, username: str) -> None:
    """Stops an account at once. Raises cognito.Unreachable; the sessions are ended in any case."""
    revoke(person)
    cognito.set_enabled(username, enabled=False)


def _keep(request: HttpRequest, signin: SignIn) -> None:
    """Written at once, so that neither a failing page nor a request beside this one can lose it.

    Raises UpdateError where the session was deleted beside this request. Where the database takes no writes, the
    person goes on with what was read, and may be locked a little early.
    """
    fresh = type(request.session)(request.session.session_key)
    beside = fresh.get(KEY)
    if fresh.session_key is None:
        raise UpdateError("the session was deleted beside this request")
    if beside and beside["id"] == signin.id:
        times, now = ("seen", "checked", "tried"), _now()
        newest = {name: max(getattr(signin, name), min(beside[name], now)) for name in times}
        signin = replace(signin, **newest)
    changed_before = request.session.modified
    request.session[KEY] = fresh[KEY] = asdict(signin)
    try:
        fresh.save()
    except OperationalError as error:
        log.warning("an activity was not written: %s", type(error).__name__)
    request.session.modified = changed_before


def _clinics(person: str, known: list[str] | None) -> list[str] | None:
    """Where the person works; what was known before while the table cannot be read."""
    try:
        return sorted(queries.clinics_of(person))
    except errors.Unavailable:
        return known


def _now() -> float:
    return clock.now().timestamp()
