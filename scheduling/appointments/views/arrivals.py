"""At the desk: the check on arrival, and who comes without an appointment."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope
from clinnet.table.errors import Refused
from clinnet.toasts import Action, say
from patients import known
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.services import confirm_details, register
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.arrivals import CheckForm, NewcomerForm, WalkInForm
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import presence, states, walkins
from scheduling.appointments.services import urgent as urgent_service
from scheduling.appointments.services.presence import BookedToday, HereAlready
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.calendar.queries import setup
from scheduling.models import WAITING, Appointment

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
        "visit": visit,
        "form": form,
        "born": formats.date(patient.birth_date or "", request.clinic),
        "phones": known.reach(patient, request.clinic),
        "address": known.address(patient, request.clinic),
        "policies": known.policies(patient, request.clinic, today),
        "back": request.GET.get("back", ""),
    }
    return render(request, "scheduling/appointments/arrival_check.html", shown, status=422 if form.errors else 200)


# --- Walk-ins ----------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_WRITE, Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Somebody we know, or somebody new by name alone, for one doctor or for whoever is free."""
    form = WalkInForm(request)
    return newcomer(request, form, partial(_walks_in, request, form), _is_here, "scheduling/appointments/walk_in.html")


def newcomer(
    request: ClinicRequest,
    form: NewcomerForm,
    act: Callable[[Once], tuple[str, str]],
    then: Callable[[ClinicRequest, str, str], HttpResponse],
    template: str,
) -> HttpResponse:
    """Who is looked for while typing, and what is done about them when it is sent: `act` gives both ids to `then`."""
    if request.method == "POST" and "find" not in request.POST:
        if done := form.run(act):
            return then(request, *done.result)
    elif form.is_bound:
        form.keep()
    refusal, known = form.refusal, setup.setup(request.scope)
    here = refusal.visit if isinstance(refusal, HereAlready) else None
    booked = refusal.visits if isinstance(refusal, BookedToday) else []
    shown = {
        "form": form,
        "here_url": answers.url(request, "appointment", here) if here else "",
        "booked": [{"id": each.id, "what": presence.when(each, known)} for each in booked],
    }
    return render(request, template, shown, status=422 if form.errors else 200)


def _walks_in(request: ClinicRequest, form: WalkInForm, once: Once) -> tuple[str, str]:
    given = form.cleaned_data
    choose(request, form)
    patient = who(request, form, once)
    if given["urgent"] and (standing := presence.of_today(request.scope, patient.id)):
        return called(request.scope, standing[0], patient, given["reason"], once)
    if visit := form.visit(patient):
        states.arrive(request.scope, appointment=visit, words=given["reason"], once=once)
        return visit.patient_id, visit.id
    id = walkins.walk_in(
        request.scope,
        patient=patient,
        visit_type=given["visit_type"],
        practitioner=given["practitioner"],
        reason=given["reason"],
        urgent=given["urgent"],
        new_patient=given["who"] is None,
        beside=form.beside,
        once=once,
    )
    return patient.id, id


def called(scope: Scope, visit: Appointment, patient: Patient, reason: str, once: Once) -> tuple[str, str]:
    """The visit that there is becomes urgent: nobody is in the house twice."""
    urgent_service.call(scope, appointment=visit, patient=patient, words=reason, once=once)
    return visit.patient_id, visit.id


def choose(request: ClinicRequest, form: NewcomerForm) -> None:
    """Nobody is registered over somebody we may know. Raises Refused where it has to be said who it is."""
    asked = form.cleaned_data["who"] is None and "who" not in request.POST and not form.was_done()
    if asked and form.finds_somebody:
        raise Refused("Choose who it is, or that it is somebody new.", field="who")


def who(request: ClinicRequest, form: NewcomerForm, once: Once, otherwise: str = "") -> Patient:
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
    walked_in = f"{told.who} is here for {told.doctor}, without an appointment."
    say(request, walked_in if now.appointment.walk_in else told.step(WAITING), actions=[undo, details])
    return redirect("scheduling:today", request.scope.clinic_id)
