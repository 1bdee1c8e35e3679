"""The day on paper: a page for each practitioner."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from scheduling import queries
from scheduling.pages.dayboard import DayBoard
from scheduling.pages.days import day_of
from scheduling.pages.showing import Showing


@needs(Permission.SCHEDULE_READ)
@require_safe
def day(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """Of everybody, or with `?with=` of one practitioner."""
    on, showing = day_of(day), Showing.of(request)
    found = queries.board(request.scope, on)
    columns = [each for each in DayBoard(found, showing).columns if each["cards"]]
    if only := request.GET.get("with", ""):
        columns = [each for each in columns if each["id"] == only]
    shown = {"columns": columns, "day": on, "note": found.note, "printed": showing.time(showing.now)}
    return render(request, "scheduling/print.html", shown)
