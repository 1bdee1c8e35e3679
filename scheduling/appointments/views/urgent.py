"""Somebody cannot wait: called for by name or on their visit, on every screen until a clinician has them."""

import hashlib
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Row
from clinnet.toasts import say
from patients.rules import names
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.arrivals import UNKNOWN, CallForm, CalmForm, HaveForm, UrgentForm
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import short_name
from scheduling.appointments.services import presence, states, walkins
from scheduling.appointments.services import urgent as service
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.appointments.views.arrivals import called, choose, newcomer, who
from scheduling.board import queries as board_queries
from scheduling.calendar.queries import setup
from scheduling.lines import AppointmentLine
from scheduling.models import COMING, DOCTOR, READY, ROOM


@needs(Permission.PATIENT_WRITE, Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def urgent(request: ClinicRequest, clinic: str) -> HttpResponse:
    """On every screen of the clinic at once. Nothing is asked that could wait."""
    form = UrgentForm(request)
    return newcomer(request, form, partial(_calls, request, form), _called, "scheduling/appointments/urgent.html")


def _calls(request: ClinicRequest, form: UrgentForm, once: Once) -> tuple[str, str]:
    choose(request, form)
    # Two of one day are told apart by when they came.
    patient = who(request, form, once, f"{UNKNOWN} {words.clock(clock.now(), request.clinic)}")
    reason = form.cleaned_data["reason"]
    if standing := presence.of_today(request.scope, patient.id):
        return called(request.scope, standing[0], patient, reason, once)
    return patient.id, walkins.walk_in(request.scope, patient=patient, reason=reason, urgent=True, once=once)


def _called(request: ClinicRequest, patient_id: str, id: str) -> HttpResponse:
    now = appointment_queries.visit(request.scope, patient_id, id)
    who = names.in_sentence(now.patient.data)
    undo = answers.undo(request, now.appointment, back="board")
    say(request, f"{who} is on every screen until a clinician has them.", actions=[undo])
    return redirect("scheduling:today", request.scope.clinic_id)


@needs(Permission.BOOK)
@about_visit
def urgent_visit(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """Who is here, or was to come, cannot wait: it is the visit for which they are here that becomes urgent."""
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    form = CallForm(request, about=visit.appointment.id)
    if done := form.run(partial(_calls_for, request, form, visit)):
        return _called(request, *done.result)
    shown = {
        "form": form,
        "visit": visit,
        "when": presence.when(visit.appointment, setup.setup(request.scope)),
        "name": names.in_sentence(visit.patient.data),
        "coming": visit.appointment.state in COMING,
    }
    return render(request, "scheduling/appointments/urgent_visit.html", shown, status=422 if form.errors else 200)


def _calls_for(request: ClinicRequest, form: CallForm, visit: PatientVisit, once: Once) -> tuple[str, str]:
    here = [each for each in presence.of_today(request.scope, visit.patient.id) if each.is_here]
    appointment = visit.appointment if visit.appointment.is_here or not here else here[0]
    return called(request.scope, appointment, visit.patient, form.cleaned_data["reason"], once)


@needs(Permission.BOOK)
@require_POST
@about_visit
def calm(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """The strip goes, the visit stays."""
    appointment = visit.appointment
    form = CalmForm(request, about=appointment.id)
    done = form.run(lambda once: service.calm(request.scope, appointment=appointment, once=once))
    if not done:
        return answers.refused(request, appointment, form)
    now = answers.again(request, visit, done.result)
    sentence = f"{answers.telling(request, now).who} is not urgent any more."
    return answers.done(request, now, sentence, answers.undo(request, now.appointment))


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def urgent_now(request: ClinicRequest, clinic: str) -> HttpResponse:
    """The red strip, asked for by every page. What is there already is not drawn again under somebody's finger."""
    rows = board_queries.urgent(request.scope, clock.today(request.clinic.time_zone))
    seen = hashlib.sha256(repr([(row["PK"], row["version"]) for row in rows]).encode()).hexdigest()[:12] if rows else ""
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    most = board_queries.MOST_URGENT
    shown = {"people": [_calling(request, row) for row in rows[:most]], "seen": seen, "more": len(rows) > most}
    return render(request, "scheduling/appointments/urgent_strip.html", shown)


def _calling(request: ClinicRequest, row: Row) -> dict[str, Any]:
    may = request.scope.may(Permission.BOOK)
    has = may and request.scope.may(Permission.CHART_READ)
    line = AppointmentLine.unpack(row["line"])
    person = line.patient
    name = {"family_name": person.get("f", ""), "given_name": person.get("g", "")}
    return {
        "patient_id": line.patient_id,
        "id": row["id"],
        "words": line.reason,
        "name": names.full_name(name),
        "short_name": short_name(name),
        "form": HaveForm(request, about=row["id"]) if has else None,
        "calm": CalmForm(request, about=row["id"]) if may and not has else None,
    }


@needs(Permission.CHART_READ, Permission.BOOK)
@require_POST
@about_visit
def have_them(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """With the doctor who presses, or in the room to which the nurse who presses takes them."""
    appointment, me = visit.appointment, setup.setup(request.scope).practitioner(request.scope.actor.id)
    form = HaveForm(request, about=appointment.id)

    def take(once: Once) -> None:
        if me:
            states.with_doctor(request.scope, appointment=appointment, practitioner=me, once=once)
        elif appointment.state in (ROOM, READY):
            service.calm(request.scope, appointment=appointment, once=once)
        else:
            states.to_room(request.scope, appointment=appointment, once=once)

    if not form.run(take):
        return answers.refused(request, appointment, form)
    now = answers.again(request, visit)
    sentence = answers.telling(request, now).step(now.appointment.state or DOCTOR)
    return answers.done(request, now, sentence, answers.undo(request, now.appointment))
