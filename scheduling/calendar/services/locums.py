"""A locum in one step: invited until a day, and in a colleague's column until then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinnet.accounts import queries as accounts
from clinnet.accounts import staffing
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope
from scheduling.calendar.services import settings


@dataclass(frozen=True, slots=True, repr=False)
class Locum:
    """Who is invited, and as what. The e-mail address is kept by the user pool alone."""

    username: str
    name: str
    email: str
    roles: Sequence[str]
    title: str


def take_on(
    scope: Scope, locum: Locum, *, practitioner: Staff, first: date, last: date, once: Once | None = None
) -> Staff:
    """They sit in the column of `practitioner`, with its hours, from `first` to `last`, and may sign in until then.

    Where the days could not be entered after the invitation, the same again goes on: nobody is invited twice.
    Raises Refused with the sentence of an account, or of days, that cannot be.
    """
    scope.require(Permission.HOURS)
    scope.must_hold(practitioner)
    known = {each.username: each for each in accounts.staff_now(scope)}.get(locum.username)
    if known and not (known.active and known.until == last.isoformat()):
        raise staffing.HERE
    member = known or accounts.member(scope, _invite(scope, locum, last))
    settings.add_other_days(
        scope, kind="locum", first=first, last=last, practitioner=practitioner, locum=member, once=once
    )
    return member


def _invite(scope: Scope, locum: Locum, last: date) -> str:
    return staffing.invite(
        scope,
        username=locum.username,
        name=locum.name,
        email=locum.email,
        roles=locum.roles,
        title=locum.title,
        until=last.isoformat(),
    )
