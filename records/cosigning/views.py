"""A note that waits for a second signature: read, signed, or sent back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import Done
from clinnet.toasts import Action, say, warn
from patients.models import Patient
from patients.queries import survivors
from patients.rules import names
from records import rows
from records.cosigning import services
from records.cosigning.forms import CosignForm
from records.cosigning.queries import waiting_asked
from records.cosigning.rows import for_me
from records.views.access import to_chart
from records.views.notes import about_signed, beside


@needs(Permission.NOTE_COSIGN)
@about_signed
def cosign(request: ClinicRequest, patient: Patient, note: rows.NoteShown, entry_id: str) -> HttpResponse:
    form = CosignForm(request, about=f"{patient.id}/{entry_id}/{note.id}", seen=note.last_hash)
    if done := _done(form, patient, entry_id, note.id):
        return _next(request, note.id, done.result)
    if request.method != "POST" and not (note.second and note.second.may):
        warn(request, "Nothing here waits for your signature.")
        return to_chart(request, patient, entry_id)
    return beside(request, patient, note, "records/cosigning/cosign.html", form)


def _done(form: CosignForm, patient: Patient, entry_id: str, note_id: str) -> Done[str] | None:
    """What was done, in words."""
    given: dict[str, Any] = {"patient": patient, "entry_id": entry_id, "note_id": note_id}
    back = form.request.POST.get("step") == "back"

    def act(once: Any) -> str:
        seen, why = form.cleaned_data["seen"], form.cleaned_data["why"]
        if back:
            services.send_back(form.scope, **given, seen=seen, why=why, once=once)
            return "Sent back: its author reads why."
        services.cosign(form.scope, **given, seen=seen, once=once)
        return "Co-signed."

    return form.run(act)


def _next(request: ClinicRequest, done: str, said: str) -> HttpResponse:
    """To Tasks, with the way to the next one that waits for this person."""
    scope = request.scope
    mine, _ = for_me(waiting_asked(scope)().rows, scope, request.clinic)
    waits = [each for each in mine if each.id != done]
    known = survivors(scope, {waits[0].patient_id}) if waits else {}
    actions: list[Action] = []
    if patient := known.get(waits[0].patient_id) if waits else None:
        url = reverse("records:cosign", args=[scope.clinic_id, patient.id, waits[0].entry, waits[0].id])
        actions = [Action(f"Next: {names.list_name(patient.data)}", url, post=False, focus=True)]
    say(request, f"{said} {len(waits)} more to co-sign." if waits else f"{said} No other one waits.", actions=actions)
    return redirect("patients:tasks", scope.clinic_id)
