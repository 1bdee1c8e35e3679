"""The summary, the medicines for the patient, and an entry, as PDF; the whole chart as FHIR."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound
from patients.models import Patient
from records import queries
from records.printing.rows import What, entry, printed
from records.services.exporting import export
from records.services.opening import note_printing
from records.summary import rows as left
from records.views.access import about_chart

TITLES: dict[What, str] = {"summary": "Summary of the chart", "medicines": "Medicines"}


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def paper(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """`of=medicines`: the list for the patient, in large type. What cannot be read is not printed: Unavailable."""
    what: What = "medicines" if request.GET.get("of") == "medicines" else "summary"
    found = left.summary_read(queries.summaries(request.scope, patient), request.clinic, on_paper=True)
    data = printed(request, patient, found, what)
    paper, head = Paper.usual(request.clinic.country), Head.of(request.clinic)
    made = Document(TITLES[what], "records/printing/chart.typ", data, paper, head).render()
    note_printing(request.scope, patient, what)
    return _pdf(made, what)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def entry_paper(request: ClinicRequest, patient: Patient, entry_id: str) -> HttpResponse:
    """What is not signed says so; what was entered in error is left out, and counted."""
    whole = queries.whole(request.scope, patient, entry_id)
    if whole.entry is None:
        raise NotFound
    data = entry(request, patient, whole)
    paper, head = Paper.usual(request.clinic.country), Head.of(request.clinic)
    made = Document(data.title, "records/printing/entry.typ", data, paper, head).render()
    note_printing(request.scope, patient, "entry")
    return _pdf(made, "entry")


def _pdf(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@needs(Permission.CHART_EXPORT)
@require_safe
@about_chart
def fhir(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """A bundle for another clinic, to be saved."""
    answer = HttpResponse(export(request.scope, patient=patient), content_type="application/fhir+json")
    answer["Content-Disposition"] = 'attachment; filename="chart.json"'
    return answer
