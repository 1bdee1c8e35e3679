"""A document is filed, read, and taken into the chart entry by entry; and what waits of them, on Tasks."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import files, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm, button
from clinnet.forms.press import pressed
from clinnet.pages import Questions, leave
from clinnet.pages import Section as Part
from clinnet.table import Once, Page, Scope
from clinnet.table.errors import NotFound
from clinnet.toasts import say, warn
from patients.models import Patient
from patients.queries import survivors
from patients.rules import names
from records.lines import DocumentLine
from records.models import ERRORED, Recorded
from records.queries import summaries_if_read, with_summary
from records.received import queries, rows, services
from records.received.forms import DocumentForm, TakeForm
from records.received.services import filing
from records.rules import said
from records.services.asking import Asked
from records.summary.rows import summary
from records.views.access import about_chart, moment_sent, told


@needs(Permission.CHART_WRITE)
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Files a document; where it names somebody else, the page asks, and the file is chosen once more."""
    form = DocumentForm(request, patient, moment_sent(request, None, services.TITLE))
    done = form.run(lambda once: _filed(request.scope, patient, form, once))
    if done:
        say(request, "Filed.")
        address = [request.scope.clinic_id, patient.id, form.moment.entry_id, done.result]
        return leave(request, reverse("records:document", args=address))
    asked = form.refusal if isinstance(form.refusal, Asked) else None
    read = summary(summaries_if_read(request.scope, patient), request.clinic)
    given = {"patient": patient, "form": form, "asked": asked, "answers": form.told(asked), "summary": read}
    return render(request, "records/received/new.html", given, status=422 if form.errors else 200)


def _filed(scope: Scope, patient: Patient, form: DocumentForm, once: Once) -> str:
    """A picture or a PDF as it is, all else as a document that is read."""
    data = form.cleaned_data["file"]
    if files.sniff(data) in files.OPENED:
        title = form.cleaned_data["title"]
        return filing.file_away(scope, patient=patient, moment=form.moment, data=data, title=title, once=once)
    answered = form.answered
    return services.receive(scope, patient=patient, moment=form.moment, data=data, answered=answered, once=once)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
@told
def document(request: ClinicRequest, patient: Patient, entry_id: str, document_id: str) -> HttpResponse:
    return _page(request, patient, entry_id, document_id)


def _page(request: ClinicRequest, patient: Patient, entry_id: str, document_id: str, **more: Any) -> HttpResponse:
    """`more` is what is asked about one of its entries."""
    scope = request.scope
    item, left = with_summary(scope, patient, partial(services.found, scope, patient, entry_id, document_id))
    if DocumentLine.unpack(item.content).media:
        given = {"patient": patient, "file": rows.filed(item, request.clinic), "summary": summary(left, request.clinic)}
        return render(request, "records/received/file.html", given | {"look": _look(request, item)})
    read = services.opened(scope, DocumentLine.unpack(item.content))
    shown = rows.shown(item, read, services.around(scope, patient, item, read), request.clinic)
    given = {
        "patient": patient,
        "document": shown,
        "sections": [(each, _offers(request, document_id, each, shown)) for each in shown.sections],
        "look": _look(request, item),
        "file": button(request, "file-enclosed", about=item.id) if scope.may(Permission.CHART_WRITE) else None,
        "summary": summary(left, request.clinic),
    }
    return render(request, "records/received/page.html", given | more)


def _look(request: ClinicRequest, item: Recorded) -> ClinicForm | None:
    """The button of whoever may look at what waits."""
    may = request.scope.may(Permission.RESULT_REVIEW) and item.gsi1pk and item.state != ERRORED
    return button(request, "look-at-document", about=item.id) if may else None


@needs(Permission.CHART_READ, background=True)
@require_safe
@about_chart
def file(request: ClinicRequest, patient: Patient, entry_id: str, file_id: str, *, small: bool = False) -> HttpResponse:
    """A picture or a PDF itself: a link that works for a minute."""
    line = DocumentLine.unpack(services.found(request.scope, patient, entry_id, file_id).content)
    key = line.thumb if small else line.file
    if not line.media or not key:
        raise NotFound
    return redirect(files.address(filing.KIND, key))


@needs(Permission.CHART_WRITE)
@require_POST
@about_chart
def file_enclosed(request: ClinicRequest, patient: Patient, entry_id: str, document_id: str) -> HttpResponse:
    pressed(
        request,
        "file-enclosed",
        lambda once: filing.file_enclosed(
            request.scope, patient=patient, entry_id=entry_id, document_id=document_id, once=once
        ),
        "Filed. It stands beside the document.",
        about=document_id,
    )
    return redirect("records:entry", request.scope.clinic_id, patient.id, entry_id)


def _offers(
    request: ClinicRequest, document_id: str, section: rows.SectionShown, shown: rows.DocumentShown
) -> list[tuple[rows.OfferShown, TakeForm | None]]:
    """Each with its button for whoever may record such a thing."""
    made = []
    for each in section.offers:
        may = request.scope.may(Permission.CHART_WRITE) and request.scope.may(each.needs) and not shown.errored
        free = may and not each.taken and not each.why_not
        made.append((each, _take_form(request, document_id, each.key, start={}) if free else None))
    return made


def _take_form(request: ClinicRequest, document_id: str, key: str, **options: Any) -> TakeForm:
    return TakeForm(request, about=f"{document_id}/{key}", **options)


@needs(Permission.CHART_WRITE)
@require_POST
@about_chart
def take(request: ClinicRequest, patient: Patient, entry_id: str, document_id: str) -> HttpResponse:
    """Takes one entry of it into the chart; where something has to be meant, the page asks."""
    key = request.POST.get("offer", "")[:40]
    form = _take_form(request, document_id, key)
    done = form.run(
        lambda once: services.take(
            request.scope,
            patient=patient,
            entry_id=entry_id,
            document_id=document_id,
            offer_key=key,
            answers=form.answers,
            once=once,
        )
    )
    if isinstance(form.refusal, Asked):
        more = {"asked": form.refusal, "answers": form.told(form.refusal), "asked_key": key, "asked_form": form}
        return _page(request, patient, entry_id, document_id, **more)
    if done:
        say(request, f"Into the chart: {done.result}.")
    else:
        warn(request, form.sentence())
    return redirect("records:document", request.scope.clinic_id, patient.id, entry_id, document_id)


@needs(Permission.RESULT_REVIEW)
@require_POST
@about_chart
def look_at(request: ClinicRequest, patient: Patient, entry_id: str, document_id: str) -> HttpResponse:
    pressed(
        request,
        "look-at-document",
        lambda once: services.look_at_document(
            request.scope, patient=patient, entry_id=entry_id, document_id=document_id, once=once
        ),
        "Looked at.",
        about=document_id,
    )
    return redirect("records:document", request.scope.clinic_id, patient.id, entry_id, document_id)


def tasks(request: ClinicRequest) -> Questions[list[Part]]:
    """Asked only for those who look at them. Of a restricted chart nothing but whose it is."""
    asked = [queries.to_read(request.scope)] if request.scope.may(Permission.RESULT_REVIEW) else []

    def show(pages: Sequence[Page | None]) -> list[Part]:
        return [_waiting(request, page) for page in pages if page and page.raws]

    return Questions(asked, show)


def _waiting(request: ClinicRequest, page: Page) -> Part:
    lines = [(row["id"], DocumentLine.unpack(row["line"])) for row in page.rows]
    known = survivors(request.scope, {line.patient_id for _, line in lines})
    shown = [
        {
            "name": names.list_name(known[line.patient_id].data),
            "told": ""
            if known[line.patient_id].restricted
            else ", ".join(filter(None, (said.titled(line), line.sender))),
            "on": formats.date(line.on, request.clinic),
            "url": reverse(
                "records:document", args=[request.scope.clinic_id, known[line.patient_id].id, line.entry, id]
            ),
        }
        for id, line in lines
        if line.patient_id in known
    ]
    return Part("records/received/tasks.html", {"rows": shown, "more": bool(page.next)})
