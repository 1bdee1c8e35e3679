"""The phone list, and what happened since the clinic closed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import Once
from clinnet.toasts import say, warn
from patients.rules import births, names, phones
from scheduling import hooks, words
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.views.access import about_visit
from scheduling.calendar.rows import day_of
from scheduling.front_desk.rows import phone_list as phoning
from scheduling.front_desk.rows.morning_summary import opening as what_happened
from scheduling.front_desk.rows.phone_list import Call
from scheduling.messages.forms import CalledForm, DismissForm
from scheduling.messages.services import messages, status
from scheduling.models import BOOKED, COMING

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
        "parts": [
            (title, part)
            for title, part in (
                ("To call", [row for row in rows if not row["last"]]),
                ("Try again", [row for row in rows if row["last"]]),
            )
        ],
        "may_book": request.scope.may(Permission.BOOK),
        "any": bool(rows),
        "until": words.day(found.until, request.clinic),
        "more": found.more,
        "trouble": trouble,
        "since": formats.when(trouble.since, request.clinic) if trouble else "",
    }
    return render(request, "scheduling/front_desk/phone_list.html", context)


def _row(request: ClinicRequest, call: Call) -> dict[str, Any]:
    appointment, patient, clinic = call.appointment, call.patient, request.clinic
    born, last = patient.birth_date or "", call.last
    return {
        "id": appointment.id,
        "name": names.list_name(patient.data),
        "born": formats.date(born, clinic),
        "age": births.age(born, clock.today(clinic.time_zone)) if born else "",
        "when": words.day(day_of(appointment.day or ""), clinic),
        "time": words.clock(clock.moment(appointment.start or ""), clinic),
        "number": phones.show(call.number, clinic.country) if call.number else "",
        "href": phones.link(call.number),
        "who": call.who,
        "say": call.say,
        "why": call.why,
        "last": f"{SAID[last['outcome']]}, {formats.within(last['at'], clinic)}, {last['by']}" if last else "",
        **_instead(request, call),
        "url": reverse("scheduling:appointment", args=[clinic.id, appointment.patient_id, appointment.id]),
        "called_url": reverse("scheduling:called", args=[clinic.id, appointment.patient_id, appointment.id]),
        "form": CalledForm(request, about=appointment.id),
        "no_consent": "consent" in call.why,
        "yes": "Confirmed" if appointment.state == BOOKED else "Told",
    }


def _instead(request: ClinicRequest, call: Call) -> dict[str, str]:
    """Where it leads when the time does not suit them, or is gone: back here afterwards."""
    appointment, here = call.appointment, request.scope.clinic_id
    patient, back = appointment.patient_id, reverse("scheduling:phone-list", args=[here])
    page = reverse("scheduling:book", args=[here])
    if appointment.state not in COMING:
        return {"book_url": f"{page}?{urlencode({'patient': patient, 'back': back})}"}
    cancel = reverse("scheduling:cancel", args=[here, patient, appointment.id])
    return {
        "move_url": f"{page}?{urlencode({'patient': patient, 'move': appointment.id, 'back': back})}",
        "cancel_url": f"{cancel}?{urlencode({'back': 'phones'})}",
    }


@needs(Permission.BOOK)
@require_POST
@about_visit
def called(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    form = CalledForm(request, about=visit.appointment.id)

    def log(once: Once) -> None:
        messages.log_visit_call(
            request.scope,
            appointment=visit.appointment,
            patient=visit.patient,
            outcome=form.cleaned_data["outcome"],
            once=once,
        )

    if form.run(log):
        say(request, f"{names.in_sentence(visit.patient.data)}: {form.cleaned_data['outcome']}.")
    else:
        warn(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("scheduling:phone-list", request.scope.clinic_id)


@needs(Permission.SCHEDULE_READ, background=True)
@require_safe
def opening(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """What happened since the clinic closed: asked by the board when it is there. Empty once put away."""
    today = clock.today(request.clinic.time_zone)
    away = request.session.get(AWAY, {}).get(request.scope.clinic_id) == today.isoformat()
    here = day_of(day) == today and not away
    context = {
        "openings": what_happened(request.scope, today, hooks.notices(request)) if here else [],
        "day": day,
        "form": DismissForm(request, about=day),
    }
    return render(request, f"scheduling/front_desk/morning_summary{'' if request.htmx else '_page'}.html", context)


@needs(Permission.SCHEDULE_READ)
@require_POST
def put_away(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    """For this person, until tomorrow."""
    on = day_of(day)
    if DismissForm(request, about=day).run(lambda once: None):
        request.session[AWAY] = {**request.session.get(AWAY, {}), request.scope.clinic_id: on.isoformat()}
    if request.htmx:
        return HttpResponse()
    return redirect("scheduling:day", request.scope.clinic_id, day)
