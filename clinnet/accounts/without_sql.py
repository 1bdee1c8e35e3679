"""What happens while the SQL database, which holds sessions alone, is locked, full, damaged or away.

What a view did is done, and its answer is sent: only what it would have kept in the session (a sentence for the next
page, the minute of the last activity) is lost. Where nobody can be recognised, the page says so with 503 and offers
what was posted again. docs/operations.md.
"""

import logging

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError
from django.http import HttpRequest, HttpResponse

from clinnet.middleware import error_page
from clinnet.table import errors

OURS = (IntegrityError, DataError, ProgrammingError)  # a mistake of ours, not the database's state
AWAY = "We can't check who is signed in just now."
POSTED = f"{AWAY} Your entries are here. Try again in a moment."
log = logging.getLogger("clinnet.sessions")


def is_away(error: Exception) -> bool:
    """Whether the database, not what we asked of it, is at fault."""
    return isinstance(error, DatabaseError) and not isinstance(error, OURS)


def page_without_session(request: HttpRequest) -> HttpResponse:
    """503. Its frame asks for a session too: it gets an empty one, and the browser keeps the cookie of the real one."""
    log.warning("the session database does not answer")
    request.session = type(request.session)(None)
    request.session_away = True  # type: ignore[attr-defined]  # made here
    sentence = POSTED if request.method == "POST" else f"{AWAY} Try again in a moment."
    return error_page(request, errors.Unavailable(sentence))


class SteadySessionMiddleware(SessionMiddleware):
    """Django's, but an answer is not thrown away because its session could not be written."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(request, "session_away", False):
            return response
        begun_with = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            if isinstance(error, OURS):
                raise
            if not begun_with or request.session.session_key not in (begun_with, None):
                return page_without_session(request)  # a sign-in that could not be kept is none
            log.warning("a session was not written: %s", type(error).__name__)
            return response
