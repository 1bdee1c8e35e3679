"""Fetch and authorise in one line: the appointment that a URL names, with its patient."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse

from clinnet.accounts.access import ClinicRequest
from clinnet.table import Scope
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.queries import PatientVisit

P = ParamSpec("P")
View = Callable[Concatenate[ClinicRequest, PatientVisit, P], HttpResponse]


def about_visit(view: View[P]) -> Callable[..., HttpResponse]:
    """Turns `(request, clinic, patient_id, appointment_id, …)` into `(request, visit, …)`: one read.

    The address keeps the record for which the appointment was made; `visit.patient` is that record's survivor.
    """

    return _about(view, appointment_queries.visit)


def about_visit_and_day(view: View[P]) -> Callable[..., HttpResponse]:
    """As `about_visit`, with what else the patient has today: in the same round."""
    return _about(view, appointment_queries.visit_and_day)


def _about(view: View[P], read: Callable[[Scope, str, str], PatientVisit]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(
        request: ClinicRequest, clinic: str, patient_id: str, appointment_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return view(request, read(request.scope, patient_id, appointment_id), *args, **kwargs)

    return wrapped
