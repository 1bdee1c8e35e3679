"""Who is it, and what may they do here? Both are decided before a view runs, from what the view declared."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from clinnet.accounts import pages, queries, sessions, without_sql
from clinnet.accounts.access import Access, Door, access_of
from clinnet.accounts.permissions import permissions_of
from clinnet.accounts.sessions import SignIn, State
from clinnet.middleware import GetResponse, error_page
from clinnet.table import Actor, Scope, errors

View = Callable[..., Any]


class SignInMiddleware:
    """Nobody passes a door that is not public without a live, confirmed session and a role."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.signin = None  # type: ignore[attr-defined]  # made here
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        try:
            return self._decide(request, access_of(view))
        except UpdateError:  # signed out beside this request
            return pages.refuse(request, State.OUT, None)
        except DatabaseError as error:
            if without_sql.is_away(error):
                return without_sql.page_without_session(request)
            raise

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Signing in and out ask the database from within their views."""
        return without_sql.page_without_session(request) if without_sql.is_away(exception) else None

    def _decide(self, request: HttpRequest, access: Access | None) -> HttpResponse | None:
        often = access is not None and access.often
        request.held = state, signin = sessions.current(request, often=often)  # type: ignore[attr-defined]  # made here
        public = access is not None and access.door is Door.PUBLIC
        if state is State.OPEN and signin and not public:
            state = sessions.confirm(request, signin)
        if state is not State.OPEN or signin is None:
            request.user = AnonymousUser()
            return None if public else pages.refuse(request, state, signin)
        request.signin = signin  # type: ignore[attr-defined]  # made here
        if public:
            return None
        if access is None or not access.background:
            sessions.touch(request, signin)
        return None if signin.roles else pages.no_role(request)


LAST_CLINIC_DAYS = 180


class ScopeMiddleware:
    """Makes `request.scope` from the clinic in the URL and the person's membership: the only place that does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.last_clinic = ""  # type: ignore[attr-defined]  # made here
        response = self.get_response(request)
        if request.last_clinic:  # type: ignore[attr-defined]  # made here
            _remember(response, request.last_clinic)  # type: ignore[attr-defined]  # made here
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        access = access_of(view)
        try:
            if access is None:
                raise errors.Denied
            if access.door is Door.CLINIC:
                self._enter(request, access, kwargs.get("clinic"))
                signin: SignIn = request.signin  # type: ignore[attr-defined]  # made here
                if access.fresh and access.fresh.asks(request) and not signin.is_fresh:
                    return pages.ask_again(request, signin, access.fresh.why)
        except errors.ClinnetError as error:
            return error_page(request, error)
        return None

    def _enter(self, request: HttpRequest, access: Access, clinic: str | None) -> None:
        signin: SignIn = request.signin  # type: ignore[attr-defined]  # made here
        if signin.clinics is None:
            raise errors.Unavailable
        if clinic is None or clinic not in signin.clinics:
            raise errors.NotFound  # as for a clinic that does not exist
        request.clinic = found = queries.clinic(clinic)  # type: ignore[attr-defined]  # made here
        roles = queries.roles_in(clinic, signin.person, signin.roles)
        if not roles:
            raise errors.NotFound  # stopped here, or with roles elsewhere alone
        request.signin = replace(signin, roles=roles)  # type: ignore[attr-defined]  # in this clinic; never saved
        permissions = permissions_of(roles, found.squeezers)
        scope = Scope(clinic, Actor(signin.person, signin.name), permissions, signin.id)
        request.scope = scope  # type: ignore[attr-defined]  # made here
        if not access.permissions <= permissions:
            raise errors.Denied  # its page stands in the clinic's frame
        opened = request.method == "GET" and not getattr(request, "htmx", False) and not access.background
        if opened and request.session.get("clinic") != clinic:
            request.session["clinic"] = clinic  # where `/` leads; no page depends on it
            if len(signin.clinics) > 1:
                request.last_clinic = clinic  # type: ignore[attr-defined]  # made here


def _remember(response: HttpResponse, clinic: str) -> None:
    """Where this device was last: it opens there after the next sign-in. It lets nobody in."""
    response.set_cookie(
        settings.LAST_CLINIC_COOKIE_NAME,
        clinic,
        max_age=LAST_CLINIC_DAYS * 86400,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
