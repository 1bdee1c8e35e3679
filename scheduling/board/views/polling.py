"""How a page hears what is new: `pulse` says that something is, `If-None-Match` what it has seen."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from scheduling.appointments.rows.showing import Showing
from scheduling.board import queries as board_queries
from scheduling.calendar.rows import is_known


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def pulse(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Asked by each page every second while it is seen: 204 where nothing of today changed since `seen`."""
    now = board_queries.pulse(request.scope, clock.today(request.clinic.time_zone))
    if request.GET.get("seen") == now:
        return HttpResponse(status=204)
    return HttpResponse(now, content_type="text/plain")


def seen_of(request: ClinicRequest) -> str:
    """What a page says that it has; empty for anything that we never said, and where the clock was set back since."""
    return _known(_said(request))


def seen_each(request: ClinicRequest, days: int) -> list[str]:
    """The same of a page of several days, which says it day by day with commas."""
    said = _said(request).split(",")
    return [_known(each) for each in said] if len(said) == days else [""] * days


def _said(request: ClinicRequest) -> str:
    return request.headers.get("If-None-Match", "").removeprefix("W/").strip('"')


def _known(text: str) -> str:
    stamp = text.partition("~")[0]
    try:
        at = clock.moment(stamp) if stamp else None
    except ValueError:
        return ""
    if at is not None and board_queries.is_ahead(stamp):
        return ""
    return text if at is None or (clock.stamp(at) == stamp and is_known(at.year)) else ""


def answered(request: ClinicRequest, response: HttpResponse, seen: str) -> HttpResponse:
    """With what a page keeps, the time that it shows, and the clinic's day: a screen left on turns its page."""
    response["ETag"] = f'"{seen}"'
    response["X-Updated"] = Showing.of(request).time(clock.now())
    response["X-Today"] = clock.today(request.clinic.time_zone).isoformat()
    return response
