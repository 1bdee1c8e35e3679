"""People in front of a browser: a test client that is signed in, without the way through Cognito."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries
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
    user, _ = get_user_model().objects.get_or_create(username=person)
    client = Client(**options)
    client.force_login(user)
    now = clock.now().timestamp()
    signin = SignIn(
        id=f"session-{person}", person=person, username=person, name=name, roles=[role], clinics=sorted(clinics),
        at=now, seen=now, checked=now, tried=now,
    )  # fmt: skip
    session = client.session
    session[KEY] = asdict(signin)
    session.save()
    return client


def roles_of(clinic_id: str, person: str, groups: Iterable[Role]) -> list[Role]:
    """`queries.roles_in`, which lets in those of `signed_in_client` too who are not on the clinic's staff."""
    staff = queries._staff(Scope.system("tests", clinic_id))
    visits = person in VISITORS and all(each.id != person for each in staff)
    return list(groups) if visits else of_staff(clinic_id, person, groups)


def let_in() -> None:
    """Those of `signed_in_client` have their roles from now on, where no fixture of tests/conftest.py says so."""
    queries.roles_in = roles_of
