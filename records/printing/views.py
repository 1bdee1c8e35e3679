"""The summary, the medicines for the patient, and an entry, as PDF; the whole chart as FHIR."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound
from patients.models import Patient
from records import queries
from records.filters.queries import KINDS
from records.printing import rows
from records.printing.queries import MOST, Stretch, between
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


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def from_to(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """The chart from one day to another, of some kinds or all: first which, then the paper."""
    stretch, chosen, sentence = _asked(request.GET, clock.today(request.clinic.time_zone))
    if "from" not in request.GET or sentence:
        return _ask(request, patient, stretch, chosen, sentence)
    wholes = between(request.scope, patient, stretch, ZoneInfo(request.clinic.time_zone))
    if wholes is None:
        return _ask(request, patient, stretch, chosen, f"These are more than {MOST} entries: choose a shorter time.")
    days = " to ".join(formats.date(day.isoformat(), request.clinic) for day in (stretch.first, stretch.last))
    said = ": ".join(part for part in (days, ", ".join(KINDS[kind][1].lower() for kind in chosen)) if part)
    data = rows.stretch(request, patient, wholes, said, [KINDS[kind][0] for kind in chosen])
    paper, head = Paper.usual(request.clinic.country), Head.of(request.clinic)
    made = Document("Chart", "records/printing/stretch.typ", data, paper, head).render()
    note_printing(request.scope, patient, "from-to")
    return _pdf(made, "chart")


def _ask(request: ClinicRequest, patient: Patient, stretch: Stretch, chosen: list[str], sentence: str) -> HttpResponse:
    read = queries.summaries_if_read(request.scope, patient)
    shown = {
        "patient": patient,
        "first": stretch.first.isoformat(),
        "last": stretch.last.isoformat(),
        "kinds": KINDS,
        "chosen": chosen,
        "sentence": sentence,
        "summary": left.summary(read, request.clinic),
    }
    return render(request, "records/printing/from_to.html", shown, status=422 if sentence else 200)


def _asked(sent: QueryDict, today: date) -> tuple[Stretch, list[str], str]:
    """The stretch, keys of KINDS, and what is wrong with it. A year up to today, where nobody said."""
    chosen = [kind for kind in sent.getlist("kind") if kind in KINDS]
    usual = Stretch(today - timedelta(365), today)
    try:
        first, last = (date.fromisoformat(sent.get(name, day.isoformat())) for name, day in
                       (("from", usual.first), ("to", usual.last)))  # fmt: skip
    except ValueError:
        return usual, chosen, "Say from which day to which."
    last = min(last, today)
    return Stretch(first, last), chosen, "The first day is after the last one." if first > last else ""


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
