"""The page of all measurements, and of values of results that came more than once."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import side_by_side
from patients.models import Patient
from records import queries
from records.growth.rows import is_child
from records.models import OBS, RES
from records.summary.rows import summary
from records.trends.rows import analytes, trends
from records.views.access import about_chart

SETS = 150  # that are read; what is older is in its entries


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    asked = [partial(queries.of_kind, request.scope, patient, kind, SETS) for kind in (OBS, RES)]
    (found, results), read = queries.with_summary(request.scope, patient, partial(side_by_side, *asked))
    shown = {
        "patient": patient,
        "trends": trends(found, request.clinic),
        "analytes": analytes(results, request.clinic),
        "child": is_child(patient, clock.today(request.clinic.time_zone)),
        "summary": summary(read, request.clinic),
    }
    return render(request, "records/trends/page.html", shown)
