"""A month at a glance: which days have room, for one practitioner or for all."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from scheduling.appointments.rows.wanted import type_of, types_of
from scheduling.board.rows.monthtable import days_of, usual, weeks_of
from scheduling.board.rows.turning import MONTH, Turn
from scheduling.calendar.queries import month as month_queries
from scheduling.calendar.queries.setup import practitioner, setup
from scheduling.calendar.rows import day_of


@needs(Permission.SCHEDULE_READ)
@require_safe
def month(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """`?with=` a practitioner's id, `?type=` a type of visit; `?day=` is what a date field sends."""
    on, known = day_of(request.GET.get("day") or day), setup(request.scope)
    person = practitioner(request.scope, request.GET["with"]) if request.GET.get("with") else None
    types = [each for each in types_of(known, None) if not person or person in known.who_does(each)]
    if not types:  # nothing can be booked
        return redirect("scheduling:day", request.scope.clinic_id, on.isoformat())
    asked = type_of(known, request.GET["type"]) if request.GET.get("type") else None
    kind = asked if asked in types else usual(types, known.grain)
    people = [person] if person else known.who_does(kind)
    found = month_queries.left(request.scope, people, kind.need(), days_of(on))
    today = clock.today(request.clinic.time_zone)
    shown: Mapping[str, object] = {
        "weeks": weeks_of(found, today),
        "day": on,
        "today": today,
        "person": person,
        "kind": kind,
        "types": types,
        "people": known.practitioners,
        "title": f"{on:%B %Y}",
        "may_book": request.scope.may(Permission.BOOK),
        "turn": Turn(request.scope.clinic_id, MONTH, on, today, person.id if person else "", asked.id if asked else ""),
    }
    return render(request, "scheduling/board/month.html", shown)
