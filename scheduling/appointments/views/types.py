"""The type of a visit, changed in place."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from scheduling.appointments.forms.types import TypeForm
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import retyping
from scheduling.appointments.services.changing import Done
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit
from scheduling.appointments.views.visits import panel


@needs(Permission.BOOK)
@require_POST
@about_visit
def change_type(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    appointment = visit.appointment
    form = TypeForm(request, appointment)

    def change(once: Once) -> Done:
        given = form.cleaned_data
        return retyping.change_type(
            request.scope,
            appointment=appointment,
            visit_type=given["visit_type"],
            minutes=given["minutes"] or 0,
            once=once,
        )

    if done := form.run(change):
        now = answers.again(request, visit, done.result)
        sentence = f"{answers.telling(request, now).who} is booked as {form.now(now.appointment)}."
        if now.appointment.to_call:
            sentence = f"{sentence} On the phone list: {now.appointment.to_call}."
        return answers.done(request, now, sentence, answers.undo(request, now.appointment))
    shown = panel(request, visit, typing=form)
    if request.htmx.target == answers.PANEL:
        return render(request, "scheduling/appointments/visit_panel.html", {"panel": True, **shown}, status=422)
    return render(request, "scheduling/appointments/visit.html", shown)
