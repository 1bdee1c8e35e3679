"""Fetch and authorise in one line: the patient whom a URL names, or where the record went."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import reverse
from clinnet.toasts import warn
from patients import queries, recents
from patients.models import Patient

P = ParamSpec("P")
View = Callable[Concatenate[ClinicRequest, Patient, P], HttpResponse]


def _is_page(request: ClinicRequest, answer: HttpResponse) -> bool:
    """Not a part of one, a photo, a paper, or what a form answers."""
    whole = request.method == "GET" and not request.htmx and answer.status_code == HTTPStatus.OK
    return whole and answer.get("Content-Type", "").startswith("text/html")


def about_patient(view: View[P]) -> Callable[..., HttpResponse]:
    """Turns `(request, clinic, patient_id, …)` into `(request, patient, …)`.

    An old link to a merged record leads to the survivor, with one line that says so.
    """

    @wraps(view)
    def wrapped(request: ClinicRequest, clinic: str, patient_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            patient = queries.patient(request.scope, patient_id)
        except queries.Merged as merged:
            told = f"No. {merged.number} was folded into this record."
            if request.method != "GET" or request.resolver_match is None:
                warn(request, f"{told} What you sent was not saved: do it here once more.")
                return redirect("patients:overview", clinic, merged.survivor)
            warn(request, told)
            there = {**kwargs, "clinic": clinic, "patient_id": merged.survivor}
            return HttpResponseRedirect(reverse(request.resolver_match.view_name, kwargs=there))
        request.patient = patient  # type: ignore[attr-defined]  # for the banner
        request.place = "patients"  # type: ignore[attr-defined]  # for the rail, on other apps' tabs too
        answer = view(request, patient, *args, **kwargs)
        if _is_page(request, answer):
            recents.opened(request, patient.id)
        return answer

    return wrapped
