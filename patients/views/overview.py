"""The first page of a patient, and who did what."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import answered
from clinnet.table.events import is_hushed
from patients import banner, family, history, hooks, known, queries
from patients.access import about_patient
from patients.forms.contacts import ContactForm
from patients.models import Patient
from patients.rules import languages
from patients.views import contacts
from patients.views.putting_back import back_url
from patients.words import REACH_BY, Words

GROUPS = ("reach", "insurance", "consents", "notes")  # of the details, changed from here


@needs(Permission.PATIENT_READ)
@about_patient
def overview(request: ClinicRequest, patient: Patient) -> HttpResponse:
    added, today = hooks.sections(request, patient), clock.today(request.clinic.time_zone)
    around = queries.around(request.scope, patient, more=[ask for each in added for ask in each.asked])
    shown = facts(request, patient, today)
    if around.contacts is not None:
        shown["log"] = contacts.rows(request, around.contacts)
    if around.people is not None:
        shown["relatives"] = family.relatives(patient, around.people, request.clinic, today)
        shown["folded"] = known.folded(patient, around.people, request.clinic)
    start = {"patient": patient, "form": ContactForm(request, patient), "back": "overview"}
    shown["sections"] = [section for sections in answered(added, around.more) for section in sections]
    return render(request, "patients/overview.html", start | shown)


def facts(request: ClinicRequest, patient: Patient, today: date) -> dict[str, Any]:
    """What the patient's own record says, for the right side."""
    clinic = request.clinic
    may_write = request.scope.may(Permission.PATIENT_WRITE)
    return {
        "phones": known.reach(patient, clinic),
        "address": known.address(patient, clinic),
        "reach_by": REACH_BY.get(patient.reach_by or "", ""),
        "language": languages.name(patient.language or ""),
        "policies": known.policies(patient, clinic, today),
        "consents": known.consents(patient, clinic),
        "due": [
            {"label": missing, "url": _group(request, patient, known.DUE[missing])} for missing in known.due(patient)
        ],
        "edit": {name: _group(request, patient, name) for name in GROUPS} if may_write else {},
        "alerts": banner.alerts(patient),
        "may_write": may_write,
        "may_merge": request.scope.may(Permission.PATIENT_MERGE),
    }


def _group(request: ClinicRequest, patient: Patient, group: str) -> str:
    return reverse("patients:details-group", args=[request.scope.clinic_id, patient.id, group])


@needs(Permission.PATIENT_READ)
@about_patient
def trail(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Values before and after are for those who may read the trail; the names of fields are for all."""
    rows, following = queries.history(request.scope, patient, cursor=request.GET.get("after", ""))
    words = Words(request.scope, request.clinic)
    may_audit = request.scope.may(Permission.AUDIT_READ)
    rows = rows if may_audit else [row for row in rows if not is_hushed(row["line"]["action"])]
    changes = queries.changes(request.scope, rows) if may_audit else {}
    may_write = bool(changes) and request.scope.may(Permission.PATIENT_WRITE)
    events = [
        history.shown(row, request.clinic, patient.id)
        | {"values": history.values(changes.get(row["id"], {}), words)}
        | {"back_url": back_url(request.scope, patient, row) if may_write else ""}
        for row in rows
    ]
    shown = {"patient": patient, "events": events, "following": following, "paged": "after" in request.GET}
    return render(request, "patients/history.html", shown)
