"""The day on paper: a page for each practitioner."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import get_many
from patients.models import Patient
from patients.rules import phones
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board import queries as board_queries
from scheduling.board.rows.dayboard import DayBoard
from scheduling.calendar.rows import day_of


@needs(Permission.SCHEDULE_READ)
@require_safe
def day(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """Of everybody, or with `?with=` of one practitioner."""
    on, showing = day_of(day), Showing.of(request)
    found = board_queries.board(request.scope, on)
    board = DayBoard(found, showing)
    columns = [each for each in board.columns if each["cards"]]
    if queue := [each for each in board.here if each["queued"]]:
        columns.append({"id": "queue", "name": "Walk-ins, not called yet", "cards": queue})
    if only := request.GET.get("with", ""):
        columns = [each for each in columns if each["id"] == only]
    numbers = _phones(request, {each["patient_id"] for column in columns for each in column["cards"]} - {""})
    for each in (each for column in columns for each in column["cards"]):
        each["phone"] = numbers.get(each["patient_id"], "")
    shown = {
        "columns": columns,
        "day": on,
        "note": found.note,
        "printed": showing.time(showing.now),
        "title": words.day(on, request.clinic),
        "whole": formats.weekday(on, request.clinic, year=True, long=True),
    }
    return render(request, "scheduling/board/print.html", shown)


def _phones(request: ClinicRequest, ids: Iterable[str]) -> dict[str, str]:
    """The whole numbers: cards have the last digits alone, and paper is for the day on which nothing else is there."""
    found = get_many(request.scope, map(Patient.at, ids)).of(Patient)
    numbers = {each.id: phones.preferred(each.phones).get("number", "") for each in found}
    return {id: phones.show(number, request.clinic.country) for id, number in numbers.items() if number}
