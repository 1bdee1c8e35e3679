"""What a patient has in the schedule: the tab, the search's right-hand texts, and the next step of today by one key."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import keys, side_by_side
from clinnet.toasts import Action, say, warn
from patients import queries, timeline
from patients.access import about_patient
from patients.models import Patient
from patients.rules import names
from scheduling.appointments.forms.booking import NextStepForm
from scheduling.appointments.forms.visits import UndoForm, token
from scheduling.appointments.queries import PatientVisit, visit
from scheduling.appointments.rows import patient_appointments
from scheduling.appointments.rows.caller import start_of
from scheduling.appointments.rows.showing import is_nurse, next_step
from scheduling.appointments.rows.visits import Telling
from scheduling.appointments.views import patient_pages
from scheduling.appointments.views.returning import go_back
from scheduling.appointments.views.steps import SERVICES, forgotten
from scheduling.calendar.queries.setup import setup
from scheduling.models import LEFT, Appointment

PAST = 50
MOST_ROWS = 8


@needs(Permission.SCHEDULE_READ)
@about_patient
def appointments(request: ClinicRequest, patient: Patient) -> HttpResponse:
    found = patient_appointments.shown(
        request, side_by_side(*patient_appointments.questions(request, patient, past=PAST))
    )
    lines = patient_appointments.Lines(request)
    shown = {
        "patient": patient,
        "today": [row | lines.step(row) for row in found.today],
        "coming": found.coming,
        "off": found.off,
        "past": found.past,
        "requests": found.requests,
        "most": PAST if len(found.past) >= PAST else 0,
        "book_url": patient_pages.banner(request, patient).book_url,
    }
    return render(request, "scheduling/appointments/patient_appointments.html", shown)


@needs(Permission.SCHEDULE_READ, background=True)
@require_POST
def next_texts(request: ClinicRequest, clinic: str) -> HttpResponse:
    """For rows of a search that are on screen: today's appointment of each, or the next one."""
    rows = [{"id": id} for id in dict.fromkeys(request.POST.get("ids", "").split()[:MOST_ROWS])]
    patient_pages.add_next(request, rows)
    return render(request, "scheduling/appointments/patient_appointments_next.html", {"rows": rows})


@needs(Permission.BOOK)
@require_POST
def step_today(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Whoever was found takes today's next step: mostly, they have arrived."""
    patient = queries.current(request.scope, request.POST.get("patient", ""))
    home = reverse("patients:overview", args=[clinic, patient.id])
    due = _due(request, patient)
    step = next_step(due.state or "", nurse=bool(due.nurse) or is_nurse(request)) if due else None
    if due is None or step is None:
        _nothing_today(request, patient, due)
        return go_back(request, home)
    if step[0] == LEFT and (found := forgotten(request, PatientVisit(due, patient))):
        ways = [Action(found.link.label, found.link.url, post=False)] if found.link else []
        warn(request, f"{names.in_sentence(patient.data)} {found.what}. {found.then}", actions=ways)
        return go_back(request, home)
    form = NextStepForm(request)
    if not form.run(lambda once: SERVICES[step[0]](request.scope, appointment=due, once=once)):
        warn(request, " ".join(map(str, form.non_field_errors())))
        return go_back(request, home)
    _say(request, visit(request.scope, due.patient_id, due.id), step[0])
    return go_back(request, home, changed=due.id)


def _nothing_today(request: ClinicRequest, patient: Patient, due: Appointment | None) -> None:
    what = "is not booked today" if due is None else "has nothing left to do today"
    here = request.scope.clinic_id
    book = f"{reverse('scheduling:book', args=[here])}?{urlencode({'patient': patient.id, 'from': 'today'})}"
    walk_in = Action("Walk-in", reverse("scheduling:walk-in", args=[here]), post=False)
    sentence = f"{names.in_sentence(patient.data)} {what}."
    warn(request, sentence, actions=[Action("Book", book, post=False), walk_in])


def _due(request: ClinicRequest, patient: Patient) -> Appointment | None:
    """Today's first appointment that is not over."""
    pages = side_by_side(
        *patient_appointments.next_of(
            request.scope, timeline.all_ids(patient), patient_appointments.start_of_today(request)
        )
    )
    rows = [row for page in pages for row in page.rows]
    row = patient_appointments.next_row(sorted((row for row in rows if row.get("GSI2SK")), key=start_of))
    if row is None:
        return None
    appointment = visit(request.scope, keys.parse_patient(row["PK"]), row["id"]).appointment
    return appointment if appointment.day == formats.today(request.clinic) else None


def _say(request: ClinicRequest, now: PatientVisit, to: str) -> None:
    appointment = now.appointment
    fields = (
        ("once", token(request.scope, UndoForm, appointment.id)),
        ("version", str(int(appointment.version))),
        ("back", "board"),
    )
    url = reverse("scheduling:undo", args=[request.scope.clinic_id, appointment.patient_id, appointment.id])
    say(request, Telling(now, setup(request.scope)).step(to), actions=[Action("Undo", url, fields=fields)])
