"""The phone list, what was sent about an appointment, and what happened since the clinic closed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from clinnet.toasts import say, warn
from patients import moments
from patients.rules import births, names, phones
from scheduling import queries, services, words
from scheduling.access import about_visit
from scheduling.forms.messages import CalledForm, DismissForm, SendForm
from scheduling.messages import shown, status
from scheduling.models import BOOKED
from scheduling.pages import phoning
from scheduling.pages.days import day_of
from scheduling.pages.opening import opening as what_happened
from scheduling.pages.phoning import Call
from scheduling.queries import PatientVisit

AWAY = "opening-away"  # in the session: {clinic: day}
SAID = {"confirmed": "Confirmed", "left word": "Left word", "no answer": "No answer"}


@needs(Permission.SCHEDULE_READ)
@require_safe
def phone_list(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Not called yet first; then those to be tried again."""
    today = clock.today(request.clinic.time_zone)
    found = phoning.to_call(request.scope, today)
    rows = [_row(request, each) for each in found.calls]
    trouble = status.trouble(request.scope)
    context = {
        "parts": [(title, part) for title, part in (
            ("To call", [row for row in rows if not row["last"]]),
            ("Try again", [row for row in rows if row["last"]]),
        )], "may_book": request.scope.may(Permission.BOOK), "any": bool(rows),
        "until": words.day(found.until), "more": found.more,
        "trouble": trouble, "since": moments.show(trouble.since, request.clinic) if trouble else "",
    }  # fmt: skip
    return render(request, "scheduling/phone_list.html", context)


def _row(request: ClinicRequest, call: Call) -> dict[str, Any]:
    made, patient, clinic = call.made, call.patient, request.clinic
    born, last = patient.birth_date or "", call.last
    return {
        "id": made.id, "name": names.list_name(patient.data), "born": moments.date(born, clinic),
        "age": births.age(born, clock.today(clinic.time_zone)) if born else "",
        "when": words.day(day_of(made.day or "")), "time": words.clock(clock.moment(made.start or ""), clinic),
        "number": phones.show(call.number, clinic.country) if call.number else "",
        "href": phones.link(call.number), "who": call.who, "say": call.say, "why": call.why,
        "last": f"{SAID[last['outcome']]}, {moments.show(last['at'], clinic)}, {last['by']}" if last else "",
        "url": reverse("scheduling:appointment", args=[clinic.id, made.patient_id, made.id]),
        "called_url": reverse("scheduling:called", args=[clinic.id, made.patient_id, made.id]),
        "form": CalledForm(request, about=made.id),
        "no_consent": "consent" in call.why, "yes": "Confirmed" if made.state == BOOKED else "Told",
    }  # fmt: skip


@needs(Permission.BOOK)
@require_POST
@about_visit
def called(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    form = CalledForm(request, about=visit.appointment.id)

    def log(once: Once) -> None:
        services.log_visit_call(
            request.scope, appointment=visit.appointment, patient=visit.patient,
            outcome=form.cleaned_data["outcome"], once=once,
        )  # fmt: skip

    if form.sent(log):
        say(request, f"{names.in_sentence(visit.patient.data)}: {form.cleaned_data['outcome']}.")
    else:
        warn(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("scheduling:phone-list", request.scope.here)


@needs(Permission.SCHEDULE_READ)
@require_safe
@about_visit
def messages(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """What was sent about an appointment: asked by its details when they are open."""
    return _messages(request, visit)


def _messages(request: ClinicRequest, visit: PatientVisit, sentence: str = "") -> HttpResponse:
    found = shown.lines(request.scope, visit.appointment, request.clinic)
    template = "visit_messages_rows.html" if request.htmx else "visit_messages_page.html"
    may = request.scope.may(Permission.BOOK) and shown.may_send(request.scope, visit)
    form = SendForm(request, about=visit.appointment.id) if may else None
    if form:
        form.is_bound = False
    context = {"visit": visit, "lines": found, "send": form, "sentence": sentence}
    return render(request, f"scheduling/{template}", context)


@needs(Permission.BOOK)
@require_POST
@about_visit
def send(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    made = visit.appointment
    form = SendForm(request, about=made.id)

    def tell(once: Once) -> None:
        services.tell_by_email(request.scope, appointment=made, patient=visit.patient, once=once)

    done = form.sent(tell)
    sentence = "" if done else " ".join(str(error) for error in form.non_field_errors())
    if request.htmx:
        return _messages(request, queries.visit(request.scope, made.patient_id, made.id), sentence)
    if done:
        say(request, "The confirmation leaves in 3 minutes.")
    else:
        warn(request, sentence)
    return redirect("scheduling:appointment", request.scope.here, made.patient_id, made.id)


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def opening(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """What happened since the clinic closed: asked by the board when it is there. Empty once put away."""
    today = clock.today(request.clinic.time_zone)
    away = request.session.get(AWAY, {}).get(request.scope.here) == today.isoformat()
    here = day_of(day) == today and not away
    context = {"openings": what_happened(request.scope, today) if here else [], "day": day,
               "form": DismissForm(request, about=day)}  # fmt: skip
    return render(request, f"scheduling/opening{'' if request.htmx else '_page'}.html", context)


@needs(Permission.SCHEDULE_READ)
@require_POST
def put_away(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """For this person, until tomorrow."""
    on = day_of(day)
    if DismissForm(request, about=day).sent(lambda once: None):
        request.session[AWAY] = {**request.session.get(AWAY, {}), request.scope.here: on.isoformat()}
    if request.htmx:
        return HttpResponse()
    return redirect("scheduling:day", request.scope.here, day)
