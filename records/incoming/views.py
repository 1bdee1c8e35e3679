"""A document is handed in at the desk; who treats opens it from Tasks, and says what becomes of it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import files
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.pages import Questions, Section, leave
from clinnet.table import Page
from clinnet.table.errors import NotFound
from clinnet.toasts import Undo, say
from patients.access import about_patient
from patients.models import Patient
from patients.queries import survivors
from records.incoming import queries, rows, services
from records.incoming.forms import DropForm, FileInForm, HandInForm, OtherForm
from records.incoming.models import Incoming
from records.queries import with_summary
from records.received import services as received
from records.received.services import filing
from records.services.asking import Asked
from records.services.recording import Moment
from records.summary.rows import summary
from records.views.access import about_chart, told


@needs(Permission.FILE_ADD)
@about_patient
def hand_in(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """From the patient's first page, and back there: no chart is opened."""
    form = HandInForm(request, patient)
    done = form.run(
        lambda once: services.hand_in(
            request.scope,
            patient=patient,
            data=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
            doctor=form.cleaned_data["doctor"],
            answered=form.answered,
            once=once,
        )
    )
    if done:
        url = reverse("records:incoming-back", args=[request.scope.clinic_id, patient.id, done.result])
        undo = Undo(url, button(request, "incoming-back", about=done.result))
        say(request, f"With {rows.whose(form.cleaned_data['doctor'], request.scope)} to file.", undo=undo)
        return leave(request, reverse("patients:overview", args=[request.scope.clinic_id, patient.id]))
    asked = form.refusal if isinstance(form.refusal, Asked) else None
    given = {"patient": patient, "form": form, "asked": asked, "answers": form.told(asked)}
    return render(request, "records/incoming/new.html", given, status=422 if form.errors else 200)


@needs(Permission.FILE_ADD)
@require_POST
@about_patient
def take_back(request: ClinicRequest, patient: Patient, incoming_id: str) -> HttpResponse:
    """It was the wrong one."""
    item = queries.incoming(request.scope, patient, incoming_id)
    pressed(
        request,
        "incoming-back",
        lambda once: services.take_back(request.scope, patient=patient, incoming=item, once=once),
        "Taken back. Nothing waits of it.",
        about=incoming_id,
    )
    return redirect("patients:overview", request.scope.clinic_id, patient.id)


@needs(Permission.CHART_WRITE)
@about_chart
@told
def page(request: ClinicRequest, patient: Patient, incoming_id: str) -> HttpResponse:
    """What came, and the form that files it."""
    item = queries.incoming(request.scope, patient, incoming_id)
    form = FileInForm(request, item, on=services.day_it_came(item, request.clinic.time_zone))
    done = form.run(
        lambda once: services.file_in(
            request.scope,
            patient=patient,
            incoming=item,
            moment=Moment(item.id, received.TITLE),
            title=form.cleaned_data.get("title", ""),
            on=form.cleaned_data.get("on", ""),
            answered=form.answered,
            once=once,
        )
    )
    if done:
        return _filed(request, patient, item, done.result)
    return _page(request, patient, item, form, DropForm(request, item, start={}))


def _filed(request: ClinicRequest, patient: Patient, item: Incoming, document_id: str) -> HttpResponse:
    """To the next one; of a document that is read to its entries, of which none is in the chart yet."""
    say(request, "Filed in the chart." if item.media else "Filed.")
    if item.media:
        return redirect("patients:tasks", request.scope.clinic_id)
    return redirect("records:document", request.scope.clinic_id, patient.id, item.id, document_id)


def _page(request: ClinicRequest, patient: Patient, item: Incoming, form: FileInForm, drop: DropForm) -> HttpResponse:
    scope, asked = request.scope, form.refusal if isinstance(form.refusal, Asked) else None
    document, left = with_summary(scope, patient, lambda: services.opened(scope, item))
    given = {
        "patient": patient,
        "document": rows.shown(item, document, scope, request.clinic),
        "form": form,
        "drop": drop if scope.may(Permission.RESULT_REVIEW) else None,
        "asked": asked,
        "answers": form.told(asked),
        "summary": summary(left, request.clinic),
    }
    status = 422 if form.errors or drop.errors else 200
    return render(request, "records/incoming/page.html", given, status=status)


@needs(Permission.CHART_WRITE, background=True)
@require_safe
@about_chart
def file(request: ClinicRequest, patient: Patient, incoming_id: str) -> HttpResponse:
    """A picture or a PDF itself: a link that works for a minute."""
    item = queries.incoming(request.scope, patient, incoming_id)
    if not item.media or not item.file:
        raise NotFound
    return redirect(files.address(filing.KIND, item.file))


@needs(Permission.CHART_WRITE)
@about_chart
def other(request: ClinicRequest, patient: Patient, incoming_id: str) -> HttpResponse:
    """It is about another patient."""
    item = queries.incoming(request.scope, patient, incoming_id)
    form = OtherForm(request, patient, item.id)
    done = form.run(
        lambda once: services.to_other(
            request.scope, patient=patient, incoming=item, other=form.cleaned_data["other"], once=once
        )
    )
    if done:
        return _moved(request, patient, form.cleaned_data["other"], done.result)
    _, left = with_summary(request.scope, patient, lambda: None)
    shown = rows.shown(item, None, request.scope, request.clinic)
    given = {"patient": patient, "form": form, "document": shown, "summary": summary(left, request.clinic)}
    return render(request, "records/incoming/other.html", given, status=422 if form.errors else 200)


def _moved(request: ClinicRequest, patient: Patient, other: Patient, id: str) -> HttpResponse:
    """To where it waits now; Undo takes it back from there by the same form."""
    there = [request.scope.clinic_id, other.id, id]
    back = OtherForm(request, other, id)
    undo = Undo(reverse("records:incoming-other", args=there), back, (("other", patient.id),))
    say(request, "It waits with this patient now.", undo=undo)
    return redirect("records:incoming", *there)


@needs(Permission.RESULT_REVIEW)
@require_POST
@about_chart
def drop(request: ClinicRequest, patient: Patient, incoming_id: str) -> HttpResponse:
    item = queries.incoming(request.scope, patient, incoming_id)
    form = DropForm(request, item)
    done = form.run(
        lambda once: services.drop(
            request.scope, patient=patient, incoming=item, why=form.cleaned_data["why"], once=once
        )
    )
    if done:
        say(request, "Put away. Its file is deleted.")
        return redirect("patients:tasks", request.scope.clinic_id)
    came = services.day_it_came(item, request.clinic.time_zone)
    return _page(request, patient, item, FileInForm(request, item, on=came, start={}), form)


# --- On the pages of others ----------------------------------------------------------------------------------------


def tasks(request: ClinicRequest) -> Questions[list[Section]]:
    """Asked only for doctors. Of a restricted chart nothing but whose it is."""
    asked = [queries.waiting_asked(request.scope)] if request.scope.may(Permission.RESULT_REVIEW) else []

    def show(pages: Sequence[Page | None]) -> list[Section]:
        found = queries.still_waiting(pages)
        known = survivors(request.scope, {each.patient_id for each in found.values()}) if found else {}
        waiting = rows.waiting(found, known, request.scope, request.clinic)
        more = any(page.next for page in pages if page)
        return [Section("records/incoming/tasks.html", {"rows": waiting, "more": more})] if waiting else []

    return Questions(asked, show)


def overview(request: ClinicRequest, patient: Patient) -> Questions[list[Section]]:
    """At the desk: the way to hand one in, and that some wait; not what they are."""
    if not request.scope.may(Permission.FILE_ADD):
        return Questions((), lambda pages: [])

    def show(pages: Sequence[Page | None]) -> list[Section]:
        return [Section("records/incoming/overview.html", _told(request, patient, pages))]

    return Questions(queries.of_patient_asked(request.scope, patient), show)


def _told(request: ClinicRequest, patient: Patient, pages: Sequence[Page | None]) -> dict[str, Any]:
    told = rows.at_the_desk(queries.still_waiting(pages), request.scope, request.clinic)
    url = reverse("records:hand-in", args=[request.scope.clinic_id, patient.id])
    return {"url": url, "rows": told, "read": None not in pages}
