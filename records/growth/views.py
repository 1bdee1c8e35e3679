"""The growth page of a child."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from patients.models import Patient
from records import queries
from records.growth import rows as growth
from records.models import OBS
from records.summary.rows import summary
from records.trends.views import SETS
from records.views.access import about_chart


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """`of` is what is measured: a key of rows.NAMES."""
    wanted = request.GET.get("of", "")
    name: growth.Name = next((each for each in growth.NAMES if each == wanted), "weight")
    ask = partial(queries.of_kind, request.scope, patient, OBS, SETS)
    found, read = queries.with_summary(request.scope, patient, ask)
    shown = {
        "patient": patient,
        "growth": growth.growth_of(patient, found, name, request.clinic, queries.gestation(read or ())),
        "here": name,
        "names": {each: label for each, (label, _) in growth.NAMES.items()},
        "summary": summary(read, request.clinic),
    }
    return render(request, "records/growth/page.html", shown)
