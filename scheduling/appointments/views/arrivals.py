"""At the desk: the check on arrival, who comes without an appointment, and who cannot wait."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Row
from clinnet.table.errors import Refused
from clinnet.toasts import Action, say
from patients import known
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.rules import names
from patients.services import confirm_details, register
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.arrivals import UNKNOWN, CheckForm, HaveForm, NewcomerForm, UrgentForm, WalkInForm
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import short_name
from scheduling.appointments.services import states, walkins
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.board import queries as board_queries
from scheduling.calendar.queries import setup
from scheduling.lines import AppointmentLine
from scheduling.models import DOCTOR

# --- The check ---------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_WRITE, Permission.BOOK)
@about_visit
def arrival_check(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """Phone, address, insurance: still right? It stands in nobody's way: the patient has arrived already."""
    patient = visit.patient
    request.patient = patient  # type: ignore[attr-defined]  # for the banner
    form = CheckForm(request, about=patient.id)
    if form.run(lambda once: confirm_details(request.scope, patient, once=once)):
        told = answers.telling(request, visit)
        return answers.done(request, visit, f"{told.who} says that all is still right.")
    today = clock.today(request.clinic.time_zone)
    shown = {
        "visit": visit, "form": form, "born": formats.date(patient.birth_date or "", request.clinic),
        "phones": known.reach(patient, request.clinic), "address": known.address(patient, request.clinic),
        "policies": known.policies(patient, request.clinic, today), "back": request.GET.get("back", ""),
    }  # fmt: skip
    return render(request, "scheduling/appointments/arrival_check.html", shown)


# --- Walk-ins ----------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_WRITE, Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Somebody we know, or somebody new by name alone, for one doctor or for whoever is free."""
    form = WalkInForm(request)
    return _newcomer(request, form, partial(_walks_in, request, form), _is_here, "scheduling/appointments/walk_in.html")


def _newcomer(
    request: ClinicRequest, form: NewcomerForm, act: Callable[[Once], tuple[str, str]],
    then: Callable[[ClinicRequest, str, str], HttpResponse], template: str,
) -> HttpResponse:  # fmt: skip
    """Who is looked for while typing, and what is done about them when it is sent: `act` gives both ids to `then`."""
    if request.method == "POST" and "find" not in request.POST:
        if done := form.run(act):
            return then(request, *done.result)
    elif form.is_bound:
        form.keep()
    return render(request, template, {"form": form})


def _walks_in(request: ClinicRequest, form: WalkInForm, once: Once) -> tuple[str, str]:
    given = form.cleaned_data
    asked = given["who"] is None and "who" not in request.POST and not form.was_done()
    if asked and form.finds_somebody:
        raise Refused("Choose who it is, or that it is somebody new.", field="who")
    patient = _who(request, form, once)
    id = walkins.walk_in(
        request.scope, patient=patient, visit_type=given["visit_type"], practitioner=given["practitioner"],
        reason=given["reason"], urgent=given["urgent"], new_patient=given["who"] is None, once=once,
    )  # fmt: skip
    return patient.id, id


def _who(request: ClinicRequest, form: NewcomerForm, once: Once, otherwise: str = "") -> Patient:
    """Somebody new is registered with a token of its own: sent twice, the form leads to the same new record."""
    if form.cleaned_data["who"]:
        known_one: Patient = form.cleaned_data["who"]
        return known_one
    newcomer = form.newcomer(otherwise)
    return get_patient(request.scope, register(request.scope, newcomer, once=Once(f"{once.token}#who", once.digest)))


def _is_here(request: ClinicRequest, patient_id: str, id: str) -> HttpResponse:
    now = appointment_queries.visit(request.scope, patient_id, id)
    told = answers.telling(request, now)
    undo = answers.undo(request, now.appointment, back="board")
    details = Action("Open", answers.url(request, "appointment", now.appointment), post=False)
    say(request, f"{told.who} is here for {told.doctor}, without an appointment.", actions=[undo, details])
    return redirect("scheduling:today", request.scope.clinic_id)


# --- Urgent ------------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_WRITE, Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def urgent(request: ClinicRequest, clinic: str) -> HttpResponse:
    """On every screen of the clinic at once. Nothing is asked that could wait."""
    form = UrgentForm(request)
    return _newcomer(request, form, partial(_calls, request, form), _called, "scheduling/appointments/urgent.html")


def _calls(request: ClinicRequest, form: UrgentForm, once: Once) -> tuple[str, str]:
    # Two of one day are told apart by when they came.
    patient = _who(request, form, once, f"{UNKNOWN} {words.clock(clock.now(), request.clinic)}")
    reason = form.cleaned_data["reason"]
    return patient.id, walkins.walk_in(request.scope, patient=patient, reason=reason, urgent=True, once=once)


def _called(request: ClinicRequest, patient_id: str, id: str) -> HttpResponse:
    now = appointment_queries.visit(request.scope, patient_id, id)
    who = names.in_sentence(now.patient.data)
    undo = answers.undo(request, now.appointment, back="board")
    say(request, f"{who} is on every screen until a clinician has them.", actions=[undo])
    return redirect("scheduling:today", request.scope.clinic_id)


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def urgent_now(request: ClinicRequest, clinic: str) -> HttpResponse:
    """The red strip, asked for by every page. What is there already is not drawn again under somebody's finger."""
    rows = board_queries.urgent(request.scope, clock.today(request.clinic.time_zone))
    seen = hashlib.sha256(repr([(row["PK"], row["version"]) for row in rows]).encode()).hexdigest()[:12] if rows else ""
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    has = request.scope.may(Permission.CHART_READ) and request.scope.may(Permission.BOOK)
    shown = {"people": [_calling(request, row, has=has) for row in rows], "seen": seen}
    return render(request, "scheduling/appointments/urgent_strip.html", shown)


def _calling(request: ClinicRequest, row: Row, *, has: bool) -> dict[str, Any]:
    line = AppointmentLine.unpack(row["line"])
    person = line.patient
    name = {"family_name": person.get("f", ""), "given_name": person.get("g", "")}
    return {
        "patient_id": line.patient_id, "id": row["id"], "words": line.reason,
        "name": names.full_name(name), "short_name": short_name(name),
        "form": HaveForm(request, about=row["id"]) if has else None,
    }  # fmt: skip


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
        else:
            states.to_room(request.scope, appointment=appointment, once=once)

    if not form.run(take):
        return answers.refused(request, appointment, form)
    now = answers.again(request, visit)
    sentence = answers.telling(request, now).step(now.appointment.state or DOCTOR)
    return answers.done(request, now, sentence, answers.undo(request, now.appointment))
