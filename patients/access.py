"""Fetch and authorise in one line: the patient whom a URL names, or where the record went."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import redirect

from clinnet.accounts.access import ClinicRequest
from clinnet.toasts import warn
from patients import queries
from patients.models import Patient

P = ParamSpec("P")
View = Callable[Concatenate[ClinicRequest, Patient, P], HttpResponse]


def about_patient(view: View[P]) -> Callable[..., HttpResponse]:
    """Turns `(request, clinic, patient_id, …)` into `(request, patient, …)`.

    An old link to a merged record leads to the survivor, with one line that says so.
    """

    @wraps(view)
    def wrapped(request: ClinicRequest, clinic: str, patient_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            patient = queries.patient(request.scope, patient_id)
        except queries.Merged as merged:
            warn(request, f"No. {merged.number} was folded into this record.")
            name = request.resolver_match.view_name if request.method == "GET" else "patients:overview"
            extra = kwargs if request.method == "GET" else {}
            return redirect(name, clinic=clinic, patient_id=merged.survivor, **extra)
        request.patient = patient  # type: ignore[attr-defined]  # for the banner
        return view(request, patient, *args, **kwargs)

    return wrapped
