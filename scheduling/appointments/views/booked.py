"""After booking: the toast, and its Undo."""

from collections import Counter

from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.jobs.models import Job
from clinnet.toasts import Action, say, warn
from patients.rules import names
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.booking import MOST_ANSWERED, BookForm, UnbookForm, told_by
from scheduling.appointments.forms.visits import UndoForm, token
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.wanted import type_of
from scheduling.appointments.services.undoing import unbook as take_back
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.appointments.views.returning import came_from, go_back
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.messages.services import letters
from scheduling.models import Appointment
from scheduling.waitlist import queries as waitlist_queries

MOST_OTHERS = 7  # booked together with one


def booked(request: ClinicRequest, form: BookForm) -> HttpResponse:
    """Back where the person came from, with what can be done next."""
    said = _said(request, form)
    if form.moved:
        now = appointment_queries.appointment(request.scope, form.moved.patient_id, form.moved.id)
        told, decide = answers.told_of(request, PatientVisit(now, form.people[0]), back="details")
        ways = [_move_back(request, form.moved), *decide] if form.job is None else [_later_ones(request, form.job)]
        say(request, f"Moved: {said} {_rest(form.job)} {told}".strip().replace("  ", " "), actions=ways)
    else:
        say(request, f"Booked: {said}{_to_say(request, form)}", actions=_next(request, form))
    home = reverse("patients:overview", args=[request.scope.clinic_id, form.people[0].id])
    return go_back(request, home, changed=form.booked_ids[0])


def _said(request: ClinicRequest, form: BookForm) -> str:
    """Who comes when, to whom; of several who come one after the other, each with their own time."""
    clinic, starts = request.clinic, [start for start, _ in form.starts]
    whom = words.together(words.short(setup(request.scope).practitioner(who)) for _, who in form.starts)
    named = [names.in_sentence(each.data) for each in form.people]
    if len(set(starts)) == 1:
        return f"{words.together(named)}, {words.moment(starts[0], clinic)}, {whom}."
    each = [f"{name} {words.clock(start, clinic)}" for name, start in zip(named, starts, strict=True)]
    day = words.day(walltime.to_wall(starts[0], clinic.time_zone).date(), clinic)
    return f"{day}: {words.together(each)}, {whom}."


def _to_say(request: ClinicRequest, form: BookForm) -> str:
    visit_type = type_of(setup(request.scope), form.data.get("type", ""))
    return letters.to_say(request.clinic, visit_type, form.cleaned_data["tell_by"] or told_by(form.people[0]))


def _next(request: ClinicRequest, form: BookForm) -> list[Action]:
    here, patient = request.scope.clinic_id, form.people[0]
    at = [here, patient.id, form.booked_ids[0]]
    token = UnbookForm(request, about=form.booked_ids[0]).once()
    also = [("also", f"{each.id} {id}") for each, id in zip(form.people[1:], form.booked_ids[1:], strict=True)]
    again = f"{reverse('scheduling:book', args=[here])}?{urlencode({'patient': patient.id})}"
    also += [("answered", each.id) for each in form.answered]
    fields = (("once", token), ("back", came_from(request)), *also)
    return [
        Action("Undo", reverse("scheduling:unbook", args=at), fields=fields),
        Action("Print slip", reverse("scheduling:slip", args=at), post=False),
        Action("Book another", again, post=False),
    ]


def _move_back(request: ClinicRequest, moved: Appointment) -> Action:
    """Undoes this move and nothing that somebody does after it."""
    url = reverse("scheduling:undo", args=[request.scope.clinic_id, moved.patient_id, moved.id])
    fields = (
        ("once", token(request.scope, UndoForm, moved.id)),
        ("version", str(int(moved.version) + 1)),
        ("back", "details"),
    )
    return Action("Undo", url, fields=fields)


def _rest(job: Job | None) -> str:
    """What became of the later ones of a series."""
    if job is None:
        return ""
    became = Counter(each.get("w") for each in (job.results or {}).values())
    left = int(job.total) - became["moved"]
    moved = f"{became['moved']} later one{'' if became['moved'] == 1 else 's'} of the series moved as well"
    return f"{moved}; {left} could not be." if left else f"{moved}."


def _later_ones(request: ClinicRequest, job: Job) -> Action:
    """Each with its new time, and how to take them back."""
    return Action("See the later ones", reverse("scheduling:job", args=[request.scope.clinic_id, job.id]), post=False)


@needs(Permission.BOOK)
@require_POST
@about_visit
def unbook(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """A booking of a moment ago taken back, with those booked together with it: nothing is sent to anybody."""
    appointment = visit.appointment
    form = UnbookForm(request, about=appointment.id)
    others = [each.split(" ") for each in request.POST.getlist("also") if each.count(" ") == 1]
    together = [appointment, *(appointment_queries.appointment(request.scope, *each) for each in others[:MOST_OTHERS])]
    answered = [waitlist_queries.request(request.scope, id) for id in request.POST.getlist("answered")[:MOST_ANSWERED]]
    if form.run(lambda once: take_back(request.scope, appointments=together, answered=answered, once=once)):
        who, more = names.in_sentence(visit.patient.data), len(together) - 1
        also = f" and {more} other{'s' if more > 1 else ''} are" if more else " is"
        say(request, f"Undone: {who}{also} not booked.")
    else:
        warn(request, " ".join(map(str, form.non_field_errors())))
    home = reverse("patients:overview", args=[request.scope.clinic_id, visit.patient.id])
    return go_back(request, home, changed=appointment.id)
