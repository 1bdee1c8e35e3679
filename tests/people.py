"""People in front of a browser: a test client that is signed in, without the way through Cognito."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.crypto import get_random_string

from clinnet import clock
from clinnet.accounts import queries
from clinnet.accounts.kept_sessions import SessionStore
from clinnet.accounts.permissions import Role
from clinnet.accounts.sessions import KEY, SignIn
from clinnet.table import Scope

VISITORS: set[str] = set()  # signed in here: they need no item of the staff
of_staff = queries.roles_in


def signed_in_client(
    *clinics: str, role: Role | str = Role.RECEPTIONIST, name: str = "Ana Ruiz", person: str = "", **options: Any
) -> Client:
    """A browser of a person who has `role` and is staff of `clinics`. Needs the `db` fixture."""
    role = Role(role)
    person = person or f"{role}-{clinics[0]}"  # as tests.conftest.scope_of names them
    VISITORS.add(person)
    now = clock.now().timestamp()
    signin = SignIn(
        id=f"session-{person}", person=person, username=person, name=name, roles=[role], clinics=sorted(clinics),
        at=now, seen=now, checked=now, tried=now,
    )  # fmt: skip
    client = Client(**options)
    client.cookies[settings.SESSION_COOKIE_NAME] = _session_of(person, {KEY: asdict(signin)})
    return client


def _session_of(person: str, values: dict[str, Any]) -> str:
    """The key of a session that holds `values` and what Django's `force_login` would have put there, who writes the row
    three times over: two or three statements here instead of sixteen.
    """
    users = get_user_model().objects
    user = users.filter(username=person).first() or users.create(username=person)
    login = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    store, key = SessionStore(), get_random_string(32, VALID_KEY_CHARS)
    row = Session(session_key=key, session_data=store.encode(login | values), expire_date=store.get_expiry_date())
    row.save(force_insert=True)
    return key


def roles_of(clinic_id: str, person: str, groups: Iterable[Role]) -> list[Role]:
    """`queries.roles_in`, which lets in those of `signed_in_client` too who are not on the clinic's staff."""
    staff = queries._staff(Scope.system("tests", clinic_id))
    visits = person in VISITORS and all(each.id != person for each in staff)
    return list(groups) if visits else of_staff(clinic_id, person, groups)


def let_in() -> None:
    """Those of `signed_in_client` have their roles from now on, where no fixture of tests/conftest.py says so."""
    queries.roles_in = roles_of
