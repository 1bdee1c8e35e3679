"""What a record as a whole is: archived, of somebody deceased, a test, restricted. Each can be taken back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm, button
from clinnet.toasts import Undo, say
from patients import hooks, services
from patients.access import about_patient
from patients.forms.states import DeathForm, ReasonForm
from patients.models import Patient
from patients.timeline import all_ids


@needs(Permission.PATIENT_ARCHIVE)
@about_patient
def archive(request: ClinicRequest, patient: Patient) -> HttpResponse:
    if patient.is_archived:
        return _back(request, patient, "This record is archived.")
    form = ReasonForm(request, about=patient.id)
    if form.run(lambda once: services.archive(request.scope, patient, reason=form.cleaned_data["reason"], once=once)):
        return _back(request, patient, "Archived.", undo="restore")
    to_come = hooks.died(request.scope, all_ids(patient), dry_run=True)
    shown = {"patient": patient, "form": form, "to_come": bool(to_come)}
    return render(request, "patients/archive.html", shown, status=422 if form.errors else 200)


@needs(Permission.PATIENT_ARCHIVE)
@about_patient
def restore(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "restore", about=patient.id)
    if form.run(lambda once: services.restore(request.scope, patient, once=once)):
        return _back(request, patient, "Restored.")
    return _ask(
        request,
        patient,
        form,
        title="Restore this record",
        text="It stands in the list again, and everything works with it as before.",
        button="Restore",
    )


@needs(Permission.PATIENT_WRITE)
@about_patient
def deceased(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = DeathForm(request, patient)
    if done := form.run(
        lambda once: services.record_death(request.scope, patient, on=form.cleaned_data["on"], once=once)
    ):
        day = formats.date(form.cleaned_data["on"], request.clinic)
        also = ", ".join([*done.result, "messages stopped"])
        sentence = f"Recorded as deceased on {day}. {also[0].upper()}{also[1:]}."
        return _back(request, patient, sentence, undo="not-deceased")
    stops = [] if patient.deceased_on else hooks.died(request.scope, all_ids(patient), dry_run=True)
    shown = {"patient": patient, "form": form, "stops": stops}
    return render(request, "patients/deceased.html", shown, status=422 if form.errors else 200)


@needs(Permission.PATIENT_WRITE)
@about_patient
def not_deceased(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "not-deceased", about=patient.id)
    if done := form.run(lambda once: services.record_death(request.scope, patient, on="", once=once)):
        also = "".join(f" {each[0].upper()}{each[1:]}." for each in done.result or [])
        return _back(request, patient, f"The record of the death is taken back.{also}")
    text = (
        "It was recorded by mistake: the date goes, and everything works with the record as before. What it cancelled "
        "is booked again, at the times that nobody else has by now."
    )
    return _ask(request, patient, form, title="Not deceased", text=text, button="Take it back")


@needs(Permission.PATIENT_WRITE)
@about_patient
def email_works(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "email-works", about=patient.id)
    if form.run(lambda once: services.trust_email(request.scope, patient, once=once)):
        return _back(request, patient, "Messages go to this address again.")
    text = f"What was sent to {patient.email} came back: {patient.came_back}. Messages go to it again from now on."
    return _ask(request, patient, form, title="This e-mail address works", text=text, button="Use it again")


@needs(Permission.PATIENT_WRITE)
@about_patient
def number_works(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "number-works", about=patient.id)
    if form.run(lambda once: services.trust_numbers(request.scope, patient, once=once)):
        return _back(request, patient, "Texts go to these numbers again.")
    text = f"A text to them did not arrive: {patient.no_texts}. Texts go to all their numbers again from now on."
    return _ask(request, patient, form, title="Texts to this number arrive", text=text, button="Use it again")


@needs(Permission.PATIENT_ARCHIVE)
@about_patient
def test(request: ClinicRequest, patient: Patient) -> HttpResponse:
    wanted = _wanted(request, not patient.test)
    form = button(request, "mark-test", about=f"{patient.id} {wanted}")
    if form.run(lambda once: services.mark_test(request.scope, patient, test=wanted, once=once)):
        return _back(request, patient, "Marked as a test patient." if wanted else "Not a test patient any more.")
    if wanted:
        text = "A test patient is no person: nothing done with it counts in any list, sum or report."
        return _ask(
            request, patient, form, to="yes", title="Mark as test patient", text=text, button="Mark as test patient"
        )
    text = "From now on it counts as a person's record."
    return _ask(request, patient, form, to="no", title="Not a test patient", text=text, button="Not a test patient")


@needs(Permission.PATIENT_RESTRICT)
@about_patient
def restrict(request: ClinicRequest, patient: Patient) -> HttpResponse:
    wanted = _wanted(request, not patient.restricted)
    form = button(request, "restrict", about=f"{patient.id} {wanted}")
    if form.run(lambda once: services.restrict(request.scope, patient, restricted=wanted, once=once)):
        return _back(request, patient, "The chart is restricted." if wanted else "The restriction is lifted.")
    if wanted:
        text = "The chart opens only after a reason is given, for a limited time, and each opening is reviewed."
        return _ask(request, patient, form, to="yes", title="Restrict the chart", text=text, button="Restrict")
    text = "Everybody whose role may read charts can open this one again."
    return _ask(request, patient, form, to="no", title="Lift the restriction", text=text, button="Lift it")


def _wanted(request: ClinicRequest, otherwise: bool) -> bool:
    """What the form said, so that the same form sent twice does not turn it back."""
    return request.POST.get("to") == "yes" if request.method == "POST" else otherwise


def _ask(request: ClinicRequest, patient: Patient, form: ClinicForm, **words: str) -> HttpResponse:
    shown = {"patient": patient, "form": form, **words}
    return render(request, "patients/sure.html", shown, status=422 if form.errors else 200)


def _back(request: ClinicRequest, patient: Patient, sentence: str, undo: str = "") -> HttpResponse:
    """`undo` is the page that takes it back, and the name of its button."""
    url = reverse(f"patients:{undo}", args=[request.scope.clinic_id, patient.id]) if undo else ""
    say(request, sentence, undo=Undo(url, button(request, undo, about=patient.id)) if undo else None)
    return redirect("patients:overview", request.scope.clinic_id, patient.id)
