"""How a page asks every ten seconds what is new: `If-None-Match` says what it has seen."""

from django.http import HttpResponse

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from scheduling.appointments.rows.showing import Showing
from scheduling.calendar.rows import is_known


def seen_of(request: ClinicRequest) -> str:
    """What a page says that it has; empty for anything that we never said."""
    text = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"')
    stamp = text.partition("~")[0]
    try:
        at = clock.moment(stamp) if stamp else None
    except ValueError:
        return ""
    return text if at is None or (clock.stamp(at) == stamp and is_known(at.year)) else ""


def answered(request: ClinicRequest, response: HttpResponse, seen: str) -> HttpResponse:
    """With what a page keeps, the time that it shows, and the clinic's day: a screen left on turns its page."""
    response["ETag"] = f'"{seen}"'
    response["X-Updated"] = Showing.of(request).time(clock.now())
    response["X-Today"] = clock.today(request.clinic.time_zone).isoformat()
    return response
