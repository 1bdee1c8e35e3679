"""Holding time without a patient, and giving it back."""

from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table.errors import NotFound
from clinnet.toasts import say
from scheduling import words
from scheduling.appointments.rows.wanted import starts_of
from scheduling.appointments.views.returning import came_from, go_back
from scheduling.board import queries as board_queries
from scheduling.board.forms import BlockForm, UnblockForm
from scheduling.board.services import blocks
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime


@needs(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = BlockForm(request, start=None if request.method == "POST" else _begins(request))
    if form.run(form.block):
        say(request, f"Blocked: {words.moment(form.moment, request.clinic)}, {form.cleaned_data['reason']}.")
        return go_back(request, reverse("scheduling:day", args=[clinic, form.cleaned_data["on"].isoformat()]))
    back = came_from(request)
    shown = {"form": form, "back": back, "cancel": back or reverse("scheduling:today", args=[clinic])}
    return render(request, "scheduling/board/block.html", shown, status=422 if form.errors else 200)


def _begins(request: ClinicRequest) -> dict[str, object]:
    """The place of the board that was chosen, if one was."""
    zone, who = request.clinic.time_zone, request.GET.get("with", "")
    begins: dict[str, object] = {"practitioner": who, "on": clock.today(zone), "minutes": 30}
    try:
        starts = starts_of(request.GET.get("start", ""), zone, who)
        on = date.fromisoformat(request.GET["from"]) if "from" in request.GET else None
    except (ValueError, OverflowError):
        raise NotFound from None
    if on:
        begins["on"] = on
    if starts:
        wall: datetime = walltime.to_wall(starts[0][0], zone)
        begins |= {"on": wall.date(), "at": wall.time(), "practitioner": starts[0][1]}
    return begins


@needs(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def unblock(request: ClinicRequest, clinic: str, day: str, block_id: str) -> HttpResponse:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    found = board_queries.block(request.scope, on, block_id)
    form = UnblockForm(request, about=block_id)
    if form.run(lambda once: blocks.unblock(request.scope, block=found, once=once)):
        say(request, "The time is free again.")
        return go_back(request, reverse("scheduling:day", args=[clinic, day]))
    known = setup(request.scope)
    room = known.rooms.get(found.room)
    shown = {
        "form": form,
        "back": came_from(request),
        "reason": found.reason,
        "by": found.by,
        "minutes": found.minutes,
        "when": words.moment(found.start, request.clinic) if found.start else "",
        "whom": words.short(known.practitioner(found.practitioner)) if found.practitioner else "",
        "room": room.name if room else "",
        "gone": found.state != "block",
    }
    return render(request, "scheduling/board/block_form.html", shown, status=422 if form.errors else 200)
