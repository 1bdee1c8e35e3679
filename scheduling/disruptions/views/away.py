"""A day, or a part of it, is cancelled or handed over: everybody who is affected, with the best other time for each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once
from scheduling import words
from scheduling.calendar.forms.fields import is_twelve
from scheduling.calendar.queries import setup as setups
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import day_of
from scheduling.calendar.rules import clocktext, hours
from scheduling.disruptions.forms import ASK, KEEP, AwayForm, PartForm, value
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.queries.disrupted_day import Hit, Part
from scheduling.disruptions.services import away as away_services
from scheduling.disruptions.views.late import WHILE, row, said


@needs(Permission.BOOK)
def away(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    practitioner, on = setups.practitioner(request.scope, practitioner_id), day_of(day)
    asked = PartForm(request=request, data=request.POST if request.method == "POST" else request.GET)
    part = asked.part if asked.is_valid() else None
    hits = disrupted_day.coming(request.scope, day=on, practitioner=practitioner, part=part) if asked.is_valid() else []
    form = AwayForm(request, hits, about=f"{practitioner.id} {day}")

    def clear(once: Once) -> Job:
        given = form.cleaned_data
        return away_services.clear_day(
            request.scope, day=on, practitioner=practitioner, fates=form.fates, once=once, part=part,
            reason=given["reason"], leave=given["leave"],
        )  # fmt: skip

    if asked.is_valid() and (done := form.run(clear)):
        job = jobs.go_on(request.scope, job=done.result, seconds=WHILE)
        return redirect("scheduling:job", clinic, job.id)
    hits = disrupted_day.elsewhere(request.scope, hits, day=on, practitioner=practitioner, part=part)
    shown = {"form": form, "asked": asked, **_shown(request, on, practitioner, part), **_rows(request, hits, on, form)}
    status = 422 if form.errors or (form.is_bound and asked.errors) else 200
    return render(request, "scheduling/disruptions/away.html", shown, status=status)


def _shown(request: ClinicRequest, on: date, practitioner: Staff, part: Part | None) -> dict[str, Any]:
    absences = hours.absences(on, setup(request.scope).plan(practitioner.id))
    known = next((each for each in absences if _covers(each, part)), None)
    stretch = clocktext.stretch(part.start, part.end, twelve=is_twelve(request)) if part else ""
    return {
        "practitioner": practitioner,
        "day": on,
        "part": part,
        "stretch": stretch,
        "when": ", ".join(filter(None, (words.day(on, request.clinic), stretch))),
        "closed": (known.reason or known.kind) if known else "",
        "may_leave": not known and request.scope.may(Permission.HOURS),
    }


def _covers(away: hours.OtherDays, part: Part | None) -> bool:
    return not away.start or bool(part and away.start <= part.start and part.end <= away.end)


def _rows(request: ClinicRequest, hits: Sequence[Hit], on: date, form: AwayForm) -> dict[str, Any]:
    rows = [row(request, hit) | {"choices": _choices(request, hit, on, form)} for hit in hits]
    return {"rows": rows, "found": sum(bool(hit.options) for hit in hits)}


def _choices(request: ClinicRequest, hit: Hit, on: date, form: AwayForm) -> list[tuple[str, str, bool]]:
    """What can become of a visit, and whether it is chosen: the best free time first."""
    times = [(value(slot), said(request, slot, day=on)) for slot in hit.options]
    choices = [*times, (ASK, "First in Requests"), (KEEP, "Stays as it is")]
    posted = form.data.get(f"row-{hit.appointment.id}", "") if form.is_bound else ""
    chosen = posted if posted in dict(choices) else choices[0][0]
    return [(each, word, each == chosen) for each, word in choices]
