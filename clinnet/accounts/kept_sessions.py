"""Django's sessions in the database, each kept in the process for at most five seconds after it was read.

Only a request that a page makes at every key or every ten seconds (`often`, `background` in access.py) begins from
what is kept; every other one reads. A session that is saved or deleted here is forgotten at once, and so are all of a
person whose sessions are revoked here; what another process did is seen after five seconds. docs/security.md.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

SECONDS = 5
MOST = 2000
KNOWN = ("id", "password", "username", "is_active")  # in the model's order; the rest is read where anybody asks for it
WHO = "SELECT id, password, username, is_active FROM auth_user WHERE id = %s"
READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
WRITE = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s AND session_data = %s"
TRIES = 10
monotonic = time.monotonic


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    person: str
    user: AbstractBaseUser
    content: str = field(repr=False)  # JSON: each request gets a copy of its own


_kept: list[dict[str, _Kept]] = [{}]


class SessionStore(db.SessionStore):
    """Named by `SESSION_ENGINE` in the settings."""

    recalled = ""  # what it began from as JSON, where that was kept
    row = ""  # what it began from, where that was read

    def load(self) -> dict[str, Any]:
        """As Django's own, whose query is put together anew each time: that takes ten times as long as asking."""
        until = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key, until])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        self.row = found[0]
        return self.decode(self.row)

    def save(self, must_create: bool = False) -> None:
        try:
            if must_create or self.session_key is None:
                super().save(must_create)
                self.row, self.recalled = "", json.dumps(dict(self.items()))
            else:
                self._update()
        except UpdateError as error:  # Django's word for a row that is gone, and for a database that takes no writes
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
        forget(self.session_key)

    def _update(self) -> None:
        """As Django's own, but what another request wrote meanwhile stays. Raises UpdateError."""
        for _ in range(TRIES):
            until = connection.ops.adapt_datetimefield_value(self.get_expiry_date())
            row = self.encode(dict(self.items()))
            try:
                with connection.cursor() as cursor:
                    cursor.execute(WRITE, [row, until, self.session_key, self.row])
                    there = cursor.rowcount
                if there:
                    self.row, self.recalled = row, ""
                    return
                self._take_over()
            except DatabaseError as error:
                raise UpdateError from error
        raise UpdateError

    def _take_over(self) -> None:
        """What is there by now, with what this request changed."""
        before = json.loads(self.recalled) if self.recalled else self.decode(self.row)
        own, now = dict(self.items()), self.load()
        if self.session_key is None:
            raise UpdateError
        self.recalled = ""
        left = {name for name in before if name not in own and before[name] == now.get(name)}
        changed = {name: value for name, value in own.items() if before.get(name) != value}
        self._session_cache = {name: value for name, value in now.items() if name not in left} | changed

    def delete(self, session_key: str | None = None) -> None:
        super().delete(session_key)
        forget(session_key or self.session_key)


def recognise(request: HttpRequest) -> None:
    """Whose session this is, without Django's putting together of the query.

    Only whom Django would let in as well is taken: of anybody else it decides itself, once `request.user` is looked at.
    """
    session, users = request.session, get_user_model()
    digest = session.get(HASH_SESSION_KEY)
    if not digest or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return
    with connection.cursor() as cursor:
        cursor.execute(WHO, [users._meta.pk.to_python(session.get(SESSION_KEY))])
        found = cursor.fetchone()
    user = users.from_db(connection.alias, KNOWN, found) if found else None
    if user and user.is_active and constant_time_compare(digest, user.get_session_auth_hash()):
        request.user = user


def recall(request: HttpRequest) -> bool:
    """Whether the session and the user of this request are those that were kept."""
    key = request.session.session_key or ""
    found = _kept[0].get(key)
    if found is None or found.until <= monotonic():
        return False
    session: Any = request.session
    session._session_cache = json.loads(found.content)
    session.recalled, session.accessed = found.content, True
    request.user = found.user  # type: ignore[assignment]  # the model is Django's own
    return True


class Keeping:
    """Made before a session is read; `keep` does nothing where anything was forgotten since."""

    def __init__(self) -> None:
        self._there = _kept[0]

    def keep(self, request: HttpRequest, person: str) -> None:
        key = request.session.session_key
        if self._there is not _kept[0] or not key:
            return
        user: Any = getattr(request.user, "_wrapped", request.user)  # what Django's lazy object holds
        if len(self._there) >= MOST:
            self._there.clear()
        content = json.dumps(dict(request.session.items()))
        self._there[key] = _Kept(monotonic() + SECONDS, person, user, content)


def forget(key: str | None) -> None:
    """One session. What is being read meanwhile is not kept either."""
    _kept[0] = {each: kept for each, kept in _kept[0].items() if each != key}


def forget_person(person: str) -> None:
    _kept[0] = {each: kept for each, kept in _kept[0].items() if kept.person != person}
