"""The day board: a day of the clinic, and what changed on it since."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission, Role
from clinnet.addresses import reverse
from clinnet.table import Row
from clinnet.toasts import say
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board import queries as board_queries
from scheduling.board.forms import NoteForm
from scheduling.board.rows.dayboard import OTHERS, DayBoard
from scheduling.board.rows.otherboards import RoomBoard
from scheduling.board.rows.turning import DAY, ROOMS, Turn
from scheduling.board.views import columns, lists, polling
from scheduling.calendar.rows import day_of
from scheduling.calendar.services import settings as schedule_settings

SHOWS = ("waiting", "room", "with", "pay", "gone", "here", "next", "all")
DESK = {Role.RECEPTIONIST, Role.ADMIN}
BOARDS = {DAY: DayBoard, ROOMS: RoomBoard}


@needs(Permission.SCHEDULE_READ)
@require_safe
def today(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Where everybody begins: the board, or the list of those who see patients. `?day=` is what a date field sends."""
    if wanted := request.GET.get("day"):
        return redirect("scheduling:day", request.scope.clinic_id, day_of(wanted).isoformat())
    day = clock.today(request.clinic.time_zone)
    if DESK.isdisjoint(request.signin.roles):
        return lists.page(request, day)
    return page(request, day)


@needs(Permission.SCHEDULE_READ)
@require_safe
def day(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    return page(request, day_of(day))


@needs(Permission.SCHEDULE_READ)
@require_safe
def rooms(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """The same day with a column for each room. `?day=` is what a date field sends."""
    if wanted := request.GET.get("day"):
        return redirect("scheduling:rooms", request.scope.clinic_id, day_of(wanted).isoformat())
    return page(request, day_of(day), ROOMS)


def page(request: ClinicRequest, day: date, view: str = DAY) -> HttpResponse:
    shown = common(request, day, view)
    board: DayBoard = shown["board"]
    asked, wanted = request.GET.get("show", ""), request.GET.get("with", "")
    first, last = board.hours
    shown |= {
        "show": asked if asked in SHOWS else "" if day == shown["today"] else "all",
        "whose": wanted if any(each["id"] == wanted for each in board.columns) else "",
        "first": first,
        "last": last,
        "hours": hours(request),
    }
    return render(request, "scheduling/board/board.html", shown)


def common(request: ClinicRequest, day: date, view: str = DAY) -> dict[str, Any]:
    """What the board's page and its changes have in common, from one read."""
    showing = Showing.of(request)
    found = board_queries.board(request.scope, day)
    today = clock.today(request.clinic.time_zone)
    made = BOARDS[view](found, showing, columns.chosen(request))
    return {
        "board": made,
        "day": day,
        "today": today,
        "seen": found.seen,
        "note": found.note,
        "may_book": request.scope.may(Permission.BOOK),
        "may_open": request.scope.may(Permission.HOURS),
        "updated": showing.time(showing.now),
        "view": view,
        "turn": Turn(request.scope.clinic_id, view, day, today),
        "changes": reverse(f"scheduling:{view}-changes", args=[request.scope.clinic_id, day.isoformat()]),
        "at": showing.grain_now if day == today else None,
        "title": words.day(day, request.clinic),
        "me": words.given(request.signin.name),
        **words.heading(day, request.clinic),
    }


def hours(request: ClinicRequest) -> list[dict[str, Any]]:
    """The labels of the gutter, as the clinic writes times; those of the folded night are cut off."""
    return [{"hour": hour, "at": hour * 12, "text": words.hour(hour, request.clinic)} for hour in range(24)]


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def changes(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """What a page that has seen `If-None-Match` lacks: the counters, the lane, and the columns that changed."""
    return _changes(request, day, DAY)


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def room_changes(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """The same of a day by its rooms: all columns, as a card does not say which room it left."""
    return _changes(request, day, ROOMS)


def _changes(request: ClinicRequest, day: str, view: str) -> HttpResponse:
    on, seen = day_of(day), polling.seen_of(request)
    news = board_queries.news(request.scope, on, seen) if seen else None
    if seen and news is None:
        return polling.answered(request, HttpResponse(status=304), seen)
    shown = common(request, on, view)
    board: DayBoard = shown["board"]
    shown["columns"] = board.columns if news is None or view == ROOMS else _changed(board, news)
    return polling.answered(request, render(request, "scheduling/board/changes.html", shown), shown["seen"])


def _changed(board: DayBoard, news: list[Row]) -> list[dict[str, Any]]:
    """The columns in which something changed; a changed note may be any column's."""
    if not news or any(row["type"] == "NOTE" for row in news):
        return board.columns
    owners = {row.get("line", {}).get("d", "") for row in news}
    known = {each["id"] for each in board.columns}
    return [each for each in board.columns if each["id"] in owners or (each["id"] == OTHERS and owners - known)]


@needs(Permission.BOOK)
def note(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """A note on the day, or on one column of it."""
    on = day_of(day)
    found = board_queries.board(request.scope, on)
    form = NoteForm(request, found)
    if form.run(lambda once: schedule_settings.note_day(request.scope, day=on, once=once, **form.note)):
        say(request, "The note is saved." if form.cleaned_data["text"] else "The note is taken away.")
        return redirect(reverse("scheduling:day", args=[request.scope.clinic_id, day]))
    shown = {"form": form, "day": on, "title": words.day(on, request.clinic)}
    return render(request, "scheduling/board/note.html", shown, status=422 if form.errors else 200)
