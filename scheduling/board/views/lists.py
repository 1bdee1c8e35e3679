"""The list of a doctor or a nurse: the same day, by who comes next."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import get_many
from clinnet.table.errors import NotFound
from patients import banner
from patients.models import Patient
from scheduling import words
from scheduling.board import queries as board_queries
from scheduling.board.rows.daylist import DayList
from scheduling.board.rows.rooms import rooms_for
from scheduling.board.views import polling
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import day_of
from scheduling.calendar.rules import hours
from scheduling.models import ROOM

EVERYBODY = "all"


@needs(Permission.SCHEDULE_READ)
@require_safe
def day(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    return page(request, day_of(day))


def page(request: ClinicRequest, day: date) -> HttpResponse:
    return render(request, "scheduling/board/list.html", _shown(request, day))


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def changes(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """The list anew, for a page that has not seen all that changed."""
    on, seen = day_of(day), polling.seen_of(request)
    if seen and board_queries.news(request.scope, on, seen) is None:
        return polling.answered(request, HttpResponse(status=304), seen)
    shown = _shown(request, on)
    return polling.answered(request, render(request, "scheduling/board/list_groups.html", shown), shown["seen"])


def _shown(request: ClinicRequest, day: date) -> dict[str, Any]:
    only = _whose(request)
    found = board_queries.board(request.scope, day)
    today = clock.today(request.clinic.time_zone)
    rows = DayList.of(request, found, only)
    showing = rows.showing
    return {
        "list": rows,
        **_next(request, rows),
        "only": only,
        "people": showing.known.practitioners,
        "day": day,
        "today": today,
        "title": words.day(day, request.clinic),
        "locum": hours.locum(day, showing.known.plan(only)) if only else "",
        "seen": found.seen,
        "note": found.note,
        "may_book": request.scope.may(Permission.BOOK),
        "charts": request.scope.may(Permission.CHART_READ),
        "updated": showing.time(showing.now),
        "me": rows.me,
        "asked": request.GET.urlencode(),
        **_heading(request, day),
    }


def _heading(request: ClinicRequest, day: date) -> dict[str, Any]:
    before, after = ((day + timedelta(days=by)).isoformat() for by in (-1, 1))
    return {"before": before, "after": after, **words.heading(day, request.clinic)}


def _next(request: ClinicRequest, rows: DayList) -> dict[str, Any]:
    """Whom to call, with what must be known of them before: the words of their alerts, and the rooms that are free."""
    following = rows.following
    if following is None:
        return {"next": None}
    alerts = []
    if following["alert"]:
        found = get_many(request.scope, [Patient.at(following["patient_id"])], consistent=False).of(Patient)
        alerts = [alert for each in found for alert in banner.alerts(each)]
    rooms = rooms_for(following, rows.board.cards, rows.showing.known) if following["to"] == ROOM else None
    return {"next": following, "alerts": alerts, "rooms": rooms}


def _whose(request: ClinicRequest) -> str:
    """As asked; else one's own, where one has a column, else everybody's."""
    known, asked = setup(request.scope), request.GET.get("with", "")
    if asked == EVERYBODY:
        return ""
    if asked and known.practitioner(asked) is None:
        raise NotFound
    me = request.scope.actor.id
    return asked or (me if known.practitioner(me) else "")
