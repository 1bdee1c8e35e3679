"""Running late: how much, whom it concerns, and which of three ways."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.table import Scope
from clinnet.toasts import say
from patients.views.rows import row as patient_row
from scheduling import words
from scheduling.board import queries as board_queries
from scheduling.board.rules import pace
from scheduling.calendar.queries import setup as setups
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import day_of
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Slot
from scheduling.disruptions.forms import TELL, LateForm, OnTimeForm, name_of, value
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.queries.disrupted_day import NOBODY, PHONE, Hit
from scheduling.disruptions.services import late
from scheduling.messages.queries.recipients import BY_MESSAGE, EMAIL, SMS

SHIFT, OVER = "shift", "over"
WAYS = {
    SHIFT: ("Shift and tell", "Everybody comes later; gaps take up delay"),
    TELL: ("Tell only", "Times stay; each is told how late it is"),
    OVER: ("Hand over", "Those for whom somebody else has time see them"),
}
SAVE = {SHIFT: "Shift and tell", TELL: "Tell them", OVER: "Hand over"}
REACH = {
    EMAIL: ("mail", "by e-mail"),
    SMS: ("message", "by text"),
    PHONE: ("phone", "to phone"),
    NOBODY: ("eye-off", "cannot be reached"),
}
LEAST = 15  # minutes that are proposed where nothing is known
CHANGED = "Nothing was done yet: this is the list for what you entered last. Look, and press again."
WHILE = 2.5  # seconds of work before the page that shows how far it is


@needs(Permission.BOOK)
def running_late(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    practitioner, on = setups.practitioner(request.scope, practitioner_id), day_of(day)
    given = request.POST if request.method == "POST" else request.GET
    said, way = _minutes(given.get("minutes", "")), given.get("way", SHIFT)
    column = _column(request, on, practitioner)
    minutes = said or column["proposed"]
    column["wrong"] = late.HOW_LATE if "minutes" in given and not said else ""
    column["said_minutes"] = given["minutes"] if column["wrong"] else minutes
    way = way if way in WAYS else SHIFT
    hits = _hits(request.scope, on, practitioner, minutes, way)
    form, changed = LateForm(request, hits, about=f"{practitioner.id} {day}"), _changed(request, minutes, way)
    run = partial(late.run_late, request.scope, day=on, practitioner=practitioner, minutes=minutes)
    done = form.run(lambda once: run(fates=form.fates, once=once)) if said and not changed else None
    if done:
        job = jobs.go_on(request.scope, job=done.result, seconds=WHILE)
        return redirect("scheduling:job", clinic, job.id)
    shown = {"form": form, "practitioner": practitioner, "day": on, "minutes": minutes, "way": way, "changed": changed,
             "title": words.day(on, request.clinic),
             **column, **_preview(request, hits, minutes, way)}  # fmt: skip
    status = 422 if said and not changed and form.errors else 200  # else it is another list that was asked for
    return render(request, "scheduling/disruptions/late.html", shown, status=status)


def _changed(request: ClinicRequest, minutes: int, way: str) -> str:
    """What to say where the list on the page was of other minutes or another way than its fields. Then nothing is
    done: who is told what was never seen.
    """
    if request.method != "POST" or (request.POST.get("shown") == f"{minutes} {way}" and "show" not in request.POST):
        return ""
    return CHANGED


def _minutes(text: str) -> int:
    """What was typed, to the next five minutes; 0 for what is no such time."""
    minutes = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    return -(-minutes // walltime.GRAIN) * walltime.GRAIN if minutes <= late.LONGEST else 0


def _column(request: ClinicRequest, on: date, practitioner: Staff) -> dict[str, Any]:
    """What the board knows of it."""
    board = board_queries.board(request.scope, on)
    mine = [each for each in board.cards if each.practitioner == practitioner.id]
    behind = pace.behind(mine, clock.now())
    said = next((each.late for each in board.columns if each.practitioner.id == practitioner.id), 0)
    on_time = OnTimeForm(request, about=f"{practitioner.id} {on}") if said else None
    proposed = _minutes(str(min(max(behind, LEAST), late.LONGEST)))
    return {"behind": behind, "said": said, "on_time": on_time, "proposed": proposed}


def _hits(scope: Scope, on: date, practitioner: Staff, minutes: int, way: str) -> list[Hit]:
    hits = disrupted_day.coming(scope, day=on, practitioner=practitioner, ago=timedelta(minutes=minutes))
    if way == SHIFT:
        return disrupted_day.later(scope, hits, day=on, practitioner=practitioner, minutes=minutes)
    if way == OVER:
        return disrupted_day.elsewhere(scope, hits, day=on, practitioner=practitioner, that_day=True)
    return hits


def _preview(request: ClinicRequest, hits: list[Hit], minutes: int, way: str) -> dict[str, Any]:
    rows = [row(request, hit) | _control(request, hit, way) for hit in hits]
    told = [each for each in rows if each["value"] or each["choices"]]
    counts = {name: sum(each["reach"] == name for each in told) for name in REACH}
    parts = [f"{count} {REACH[name][1]}" for name, count in counts.items() if count]
    return {
        "rows": rows,
        "told": len(told),
        "reached": ", ".join(parts),
        "ways": [(name, *said) for name, said in WAYS.items()],
        "clashes": sum(bool(each["clash"]) for each in rows),
        "save": SAVE[way] if told else "Say it on the board",
    }


def row(request: ClinicRequest, hit: Hit) -> dict[str, Any]:
    """One appointment in the table of a bad day."""
    appointment, known = hit.appointment, setup(request.scope)
    visit_type = known.visit_types.get(appointment.visit_type_id or "")
    person = patient_row(request, hit.patient.id, hit.patient.line or {})
    reach, (icon, word) = hit.reach, REACH[hit.reach]
    if reach in BY_MESSAGE and any(slot.start == hit.start for slot in hit.options):
        word = f"to phone if only the doctor changes, else {word}"  # no message says with whom
        reach, icon = (PHONE, "phone") if hit.options[0].start == hit.start else (reach, icon)
    return {
        "id": appointment.id,
        "was": hit.start,
        "name": person["family_given"],
        "born": person["born"],
        "url": person["url"],
        "time": words.clock(clock.moment(appointment.start or ""), request.clinic),
        "type": visit_type.name if visit_type else "",
        "reason": appointment.reason or "",
        "reach": reach,
        "reach_icon": icon,
        "reach_word": word,
        "field": name_of(hit),
        "clash": hit.clash,
        "warning": hit.warning,
    }


def said(request: ClinicRequest, slot: Slot, *, day: date | None = None, who: str = "") -> str:
    """ "10:50", with the day and with whom where these are others."""
    wall = walltime.to_wall(slot.moment, request.clinic.time_zone)
    at = words.clock(slot.moment, request.clinic)
    at = at if wall.date() == day else f"{words.day(wall.date(), request.clinic)}, {at}"
    person = setup(request.scope).practitioner(slot.practitioner)
    return at if slot.practitioner == who else f"{at}, {words.short(person)}"


def _control(request: ClinicRequest, hit: Hit, way: str) -> dict[str, Any]:
    """Of a row: the value of its tick and what is new, or the choices."""
    on, who = date.fromisoformat(hit.appointment.day or ""), hit.appointment.practitioner_id or ""
    if way == OVER:
        choices = [(value(slot), said(request, slot, day=on, who=who)) for slot in hit.options]
        return {"value": "", "new": "", "choices": [*choices, (TELL, "Stays, and is told"), ("", "Stays as it is")]}
    if way == TELL or hit.clash:
        return {"value": TELL, "new": "", "choices": []}
    new = said(request, hit.options[0], day=on, who=who) if hit.options else ""
    return {"value": value(hit.options[0]) if hit.options else "", "new": new, "choices": []}


@needs(Permission.BOOK)
@require_POST
def on_time(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    """Not late any more."""
    practitioner, on = setups.practitioner(request.scope, practitioner_id), day_of(day)
    form = OnTimeForm(request, about=f"{practitioner.id} {on}")
    if done := form.run(lambda once: late.on_time(request.scope, day=on, practitioner=practitioner, once=once)):
        heard = f" On the phone list: {done.result} who heard of a delay." if done.result else ""
        say(request, f"{words.short(practitioner)} is not late any more.{heard}")
    return redirect("scheduling:day", clinic, day)
