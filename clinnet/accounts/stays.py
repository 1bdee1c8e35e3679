"""Where somebody is signed in: one stay a browser. Read from the sessions that are not over, which are hundreds."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from clinnet.accounts.kept_sessions import SessionStore
from clinnet.accounts.sessions import KEY, SignIn, restored

MOST = 20_000  # sessions of all clinics that are looked through


@dataclass(frozen=True, slots=True, repr=False)
class Stay:
    """`id` names it in the trail too. `at` and `seen` are seconds since 1970; locked: it asks for the password."""

    id: str
    browser: str
    at: float
    seen: float
    locked: bool


def stays(person: str) -> list[Stay]:
    """The newest first; `person` is a Cognito `sub`."""
    found = [Stay(each.id, each.browser, each.at, each.seen, each.left <= 0) for _, each in _open(person)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def end(person: str, id: str) -> bool:
    """Whether there was one: its browser is signed out at its next request."""
    keys = [key for key, each in _open(person) if each.id == id]
    for key in keys:
        SessionStore(key).delete()
    return bool(keys)


def _open(person: str) -> Iterator[tuple[str, SignIn]]:
    """With the keys of their sessions, which nobody is shown. Those that were revoked are over."""
    user = get_user_model().objects.filter(username=person).first()
    if user is None:
        return
    current = user.get_session_auth_hash()
    rows = SessionStore.get_model_class().objects.filter(expire_date__gt=timezone.now())
    for row in rows[:MOST].iterator():
        content = row.get_decoded()
        kept = content.get(KEY)
        if kept and kept["person"] == person and constant_time_compare(content.get(HASH_SESSION_KEY, ""), current):
            yield row.session_key, restored(kept)
