"""One appointment: its details, as a panel beside the board and as a page; its words, its patient, its time."""

from typing import Any, TypeVar, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm
from clinnet.forms.pick import PickField
from clinnet.table import Once
from clinnet.toasts import Action
from patients import banner
from patients.models import Patient
from patients.rules import phones
from scheduling import hooks
from scheduling import words as sched_words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.arrivals import CalmForm
from scheduling.appointments.forms.types import TypeForm
from scheduling.appointments.forms.visits import (
    CameLateForm,
    ChangePatientForm,
    MoveForm,
    NoShowForm,
    ParkForm,
    StepForm,
    UndoForm,
    WordsForm,
)
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import Showing, word_of_visit
from scheduling.appointments.rows.visits import Allowed, card_of, is_due, namesakes, stamps
from scheduling.appointments.services import changing, moving, reassign
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.calendar.queries.setup import Setup
from scheduling.calendar.rules.slots import Slot
from scheduling.messages.services import letters
from scheduling.models import CONFIRMED, WAITING, Appointment
from scheduling.refusals import OutsideHours, SlotTaken
from scheduling.waitlist.services import waitlist

F = TypeVar("F", bound=ClinicForm)
NOT_TYPED = " Everything you typed is still here."  # who drags has typed nothing


@needs(Permission.SCHEDULE_READ)
@require_safe
@about_visit
def appointment(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    shown = panel(request, visit, words=WordsForm(request, visit.appointment))
    if request.htmx.target == answers.PANEL:
        return render(request, "scheduling/appointments/visit_panel.html", {"panel": True, **shown})
    return render(request, "scheduling/appointments/visit.html", shown)


def panel(
    request: ClinicRequest, visit: PatientVisit, *, words: WordsForm | None = None, typing: TypeForm | None = None
) -> dict[str, Any]:
    """What templates/scheduling/appointments/visit_body.html takes."""
    appointment, patient, clinic = visit.appointment, visit.patient, request.clinic
    may, shown = Allowed(appointment, clinic, not patient.deceased_on), _card(request, visit)
    told = answers.telling(request, visit)
    steps = [each for each in may.steps if each[0] not in (shown["to"], CONFIRMED)]
    return {
        "visit": visit, "shown": shown, "may": may, "may_book": request.scope.may(Permission.BOOK),
        "when": told.day_and_time if appointment.start else "", "doctor": told.doctor,
        "stamps": stamps(appointment, told.known), "prepare": _prepare(request, told.known, may),
        "book_this": book_this(request, appointment) if may.book else "", "on_top": _on_top(request, may),
        "phone": _phone(patient, clinic.country), "alerts": banner.alerts(patient),
        "namesakes": [_namesake(request, line) for line in namesakes(request.scope, patient)],
        "next": shown["to"] if shown["to"] in dict(may.steps) else "", "steps": steps,
        "due": appointment.state == WAITING and is_due(patient), **_forms(request, visit),
        "words": words or unsent(WordsForm(request, appointment)),
        "typing": typing or unsent(TypeForm(request, appointment)),
        "links": hooks.actions(request, visit), "facts": list(hooks.facts(request, visit)),
    }  # fmt: skip


def _card(request: ClinicRequest, visit: PatientVisit) -> dict[str, Any]:
    show, appointment = Showing.of(request), visit.appointment
    shown = show.card(card_of(request.scope, visit))
    shown["word"] = word_of_visit(shown["state"])
    if appointment.is_from_elsewhere:  # its card is rounded to the board's five minutes
        shown["end"] = show.time(clock.moment(appointment.end)) if appointment.end else ""
    return shown


def _prepare(request: ClinicRequest, known: Setup, may: Allowed) -> str:
    """What to tell who is still to come, in the clinic's language."""
    visit_type = known.visit_types.get(may.appointment.visit_type_id or "") if may.coming else None
    return letters.preparation(request.clinic, visit_type, letters.style(request.clinic).language)


def unsent(form: F) -> F:
    """Shown beside another form that was sent."""
    form.is_bound = False
    return form


def _on_top(request: ClinicRequest, may: Allowed) -> str:
    """The booking page at this very time, for who may overbook: it asks for whom, and why."""
    taken = may.appointment
    if not (may.coming and taken.practitioner_id and taken.start and request.scope.may(Permission.OVERBOOK)):
        return ""
    given = {"with": taken.practitioner_id, "start": f"{clock.moment(taken.start):%Y-%m-%dT%H:%MZ}"}
    return f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{urlencode(given)}"


def book_this(request: ClinicRequest, made: Appointment) -> str:
    """The booking page with all that the other system said of it."""
    start = f"{clock.moment(made.start):%Y-%m-%dT%H:%MZ}" if made.start and not made.day_only else ""
    wanted = {"patient": made.patient_id, "type": made.visit_type_id, "with": made.practitioner_id, "start": start}
    given = urlencode({name: value for name, value in wanted.items() if value})
    return f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{given}"


def _phone(patient: Patient, country: str) -> dict[str, str]:
    number = phones.preferred(patient.phones).get("number", "")
    return {"text": phones.show(number, country), "href": phones.link(number)} if number else {}


def _namesake(request: ClinicRequest, line: dict[str, Any]) -> dict[str, str]:
    return {"born": formats.date(line.get("b", ""), request.clinic), "number": line.get("n", "")}


def _forms(request: ClinicRequest, visit: PatientVisit) -> dict[str, Any]:
    """One form for each button, and so one token."""
    appointment = visit.appointment
    found: dict[str, Any] = {
        "step_form": StepForm(request, about=appointment.id),
        "other_form": StepForm(request, about=appointment.id),
        "confirm_form": StepForm(request, about=appointment.id),
        "undo_form": UndoForm(request, about=appointment.id),
        "no_show_form": NoShowForm(request, about=appointment.id),
        "came_late_form": CameLateForm(request, about=appointment.id),
        "park_form": ParkForm(request, about=appointment.id),
        "calm_form": CalmForm(request, about=appointment.id),
    }
    for form in found.values():
        form.is_bound = False
    found["other_form"].offer(appointment)
    return found


@needs(Permission.BOOK)
@require_POST
@about_visit
def change_words(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    appointment = visit.appointment
    form = WordsForm(request, appointment)

    def change(once: Once) -> None:
        given = form.cleaned_data
        changing.change_words(
            request.scope, appointment=appointment, reason=given["reason"], note=given["note"], once=once
        )

    if form.run(change):
        return answers.done(request, answers.again(request, visit), "Saved.")
    shown = panel(request, visit, words=form)
    if request.htmx.target == answers.PANEL:
        return render(request, "scheduling/appointments/visit_panel.html", {"panel": True, **shown}, status=422)
    return render(request, "scheduling/appointments/visit.html", shown, status=422)


@needs(Permission.BOOK)
@require_POST
@about_visit
def park(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """The time is free, and somebody looks for another."""
    appointment = visit.appointment
    form = ParkForm(request, about=appointment.id)

    def take(once: Once) -> None:
        form.check_time(appointment)
        waitlist.park(request.scope, appointment=appointment, patient=visit.patient, once=once)

    if not form.run(take):
        return answers.refused(request, appointment, form)
    told = answers.telling(request, visit)
    requests = Action("Open Requests", reverse("scheduling:requests", args=[request.scope.clinic_id]), post=False)
    now = answers.again(request, visit)
    known, _ = answers.told_of(request, now)
    sentence = f"{told.who} is in Requests. {told.day_and_time} is free. {known}".strip()
    return answers.done(request, now, sentence, answers.undo(request, now.appointment), requests)


# --- Another patient ---------------------------------------------------------------------------------------------


@needs(Permission.BOOK)
@about_visit
def change_patient(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """Find, choose, change: one page, the search being a step of its form."""
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    appointment = visit.appointment
    form = ChangePatientForm(request, about=appointment.id)
    cast(PickField, form.fields["who"]).without = (visit.patient.id,)

    def change(once: Once) -> None:
        reassign.change_patient(request.scope, appointment=appointment, patient=form.cleaned_data["who"], once=once)

    if request.method == "POST" and "find" not in request.POST:
        if form.run(change):
            return _changed(request, visit, form.cleaned_data["who"])
    elif form.is_bound:
        form.keep()
    told = answers.telling(request, visit)
    shown = {"visit": visit, "form": form, "when": told.day_and_time if appointment.start else "", "told": told,
             "may": Allowed(appointment, request.clinic), "word": word_of_visit(appointment.state or ""),
             "is_told": reassign.is_told(request.scope, appointment)}  # fmt: skip
    return render(
        request, "scheduling/appointments/visit_change_patient.html", shown, status=422 if form.errors else 200
    )


def _changed(request: ClinicRequest, visit: PatientVisit, patient: Patient) -> HttpResponse:
    now = appointment_queries.visit(request.scope, patient.id, visit.appointment.id)
    return answers.done(request, now, answers.telling(request, now).given(), answers.undo(request, now.appointment))


# --- Another time ------------------------------------------------------------------------------------------------


@needs(Permission.BOOK)
@about_visit
def move(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """GET leads to the booking page, which looks for a time. Dragging gets the bare form, and sends it."""
    appointment = visit.appointment
    form = MoveForm(request, about=appointment.id)
    if request.method != "POST":
        if request.htmx:
            return _move_form(request, visit, form)
        around = {"from": appointment.day} if appointment.day else {}  # a day that is over is looked for from today on
        query = urlencode({"move": appointment.id, "patient": appointment.patient_id} | around)
        return redirect(f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{query}")
    if form.run(lambda once: _move(request, visit, form, once)):
        now = answers.again(request, visit)
        sentence = f"{answers.telling(request, now).who} moved to {answers.telling(request, now).day_and_time}"
        told, decide = answers.told_of(request, now)
        sentence += f" with {answers.telling(request, now).doctor}. {told}"
        return answers.done(request, now, sentence.strip(), answers.undo(request, now.appointment), *decide)
    return _move_form(request, visit, form)


def _move(request: ClinicRequest, visit: PatientVisit, form: MoveForm, once: Once) -> None:
    given = form.cleaned_data
    moving.move(
        request.scope, appointment=visit.appointment, start=given["start"], practitioner=given["practitioner"],
        room=given["room"], overbook=given["overbook"], outside_hours=given["outside_hours"], once=once,
    )  # fmt: skip


def _move_form(request: ClinicRequest, visit: PatientVisit, form: MoveForm) -> HttpResponse:
    """The sentence, and what can be done: a near time, a second patient, outside hours."""
    show, refusal = Showing.of(request), form.refusal
    near: list[Slot] = refusal.nearest if isinstance(refusal, SlotTaken) else []
    unsaid = "overbook" in form.errors
    asked = "Book a second patient at this time?" if unsaid else answers.sentence_of(form).removesuffix(NOT_TYPED)
    may_not = (isinstance(refusal, OutsideHours) and not refusal.may) or (
        isinstance(refusal, SlotTaken) and not refusal.may_overbook
    )
    if may_not:
        asked = f"{asked.removesuffix(' Book anyway?')} {sched_words.who_fits_in(request.clinic)}"
    shown = {
        "visit": visit, "form": form, "sentences": asked,
        "near": [{"start": slot.moment.isoformat(), "practitioner": slot.practitioner,
                  "time": show.time(slot.moment)} for slot in near],
        "may_overbook": unsaid or (isinstance(refusal, SlotTaken) and refusal.may_overbook),
        "may_outside": isinstance(refusal, OutsideHours) and refusal.may,
        "told": answers.telling(request, visit),
    }  # fmt: skip
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    page = "scheduling/appointments/visit_move.html" if request.htmx else "scheduling/appointments/visit_move_page.html"
    return render(request, page, shown, status=422 if form.errors else 200)
