"""Visits that recur: what is wanted, the list with what stands in the way, the booking."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.jobs.models import Job
from clinnet.pages import leave
from clinnet.toasts import say, warn
from patients.models import Patient
from patients.rules import names
from scheduling import words
from scheduling.appointments.forms.series import SeriesForm, begins, value_of
from scheduling.appointments.rows.wanted import Wanted, wanted
from scheduling.appointments.views.booking_page import top
from scheduling.appointments.views.returning import came_from
from scheduling.calendar.rules import walltime

TYPED = ("reason", "note", "tell_by")


@needs(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: ClinicRequest, clinic: str) -> HttpResponse:
    begun = "repeat" in request.POST  # from the booking page, with the words that were typed there
    look = wanted(request.scope, request.GET if begun else request.POST or request.GET)
    if look.caller is None:
        return render(
            request,
            "scheduling/appointments/book.html",
            {"look": look, "back": came_from(request), **top(request, look)},
        )
    form = _form(request, look, look.caller.patient, begun=begun)
    if begun:
        return _page(request, look, form)
    if _is_to_book(request):
        if form.was_done():
            return _go_to(request, "scheduling:appointments", form.patient.id)
        if form.run(form.book) and form.job:
            return _booked(request, look, form, form.job)
        form.plan_again()
    elif form.is_bound and not form.preview(form.plan):
        form.plan_again()
    return _page(request, look, form)


def _form(request: ClinicRequest, look: Wanted, patient: Patient, *, begun: bool) -> SeriesForm:
    start = begins(look, patient) if begun or request.method != "POST" else None
    if start and begun:
        start |= {name: request.POST[name] for name in TYPED if request.POST.get(name)}
    form = SeriesForm(request, patient, start=start)
    form.begun = begun
    form.offer(look)
    return form


def _is_to_book(request: ClinicRequest) -> bool:
    """By its button, or by the key that names none once the visits are listed."""
    return "book" in request.POST or ("listed" in request.POST and "plan" not in request.POST)


def _go_to(request: ClinicRequest, page: str, id: str) -> HttpResponse:
    return leave(request, reverse(page, args=[request.scope.clinic_id, id]))


def _page(request: ClinicRequest, look: Wanted, form: SeriesForm) -> HttpResponse:
    rows = _rows(request, look, form)
    shown = {
        **top(request, look),
        "look": look,
        "form": form,
        "rows": rows,
        "free": sum(not row["problem"] for row in rows),
        "problems": sum(bool(row["problem"]) for row in rows),
        "cancel_url": f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{look.query()}",
    }
    return render(request, "scheduling/appointments/series.html", shown, status=422 if form.errors else 200)


def _rows(request: ClinicRequest, look: Wanted, form: SeriesForm) -> list[dict[str, Any]]:
    zone = look.known.clinic.time_zone
    again = _is_to_book(request)
    found = []
    for each in form.planned:
        wall, value = walltime.to_wall(each.start, zone), value_of(each)
        found.append(
            {
                "value": value,
                "day": f"{wall:%a} {formats.date(wall.date().isoformat(), request.clinic)}",
                "time": formats.time(wall, request.clinic),
                "problem": each.problem,
                "ticked": not each.problem and (not again or value in form.ticked),
            }
        )
    if first := next((row for row in found if not row["problem"]), None):
        first["first"] = True  # the hand goes on there
    return found


def _booked(request: ClinicRequest, look: Wanted, form: SeriesForm, job: Job) -> HttpResponse:
    """What was booked, and what somebody took in between."""
    zone = look.known.clinic.time_zone
    skipped = [walltime.moment_of(grain) for grain in job.plan["skipped"]] + [each.start for each in form.lost]
    made = int(job.total) - len(job.plan["skipped"])
    whom = words.short(look.known.practitioner(job.plan["practitioner"]))
    say(request, f"Booked: {names.in_sentence(form.patient.data)}, {made} visits with {whom}.")
    if skipped:
        walls = (walltime.to_wall(each, zone) for each in sorted(skipped))
        days = ", ".join(words.day(wall.date(), request.clinic) for wall in walls)
        warn(request, f"Taken by somebody in the meantime, and not booked: {days}.")
    if job.state != "done":
        return _go_to(request, "scheduling:job", job.id)
    return _go_to(request, "scheduling:appointments", form.patient.id)
