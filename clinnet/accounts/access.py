"""What a view needs, declared above it. A view that declares nothing is refused, and fails `manage.py check`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from clinnet.accounts.permissions import Permission
from clinnet.table import Scope

if TYPE_CHECKING:
    from clinnet.accounts.models import Clinic
    from clinnet.accounts.sessions import SignIn, State


class VisitorRequest(HttpRequest):
    """What a `public` view gets: perhaps somebody is signed in, perhaps a session is locked."""

    held: "tuple[State, SignIn | None]"


V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class Door(Enum):
    PUBLIC = "public"  # nobody need be signed in
    SIGNED_IN = "signed in"  # a person with a role, no clinic
    CLINIC = "clinic"  # a person with a role, staff of the clinic in the URL, with the permissions


@dataclass(frozen=True, slots=True)
class Fresh:
    """A form that is taken only for CLINNET_FRESH_MINUTES after its person typed the password.

    `why` ends the sentence that asks for it. With `field`: only where the form has that field filled in.
    """

    why: str
    field: str = ""

    def asks(self, request: HttpRequest) -> bool:
        return request.method == "POST" and (not self.field or bool(request.POST.get(self.field)))


RIGHTS = Fresh("this changes what others may do")
EVERYBODY = Fresh("this gives out what is kept of many people")
REFUNDS = Fresh("this gives money back")
WEAKER = Fresh("this makes something less safe", field="sure")  # which the form asks for where it does


@dataclass(frozen=True, slots=True)
class Access:
    door: Door
    permissions: frozenset[Permission] = frozenset()
    background: bool = False  # asked by the page, not by a person: does not count as activity
    often: bool = False  # who is signed in may be known from five seconds ago (kept_sessions.py)
    fresh: Fresh | None = None  # what is sent there may need the password once more


class StaffRequest(HttpRequest):
    """What a `signed_in` view gets."""

    signin: "SignIn"
    htmx: HtmxDetails


class ClinicRequest(StaffRequest):
    """What a view with `needs` gets: made by ScopeMiddleware, never from anything a person sends."""

    scope: Scope
    clinic: "Clinic"


def needs(
    *permissions: Permission, background: bool = False, often: bool = False, fresh: Fresh | None = None
) -> Callable[[V], V]:
    """The person must be staff of the clinic in the URL and hold all `permissions`.

    `background` is what the page asks by itself, `often` what it asks at every key; `fresh` asks for the password
    again where it was typed too long ago. A form of such a page is sent as a page, not by htmx.
    """
    if not permissions:
        raise ValueError("needs() without a permission")
    return _mark(Access(Door.CLINIC, frozenset(permissions), background, often or background, fresh))


def signed_in(view: V) -> V:
    return _mark(Access(Door.SIGNED_IN))(view)


def public(view: V) -> V:
    return _mark(Access(Door.PUBLIC, background=True))(view)


def access_of(view: Callable[..., Any]) -> Access | None:
    """What the view declared; decorators made with functools.wraps carry it along."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def _mark(access: Access) -> Callable[[V], V]:
    def mark(view: V) -> V:
        if access_of(view):
            raise ValueError(f"{view.__name__} declares twice what it needs")
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
