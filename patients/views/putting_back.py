"""Details that a change took away: shown beside what is there now, and put back through the same service."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from clinnet import conflicts, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.history import address, before_event
from clinnet.console.registry import BETWEEN, EVENT
from clinnet.forms.base import ClinicForm
from clinnet.table import Row, Scope
from clinnet.table.errors import NotFound, Stale
from clinnet.toasts import say
from patients import queries, services
from patients.access import about_patient
from patients.entries import LISTS
from patients.forms.details import GROUPS
from patients.models import Patient
from patients.services.people import CHANGE
from patients.words import Words, label

DETAILS = frozenset(name for form in GROUPS.values() for name in form.names)
MEANWHILE = "Somebody changed this record meanwhile. Look again: this is what it says now."


class BackForm(ClinicForm):
    names = forms.MultipleChoiceField(
        label="Put back",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what to put back."},
    )

    def __init__(self, request: ClinicRequest, patient: Patient, then: Mapping[str, Any]) -> None:
        super().__init__(request, about=f"{patient.id} {patient.version}")
        self.fields["names"].choices = [(name, label(name)) for name in then]  # type: ignore[attr-defined]
        self.chosen = self["names"].value() or [] if self.is_bound else list(then)


def back_url(scope: Scope, patient: Patient, row: Row) -> str:
    """Where what an event of the history took away can be put back; empty where it took no details."""
    line = row["line"]
    if line["action"] != CHANGE.name or row["of"] != patient.id or not DETAILS.intersection(line.get("fields", ())):
        return ""
    event = address({"createdAt": line["at"], "id": row["id"]})
    return f"{reverse('patients:put-back', args=[scope.clinic_id, patient.id])}?{urlencode({EVENT: event})}"


@needs(Permission.PATIENT_WRITE, Permission.AUDIT_READ)
@about_patient
def put_back(request: ClinicRequest, patient: Patient) -> HttpResponse:
    event = request.GET.get(EVENT, "")
    if not event:
        raise NotFound
    before = before_event(request.scope, patient.id, event)
    then = {name: old for name, old in before.items() if name in DETAILS and old != getattr(patient, name)}
    form, stale = BackForm(request, patient, then), False
    try:
        done = form.run(
            lambda once: services.change(
                request.scope, patient, {name: then[name] for name in form.cleaned_data["names"]}, once=once,
                note=f"put back as before {formats.when(event.partition(BETWEEN)[0], request.clinic)}",
            )
        )  # fmt: skip
    except Stale:
        done, stale = None, True
        patient = queries.patient(request.scope, patient.id)
    if done:
        say(request, "Put back.")
        return redirect("patients:history", request.scope.clinic_id, patient.id)
    return _page(request, patient, form, then, MEANWHILE if stale else "")


def _page(
    request: ClinicRequest, patient: Patient, form: BackForm, then: Mapping[str, Any], sentence: str
) -> HttpResponse:
    words = Words(request.scope, request.clinic)
    shown = {
        "patient": patient,
        "form": form,
        "sentence": sentence,
        "lines": [
            {"name": name, "label": label(name), "ticked": name in form.chosen}
            | {"now": _told(words, name, getattr(patient, name)), "then": _told(words, name, old)}
            for name, old in then.items()
        ],
    }
    return render(request, "patients/put_back.html", shown, status=422 if form.errors or sentence else 200)


def _told(words: Words, name: str, value: Any) -> list[str]:
    """An entry or a part of it a line."""
    parts = conflicts.apart({name: value}, LISTS)
    whole = name == "address" or isinstance(value, list)
    told = ((path, words(path, each)) for path, each in parts.items())
    return [text if whole else f"{words.label(path)}: {text}" if "/" in path else text for path, text in told if text]
