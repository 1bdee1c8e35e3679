"""The week of one practitioner, a column a day."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table.errors import NotFound
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board import queries as board_queries
from scheduling.board.rows.otherboards import WeekBoard, week_of
from scheduling.board.rows.turning import WEEK, Turn
from scheduling.board.views import polling
from scheduling.board.views.board import hours
from scheduling.calendar.queries.setup import practitioner, setup
from scheduling.calendar.rows import day_of


@needs(Permission.SCHEDULE_READ)
@require_safe
def any_week(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """Whose was chosen (`?with=`); else one's own, where one has a column, else the first's."""
    known, on = setup(request.scope), day_of(request.GET.get("day") or day)
    if not known.practitioners:
        raise NotFound
    mine = known.practitioner(request.scope.actor.id) or known.practitioners[0]
    person = practitioner(request.scope, request.GET["with"]) if request.GET.get("with") else mine
    return redirect("scheduling:week-of", request.scope.clinic_id, on.isoformat(), person.id)


@needs(Permission.SCHEDULE_READ)
@require_safe
def week(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    on, person = day_of(day), practitioner(request.scope, practitioner_id)
    showing, days = Showing.of(request), week_of(on)
    found = board_queries.boards(request.scope, days)
    board, today = WeekBoard(found, showing, person.id), clock.today(request.clinic.time_zone)
    first, last = board.hours
    stretch = words.days(days[0], days[-1], request.clinic)
    shown: dict[str, Any] = {
        "board": board, "person": person, "people": showing.known.practitioners,
        "day": today if today in days else on, "today": today, "view": WEEK, "days": days,
        "turn": Turn(request.scope.clinic_id, WEEK, on, today, person.id),
        "changes": reverse("scheduling:week-changes", args=[request.scope.clinic_id, days[0].isoformat(), person.id]),
        "seen": ",".join(each.seen for each in found), "first": first, "last": last, "hours": hours(request),
        "at": showing.grain_now if today in days else None, "may_book": request.scope.may(Permission.BOOK),
        "updated": showing.time(showing.now), "me": words.given(request.signin.name), "show": "all",
        "title": f"{words.short(person)}, {stretch}", "stretch": stretch,
    }  # fmt: skip
    return render(request, "scheduling/board/week.html", shown)


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def changes(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    """The days on which something changed, whoever's it is; the others are not read."""
    days, person = week_of(day_of(day)), practitioner(request.scope, practitioner_id)
    seen = dict(zip(days, polling.seen_each(request, len(days)), strict=True))
    news = board_queries.news_of(request.scope, days, seen.values())
    if not news:
        return polling.answered(request, HttpResponse(status=304), ",".join(seen.values()))
    found = board_queries.boards(request.scope, news)
    seen |= {each.day: each.seen for each in found}
    shown = {
        "columns": WeekBoard(found, Showing.of(request), person.id).columns,
        "may_book": request.scope.may(Permission.BOOK),
        "view": WEEK,
    }
    answer = render(request, "scheduling/board/week_changes.html", shown)
    return polling.answered(request, answer, ",".join(seen.values()))
