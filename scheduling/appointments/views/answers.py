"""What an action on an appointment answers: to htmx the card, the panel and a toast; else the page it came from."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django_htmx.http import trigger_client_event

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm
from clinnet.toasts import Action, say, warn
from patients.rules import names
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.visits import BACK, StepForm, TellingForm, UndoForm, token
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import Showing
from scheduling.appointments.rows.visits import Telling, card_of, day_of
from scheduling.calendar.queries import setup
from scheduling.messages import rows as message_rows
from scheduling.messages.forms import SAY_NOT, SAY_SOON
from scheduling.messages.services import outbox
from scheduling.models import COMING, WAITING, Appointment

PANEL = "visit"  # the id of the panel beside the board
LED_FROM = {"chart": "list"}  # where a button stands that leads on: what is refused or undone is so back there


def again(request: ClinicRequest, visit: PatientVisit, appointment: object = None) -> PatientVisit:
    """As the table has it now: `appointment` by the service that changed it, else read."""
    now = appointment if isinstance(appointment, Appointment) else visit.appointment
    if now is appointment and now.patient_id == visit.appointment.patient_id:
        return PatientVisit(now, visit.patient)
    return appointment_queries.visit(request.scope, now.patient_id, now.id)


def telling(request: ClinicRequest, visit: PatientVisit) -> Telling:
    return Telling(visit, setup.setup(request.scope))


def url(request: ClinicRequest, name: str, appointment: Appointment) -> str:
    return reverse(f"scheduling:{name}", args=[request.scope.clinic_id, appointment.patient_id, appointment.id])


def undo(request: ClinicRequest, appointment: Appointment, back: str = "") -> Action:
    """The toast's button. It undoes what was just done, and nothing that somebody does after it."""
    fields = [
        ("once", token(request.scope, UndoForm, appointment.id)),
        ("version", str(int(appointment.version))),
        ("back", back or _stands_on(request)),
        *([("with", whose)] if (whose := _whose_list(request)) else []),
    ]
    return Action("Undo", url(request, "undo", appointment), fields=tuple(fields), quick=bool(request.htmx))


def arrive_too(request: ClinicRequest, appointment: Appointment) -> list[Action]:
    """A button for each of a family who was booked together with it and is still to come that day."""
    scope, found = request.scope, []
    for each in appointment_queries.family_of(scope, appointment):
        other = each.appointment
        if other.day == appointment.day and other.state in COMING and not each.patient.merged_into:
            fields = (
                ("once", token(scope, StepForm, other.id)),
                ("to", WAITING),
                ("version", str(int(other.version))),
                ("back", _back(request)),
            )
            name = names.apart(each.patient.data.get("given_name") or names.full_name(each.patient.data))
            found.append(Action(f"{name} too", url(request, "step", other), fields=fields, quick=bool(request.htmx)))
    return found


def told_of(request: ClinicRequest, visit: PatientVisit, back: str = "") -> tuple[str, list[Action]]:
    """Whether the patient hears of what was just done, and when; with the button that decides otherwise."""
    appointment = visit.appointment
    sentence = message_rows.becomes_of(request.scope, visit)
    waits, quiet = message_rows.waits(request.scope, appointment), outbox.is_quiet(appointment)
    if not (waits or quiet) or appointment.is_parked:
        return sentence, []
    fields = (
        ("once", token(request.scope, TellingForm, appointment.id)),
        ("back", back or _back(request)),
        ("tell", SAY_SOON if quiet else SAY_NOT),
    )
    label = "Tell them" if quiet else "Don’t tell"
    return sentence, [Action(label, url(request, "telling", appointment), fields=fields, quick=bool(request.htmx))]


def book_again(request: ClinicRequest, appointment: Appointment) -> str:
    """The booking page for the same visit at another time."""
    given = {"patient": appointment.patient_id, "type": appointment.visit_type_id, "with": appointment.practitioner_id}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{query}"


def done(request: ClinicRequest, visit: PatientVisit, sentence: str, *actions: Action) -> HttpResponse:
    """`visit` as it is now."""
    say(request, sentence, actions=actions)
    if request.htmx:
        return fragment(request, visit)
    return leads_back(request, visit.appointment)


def fragment(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """The board hears of it at once, and draws the card anew wherever it is now."""
    from scheduling.appointments.views.visits import panel

    appointment, target = visit.appointment, request.htmx.target or ""
    shown: dict[str, Any] = {}
    if target == PANEL:
        shown = {"panel": True, **panel(request, visit)}
    elif target.startswith("card-"):
        card = Showing.of(request).card(card_of(request.scope, visit))
        shown = {"card": True, "shown": card, "may_book": request.scope.may(Permission.BOOK)}
    answer = render(request, "scheduling/appointments/visit_answer.html", shown)
    return trigger_client_event(answer, "visit-changed", {"id": appointment.id, "day": appointment.day or ""})


def refused(request: ClinicRequest, appointment: Appointment, form: ClinicForm) -> HttpResponse:
    """Of a button: nothing has changed, and the sentence says why."""
    sentence = sentence_of(form)
    if request.htmx:
        return render(request, "errors/sentence.html", {"sentence": sentence}, status=422)
    warn(request, sentence)
    return _leads_to(request, appointment, _stands_on(request))


def sentence_of(form: ClinicForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _back(request: ClinicRequest) -> str:
    back = request.POST.get("back") or request.GET.get("back", "")
    return back if back in BACK else "details"


def _stands_on(request: ClinicRequest) -> str:
    """The page with the button."""
    back = _back(request)
    return LED_FROM.get(back, back)


def _whose_list(request: ClinicRequest) -> str:
    """Whose day's list the button stood on."""
    return request.POST.get("with", "") if _stands_on(request) == "list" else ""


def leads_back(request: ClinicRequest, appointment: Appointment) -> HttpResponse:
    """To the page that the form names: one of ours, about this appointment."""
    return _leads_to(request, appointment, _back(request))


def _leads_to(request: ClinicRequest, appointment: Appointment, back: str) -> HttpResponse:
    here = request.scope.clinic_id
    own, whole = [appointment.patient_id], [appointment.patient_id, appointment.id]
    named: dict[str, Sequence[str]] = {"patient": own, "chart": own, "details": whole, "phones": []}
    ids = named[back] if back in named else [day_of(appointment).isoformat()]
    page = reverse(BACK[back], args=[here, *ids])
    whose = _whose_list(request) if back == "list" else ""
    return HttpResponseRedirect(f"{page}?{urlencode({'with': whose})}" if whose else page)
