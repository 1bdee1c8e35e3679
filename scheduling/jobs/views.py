"""Work longer than one step: how far it is, what became of each, to go on with and to undo."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.forms import GoOnForm, UndoJobForm
from clinnet.jobs.models import Job
from clinnet.toasts import say, warn
from patients.models import Patient
from patients.queries import survivors
from patients.rules import phones
from patients.views.rows import row as patient_row
from scheduling import words
from scheduling.calendar.forms.fields import is_twelve
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import clocktext, walltime
from scheduling.disruptions.services import apply
from scheduling.disruptions.views.late import WHILE
from scheduling.models import LEFT, NO_SHOW

STATES = {
    "open": ("hourglass", "Under way"),
    "done": ("check", "Done"),
    "undoing": ("arrow-back-up", "Being taken back"),
    "undone": ("arrow-back-up", "Taken back"),
}
AS_BEFORE = ("back", "kept", "changed")  # what became of a row that an undo leaves as it was before the job
BECAME = {
    "moved": ("arrows-exchange", "Moved"),
    "told": ("message", "Told"),
    "asked": ("clock", "First in Requests"),
    "kept": ("calendar-event", "Stays as it is"),
    "changed": ("user-check", "Left alone"),
    "back": ("arrow-back-up", "As it was"),
    LEFT: ("check", "Has left"),
    NO_SHOW: ("user-x", "Did not come"),
}


@needs(Permission.SCHEDULE_READ)
@require_safe
def job(request: ClinicRequest, clinic: str, job_id: str) -> HttpResponse:
    return render(request, "scheduling/jobs/job.html", _shown(request, job_queries.job(request.scope, job_id)))


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def progress(request: ClinicRequest, clinic: str, job_id: str) -> HttpResponse:
    return render(request, "scheduling/jobs/job_now.html", _shown(request, job_queries.job(request.scope, job_id)))


@needs(Permission.BOOK)
@require_POST
def go_on(request: ClinicRequest, clinic: str, job_id: str) -> HttpResponse:
    found = job_queries.job(request.scope, job_id)
    form = GoOnForm(request, about=found.id)
    if not form.run(lambda once: jobs.go_on(request.scope, job=found, seconds=WHILE)):
        warn(request, form.sentence())
    if request.htmx:
        return render(request, "scheduling/jobs/job_now.html", _shown(request, job_queries.job(request.scope, job_id)))
    return redirect("scheduling:job", clinic, found.id)


@needs(Permission.BOOK)
@require_POST
def undo(request: ClinicRequest, clinic: str, job_id: str) -> HttpResponse:
    found = job_queries.job(request.scope, job_id)
    form = UndoJobForm(request, about=found.id)
    if form.run(lambda once: jobs.undo(request.scope, job=found, once=once)):
        now = jobs.go_on(request.scope, job=job_queries.job(request.scope, found.id), seconds=WHILE)
        if now.state == jobs.UNDONE:
            left = any(each.get("w") not in AS_BEFORE for each in (now.results or {}).values())
            say(request, f"Taken back.{' What could not be is said beside it.' if left else ''}")
    else:
        warn(request, form.sentence())
    return redirect("scheduling:job", clinic, found.id)


def _shown(request: ClinicRequest, found: Job) -> dict[str, Any]:
    icon, word = STATES[found.state or "open"]
    working = found.state in jobs.UNDER_WAY
    may = request.scope.may(Permission.BOOK)
    rows = _rows(request, found)
    done = int(found.cursor) if found.state != jobs.UNDONE else int(found.total)
    return {
        "job": found, "title": _title(request, found), "icon": icon, "word": word, "working": working, "rows": rows,
        "done": done, "total": int(found.total), "by": found.by,
        "began": formats.when(found.created_at or "", request.clinic),
        "mine": found.by_id == request.scope.actor.id,
        "go_on": GoOnForm(request, about=found.id) if working and may else None,
        "undo": UndoJobForm(request, about=found.id) if may and jobs.may_undo(found) else None,
        "to_phone": sum(bool(each["call"]) for each in rows), "asked": sum(each["became"] == "asked" for each in rows),
        "left_out": _left_out(request, found), "leave": _leave(request, found),
        "day": found.plan.get("day", ""),
    }  # fmt: skip


def _left_out(request: ClinicRequest, found: Job) -> str:
    """Of a series: the times that somebody took meanwhile."""
    times = [words.wall(_wall(request, start), request.clinic) for start in found.plan.get("skipped", ())]
    return f"Left out, as somebody took these times meanwhile: {'; '.join(times)}." if times else ""


def _leave(request: ClinicRequest, found: Job) -> dict[str, str]:
    """What there is to say of the leave that was entered with it, and where it is removed."""
    days = apply.leave_of(request.scope, found)
    if days is None:
        return {}
    if not days.active:
        return {"text": f"The leave of {'those hours' if days.start else 'that day'} is removed."}
    still = "still " if found.state == jobs.UNDONE else ""
    may = request.scope.may(Permission.HOURS)
    url = reverse("scheduling:days", args=[request.scope.clinic_id, days.id]) if may else ""
    what, when = ("Those hours are", "in them") if days.start else ("That day is", "on it")
    return {"text": f"{what} {still}entered as leave: nobody is booked {when}.", "url": url}


def _title(request: ClinicRequest, found: Job) -> str:
    plan = found.plan
    who = words.short(setup(request.scope).practitioner(plan.get("practitioner", "")))
    day = words.day(date.fromisoformat(plan["day"]), request.clinic) if plan.get("day") else ""
    if plan.get("hours"):  # of a part of the day
        day += f", {clocktext.stretch(*plan['hours'], twelve=is_twelve(request))}"
    kind = jobs.kinds().get(found.kind)
    return (kind.title if kind else "Work").format(minutes=plan.get("minutes", 0), who=who, day=day)


def _wall(request: ClinicRequest, grain: int) -> datetime:
    return walltime.to_wall(walltime.moment_of(int(grain)), request.clinic.time_zone)


def _rows(request: ClinicRequest, found: Job) -> list[dict[str, Any]]:
    """What became of each appointment, in the order of time; nothing yet for those that are to come."""
    plan = found.plan.get("rows", [])
    people = survivors(request.scope, {row["p"] for row in plan})
    rows = []
    for row in sorted(plan, key=lambda each: str(each["was"])):
        done = (found.results or {}).get(row["i"], {})
        patient = people.get(row["p"])
        person = patient_row(request, patient.id, patient.line or {}) if patient else {}
        icon, word = BECAME.get(done.get("w", ""), ("hourglass", "To come"))
        rows.append({
            "name": person.get("family_given", ""), "born": person.get("born", ""), "url": person.get("url", ""),
            "time": _time(request, found, row["was"]), "became": done.get("w", ""), "icon": icon,
            "word": word, "new": _new(request, found, done), "why": done.get("y", ""), "call": done.get("c", False),
            "phone": phone(patient, request.clinic) if patient and done.get("c") else {},
        })  # fmt: skip
    return rows


def _time(request: ClinicRequest, found: Job, was: str) -> str:
    """When it was; with its day, where the job is not of one day."""
    say = words.clock if found.plan.get("day") else words.moment
    return say(clock.moment(was), request.clinic)


def phone(patient: Patient, clinic: Clinic) -> dict[str, str]:
    """The number to call them at, and its link."""
    number = phones.preferred(patient.phones).get("number", "")
    return {"text": phones.show(number, clinic.country), "href": phones.link(number)} if number else {}


def _new(request: ClinicRequest, found: Job, done: Mapping[str, Any]) -> str:
    """Where somebody was moved: what differs of day, time and doctor."""
    if done.get("w") == "told":
        return f"{found.plan['minutes']} min late"
    if done.get("w") != "moved":
        return ""
    wall = _wall(request, done["u"])
    same = wall.date().isoformat() == found.plan.get("day")
    when = words.clock(walltime.moment_of(int(done["u"])), request.clinic) if same else words.wall(wall, request.clinic)
    if done["d"] == found.plan["practitioner"]:
        return when
    return f"{when}, {words.short(setup(request.scope).practitioner(done['d']))}"
