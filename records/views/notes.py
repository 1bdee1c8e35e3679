"""A note while it is written: saved as it is typed, left in the chart, signed, discarded; and its addenda."""

import re
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.drafts.views import kept
from clinnet.forms.base import Done, button
from clinnet.forms.press import pressed
from clinnet.table import drafts, keys
from clinnet.table.errors import NotFound
from clinnet.toasts import Action, say, warn
from patients.models import Patient
from patients.timeline import all_ids
from records import queries, rows
from records.cosigning.services import cosigners
from records.forms import AddendumForm, MoveForm, NoteForm, about, draft_of, taken_apart
from records.rules.notes import SOAP
from records.services import mistakes, moving
from records.services import notes as services
from records.services.asking import Asked
from records.shortcuts import queries as shortcuts
from records.shortcuts.rows import insertable
from records.summary import rows as left
from records.views import note_page
from records.views.access import about_chart, to_chart, told, visit_now

ID = re.compile(r"[0-9A-Z]{26}")  # of what is new; what is there may have an older one


@needs(Permission.NOTE_WRITE)
@require_safe
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """The person's own unsigned note of this patient, if there is one; else a new one."""
    scope = request.scope
    going_on = queries.begun_about(scope, patient) if "another" not in request.GET else []
    if going_on:
        ids = [going_on[0].entry_id, going_on[0].note_id]
    else:
        visit = visit_now(request, patient)
        ids = [visit.id if visit else clock.new_id(), clock.new_id()]
    return redirect("records:note", scope.clinic_id, patient.id, *ids)


@needs(Permission.NOTE_WRITE)
@about_chart
def note(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
    found = note_page.read(request, patient, entry_id, note_id)
    old = found.old(note_id)
    if not ID.fullmatch(note_id) or (found.whole.entry is None and not ID.fullmatch(entry_id)):
        raise NotFound
    if old and (old.is_signed or old.author != request.scope.actor.id) and request.method != "POST":
        return to_chart(request, patient, entry_id)
    form = NoteForm(request, patient, note_page.place(request, patient, entry_id, note_id, found), old)
    step = request.POST.get("step", "")
    if (done := _done(form, step, patient)) and step != "check":
        say(request, "Signed." if step == "sign" else "Left in the chart, not signed.")
        return to_chart(request, patient, entry_id)
    asked = form.refusal if isinstance(form.refusal, Asked) else None
    shown = {
        "patient": patient,
        "form": form,
        "discard": _discard_form(request, patient, form),
        "asked": asked,
        "answers": form.told(asked) if asked or done else "",
        "sure": rows.sure(form.written, done.result, request.clinic, cosigners(request.scope)) if done else None,
        "shortcuts": insertable(shortcuts.shortcuts(request.scope)),
    }
    return render(request, "records/note.html", shown | found.shown(request), status=422 if form.errors else 200)


def _done(form: NoteForm, step: str, patient: Patient) -> Done[Any] | None:
    if step == "check":
        return form.preview(
            lambda _: services.what_happens(form.scope, patient=patient, typed=form.written, answers=form.answers)
        )
    if step == "sign":
        return form.run(
            lambda once: services.sign_note(
                form.scope, patient=patient, typed=form.written, answers=form.answers, once=once
            )
        )
    if step == "leave":
        return form.run(lambda once: services.leave_note(form.scope, patient=patient, typed=form.written, once=once))
    return None


@needs(Permission.NOTE_WRITE, background=True)
@require_POST
@about_chart
def checkpoint(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> JsonResponse:
    """What is written so far comes into the chart, not signed: the page asks, every ten minutes (js/checkpoints.js)."""
    if not (ID.fullmatch(entry_id) and ID.fullmatch(note_id)):
        raise NotFound
    form = NoteForm(request, patient, note_page.place(request, patient, entry_id, note_id), None)
    done = form.preview(lambda _: services.checkpoint(request.scope, patient=patient, typed=form.written))
    if done is None:
        return JsonResponse({"sentence": form.sentence()}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    at = formats.time(clock.now().astimezone(ZoneInfo(request.clinic.time_zone)), request.clinic)
    return JsonResponse({"version": done.result, "said": f"In the chart, not signed, as of {at}"})


@needs(Permission.NOTE_WRITE)
@require_safe
@about_chart
def last(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """What may be brought forward: the last signed note of the same kind, as a part of the note's page."""
    template = request.GET.get("kind", SOAP.id)
    found = queries.last_signed(request.scope, patient, lambda note: note.template == template)
    return render(request, "records/last_note.html", {"last": rows.last(found, request.clinic) if found else None})


@needs(Permission.NOTE_WRITE, background=True)
@require_POST
def keep(request: ClinicRequest, clinic: str) -> JsonResponse:
    """The draft of a note, which the sealed name of its form says; at the first save of a page it comes on the list.

    Only when the draft was kept: a save that comes after the signature brings no note back.
    """
    scope, form = request.scope, drafts.form_of(request.scope, request.POST.get("form", ""))
    if (ids := taken_apart(form)) is None:
        raise NotFound
    answer = kept(request, form, days=drafts.FOREVER)
    if answer.status_code == HTTPStatus.OK and not request.POST.get("known"):
        begun = keys.note_begun(scope.actor.id, scope.clinic_id, *ids)
        drafts.begin_note(scope, begun, keys.writing(ids[0], scope.clinic_id, scope.actor.id, ids[2]), clock.stamp())
    return answer


def _discard_form(request: ClinicRequest, patient: Patient, form: NoteForm) -> Any:
    return button(request, "discard-note", about=about(patient.id, form.entry_id, form.note_id))


@needs(Permission.NOTE_WRITE)
@require_POST
@about_chart
def discard(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
    form, scope = button(request, "discard-note", about=about(patient.id, entry_id, note_id)), request.scope
    names = [draft_of(about(id, entry_id, note_id)) for id in all_ids(patient)]
    back = reverse("records:note", args=[scope.clinic_id, patient.id, entry_id, note_id])
    done = form.run(
        lambda once: services.discard_note(
            scope, patient=patient, entry_id=entry_id, note_id=note_id, forms=names, once=once
        )
    )
    if done:
        say(request, "Discarded. It can be had back for 30 days.", actions=[Action("Bring it back", back, post=False)])
    else:
        warn(request, form.sentence())
    return redirect("records:chart", scope.clinic_id, patient.id)


def about_signed(view: Callable[[ClinicRequest, Patient, rows.NoteShown, str], HttpResponse]) -> Callable[..., Any]:
    """As `about_chart`, of a signed note: the view gets it as it is shown, and the id of its entry."""

    @about_chart
    @wraps(view)
    def wrapped(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
        ask = partial(queries.whole, request.scope, patient, entry_id)
        whole, read = queries.with_summary(request.scope, patient, ask)
        if whole.entry is None or not ID.fullmatch(note_id):
            raise NotFound
        shown = rows.shown(whole, request.clinic, request.scope)
        note = next((each for each in shown if each.id == note_id and each.signed), None)
        if note is None:
            warn(request, services.NOT_SIGNED.sentence)
            return to_chart(request, patient, entry_id)
        request.summary = left.summary(read, request.clinic)  # type: ignore[attr-defined]  # for `beside`
        return view(request, patient, note, entry_id)

    return wrapped


def beside(request: ClinicRequest, patient: Patient, note: rows.NoteShown, template: str, form: Any) -> HttpResponse:
    """A form about a signed note, which stands above it."""
    shown = {"patient": patient, "form": form, "note": note, "summary": request.summary}  # type: ignore[attr-defined]
    return render(request, template, shown, status=422 if form.errors else 200)


@needs(Permission.NOTE_SIGN)
@about_signed
def addendum(request: ClinicRequest, patient: Patient, note: rows.NoteShown, entry_id: str) -> HttpResponse:
    form = AddendumForm(request, about=about(patient.id, entry_id, note.id))
    if form.run(
        lambda once: services.add_addendum(
            request.scope,
            patient=patient,
            entry_id=entry_id,
            note_id=note.id,
            text=form.cleaned_data["text"],
            once=once,
        )
    ):
        say(request, "Addendum signed.")
        return to_chart(request, patient, entry_id)
    return beside(request, patient, note, "records/addendum.html", form)


@needs(Permission.NOTE_SIGN)
@about_signed
def move(request: ClinicRequest, patient: Patient, note: rows.NoteShown, entry_id: str) -> HttpResponse:
    """The note belongs to another patient."""
    form = MoveForm(request, patient, about=about(patient.id, entry_id, note.id))
    done = form.run(
        lambda once: moving.move_note(
            request.scope,
            patient=patient,
            other=form.cleaned_data["other"],
            entry_id=entry_id,
            note_id=note.id,
            once=once,
        )
    )
    if done:
        say(request, "Here it is marked as entered in error. Read it once more in this chart, and sign it.")
        ids = [request.scope.clinic_id, form.cleaned_data["other"].id, *done.result.split("/")]
        return redirect("records:note", *ids)
    return beside(request, patient, note, "records/move.html", form)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
@told
def versions(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
    """What a note said each time it was left in the chart, with what changed."""
    whole, read = queries.with_summary(request.scope, patient, partial(queries.whole, request.scope, patient, entry_id))
    note = whole.note(note_id)
    if whole.entry is None or not ID.fullmatch(note_id):
        raise NotFound
    if note is None:
        return to_chart(request, patient, entry_id)
    changes = rows.changes(note, whole.versions_of(note_id), request.clinic)
    given = {"patient": patient, "note": note, "entry_id": entry_id, "changes": changes}
    return render(request, "records/versions.html", given | {"summary": left.summary(read, request.clinic)})


@needs(Permission.NOTE_SIGN)
@require_POST
@about_chart
def in_error(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
    pressed(request, "note-in-error", lambda once: mistakes.note_in_error(
        request.scope, patient=patient, entry_id=entry_id, note_id=note_id, reason=request.POST.get("reason", ""),
        once=once,
    ), "Marked as entered in error. It stays readable, struck through.", about=note_id)  # fmt: skip
    return to_chart(request, patient, entry_id)


@needs(Permission.NOTE_SIGN)
@require_POST
@about_chart
def put_back(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> HttpResponse:
    pressed(
        request,
        "note-put-back",
        lambda once: mistakes.put_back(request.scope, patient=patient, entry_id=entry_id, note_id=note_id, once=once),
        "Put back.",
        about=note_id,
    )
    return to_chart(request, patient, entry_id)
