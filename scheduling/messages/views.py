"""What was sent about an appointment, and sending it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from clinnet.toasts import say, warn
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.visits import TellingForm
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.messages import rows as message_rows
from scheduling.messages.forms import SendForm
from scheduling.messages.services import messages as messages_services


@needs(Permission.SCHEDULE_READ)
@require_safe
@about_visit
def messages(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """What was sent about an appointment: asked by its details when they are open."""
    return _messages(request, visit)


def _messages(request: ClinicRequest, visit: PatientVisit, sentence: str = "") -> HttpResponse:
    found = message_rows.lines(request.scope, visit, request.clinic)
    template = "visit_rows.html" if request.htmx else "visit_page.html"
    may = request.scope.may(Permission.BOOK) and message_rows.may_send(request.scope, visit)
    form = SendForm(request, about=visit.appointment.id) if may else None
    if form:
        form.is_bound = False
    context = {
        "visit": visit,
        "lines": found,
        "send": form,
        "sentence": sentence,
        "by": message_rows.by(request.scope, visit),
    }
    return render(request, f"scheduling/messages/{template}", context)


@needs(Permission.BOOK)
@require_POST
@about_visit
def telling(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """Whether the patient hears of what was just changed: the toast's second button."""
    appointment = visit.appointment
    form = TellingForm(request, about=appointment.id)

    def decide(once: Once) -> None:
        tell = form.cleaned_data["tell"]
        messages_services.set_telling(request.scope, appointment=appointment, tell=tell, once=once)

    if not form.run(decide):
        return answers.refused(request, appointment, form)
    now = appointment_queries.visit(request.scope, appointment.patient_id, appointment.id)
    told, otherwise = answers.told_of(request, now)
    return answers.done(request, now, _named(answers.telling(request, now).who, told), *otherwise)


def _named(who: str, sentence: str) -> str:
    """ "María García, 14 Mar 1985, is not told." """
    if sentence.startswith("They are"):
        return sentence.replace("They are", f"{who} is", 1)
    return f"{who}: {sentence[:1].lower()}{sentence[1:]}"


@needs(Permission.BOOK)
@require_POST
@about_visit
def send(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    appointment = visit.appointment
    form = SendForm(request, about=appointment.id)

    def tell(once: Once) -> None:
        messages_services.tell_again(request.scope, appointment=appointment, patient=visit.patient, once=once)

    done = form.run(tell)
    sentence = "" if done else " ".join(str(error) for error in form.non_field_errors())
    if request.htmx:
        return _messages(
            request, appointment_queries.visit(request.scope, appointment.patient_id, appointment.id), sentence
        )
    if done:
        say(request, "The confirmation leaves in 3 minutes.")
    else:
        warn(request, sentence)
    return redirect("scheduling:appointment", request.scope.clinic_id, appointment.patient_id, appointment.id)
