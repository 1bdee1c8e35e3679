"""The tasks, the search, the list and its export."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinnet import clock, formats
from clinnet.accounts.access import EVERYBODY, ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission, at_the_desk
from clinnet.addresses import reverse
from clinnet.console import exporting as lists
from clinnet.console.forms import ExportForm
from clinnet.forms.base import button
from clinnet.pages import answered
from clinnet.table import Action, Event, Row, Scope, Topic, Transaction
from clinnet.toasts import say, warn
from patients import contacts, exporting, hooks, queries, services, worklist
from patients.access import about_patient
from patients.lines import CallbackLine
from patients.models import Patient
from patients.recents import recent_ids
from patients.rules import names, typed
from patients.search import Found, understood
from patients.search import search as ask
from patients.services.looking import looked
from patients.views.rows import ALIKE, row, rows

BEGIN_EXPORT = Action("patient.export", "began to download the list of patients", Topic.EXPORTS)
END_EXPORT = Action("patient.exported", "downloaded the list of patients", Topic.EXPORTS)

LATIN = "abcdefghijklmnopqrstuvwxyz"
SCRIPTS = {"han": "漢字", "kana": "かな", "hangul": "한글", "other": "Other"}


# --- Tasks ---------------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_READ)
@require_safe
def tasks(request: ClinicRequest, clinic: str) -> HttpResponse:
    day = formats.today(request.clinic)
    mine = {request.scope.actor.id, *request.signin.roles}
    desk = at_the_desk(request.signin.roles)
    added = hooks.tasks(request)
    asked = [ask for each in added for ask in each.asked]
    work = worklist.work(request.scope, opened=recent_ids(request), mine=mine, today=day, details=desk, more=asked)
    done = request.GET.get("done")  # the index may still name the call-back that was closed a moment ago
    waiting = [each for each in work.callbacks if each["id"] != done]
    others = [] if desk else [each for each in waiting if not worklist.is_theirs(each, mine)]
    shown = {
        "desk": desk,
        "opened": rows(request, ((each.id, each.line or {}) for each in work.opened)),
        "callbacks": [_callback(request, each, day) for each in waiting if each not in others],
        "others": [_callback(request, each, day) for each in others],
        "due": [_due(request, each) for each in work.due],
        "sections": [section for sections in answered(added, work.more) for section in sections],
        "may_write": request.scope.may(Permission.PATIENT_WRITE),
    }
    return render(request, "patients/tasks.html", shown)


def _callback(request: ClinicRequest, callback: Row, day: str) -> dict[str, Any]:
    line, due = CallbackLine.unpack(callback["line"]), worklist.due_on(callback)
    said = formats.day(due, request.clinic, int(day[:4]))
    at = contacts.clock_time(line.at, request.clinic)
    form = button(request, "called-back", about=callback["id"])
    return row(request, line.patient_id, callback["line"]) | {
        "text": line.text,
        "by": line.owner_name,
        "when": ("Today" if due == day else f"Was due {said}" if due < day else said) + (f", {at}" if at else ""),
        "late": due < day,
        "done_url": reverse("patients:callback-done", args=[request.scope.clinic_id, line.patient_id, callback["id"]]),
        "form": form,
    }


def _due(request: ClinicRequest, patient: Patient) -> dict[str, Any]:
    return row(request, patient.id, patient.line or {}) | {
        "missing": ", ".join(patient.missing),
        "when": formats.when(patient.created_at or clock.stamp(), request.clinic),
        "details_url": reverse("patients:details", args=[request.scope.clinic_id, patient.id]),
    }


@needs(Permission.PATIENT_WRITE)
@require_POST
@about_patient
def callback_done(request: ClinicRequest, patient: Patient, contact_id: str) -> HttpResponse:
    contact = queries.contact(request.scope, patient, contact_id)
    form = button(request, "called-back", about=contact.id)
    if form.run(lambda once: services.close_callback(request.scope, contact, once=once)):
        say(request, f"Called back: {names.in_sentence(patient.data)}.")
    else:
        warn(request, form.sentence())
    return redirect(f"{reverse('patients:tasks', args=[request.scope.clinic_id])}?{urlencode({'done': contact_id})}")


# --- Search --------------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_READ, often=True)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: ClinicRequest, clinic: str) -> HttpResponse:
    """The rows under the search box; without JavaScript a page of them. What was typed comes by POST alone."""
    text = request.POST.get("q", "").strip()
    if text:
        looked(request.scope)
    found = _found(request, text) if text else _opened_last(request)
    found |= hooks.rows(request, found["results"], full=not request.htmx)
    if request.htmx:
        return render(request, "parts/search_results.html", found)
    return render(request, "patients/search.html", found | {"searched": text, "full": True})


def _opened_last(request: ClinicRequest) -> dict[str, Any]:
    ids = recent_ids(request)
    people = worklist.last_opened(ids, queries.survivors(request.scope, ids))
    opened = [(each.id, each.line or {}) for each in people]
    hint = "Seen last" if opened else "Type a name, a date of birth, the end of a phone number or a record number."
    return {"results": rows(request, opened), "hint": hint}


def _found(request: ClinicRequest, text: str) -> dict[str, Any]:
    query = understood(text, request.clinic)
    found = ask(request.scope, query)
    results = rows(request, ((hit.id, hit.line) for hit in found.hits))
    for hit, shown in zip(found.hits, results, strict=True):
        shown["flags"] = [*([ALIKE] if hit.alike else []), *shown["flags"]]
    hint = query.problem or _hint(found)
    return {
        "results": results,
        "hint": hint or ("" if results else "Nobody found."),
        "register": register_row(request, text, query.registration),
    }


def register_row(request: ClinicRequest, text: str, wish: typed.Registration) -> dict[str, Any] | None:
    """The last row registers what was typed; by POST, so that no name enters a URL."""
    name = names.list_name(wish)
    if not name or not request.scope.may(Permission.PATIENT_WRITE):
        return None
    born = formats.date(wish.get("birth_date", ""), request.clinic)
    return {
        "label": f"Register {' · '.join(part for part in (name, born) if part)}",
        "url": reverse("patients:new", args=[request.scope.clinic_id]),
        "fields": [("typed", text)],
    }


# --- The list ------------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_READ)
@require_safe
def listing(request: ClinicRequest, clinic: str) -> HttpResponse:
    looked(request.scope)
    letter, after, before = (request.GET.get(name, "") for name in ("letter", "after", "before"))
    page = queries.list_page(request.scope, letter, after=after, before=before, end="end" in request.GET)
    people = rows(request, ((each["id"], each["line"]) for each in page.rows))
    shown = {
        "people": people,
        "letters": _letters(page),
        "previous_url": _beside(page, page.previous, "before", -1),
        "next_url": _beside(page, page.next, "after", 1),
        "note": _note(people),
        "may_write": request.scope.may(Permission.PATIENT_WRITE),
        "may_export": request.scope.may(Permission.PATIENT_EXPORT),
    }
    return render(request, "patients/list.html", shown)


def _letters(page: queries.ListPage) -> list[dict[str, Any]]:
    """The whole alphabet, and what else this clinic's names begin with."""
    every = [*LATIN, *(letter for letter in page.letters if letter not in LATIN)]
    return [
        {
            "label": SCRIPTS.get(letter, letter.title()),
            "url": _at(letter) if letter in page.letters else "",
            "here": letter == page.letter,
        }
        for letter in every
    ]


@lru_cache(256)  # the same alphabet on every page of a list
def _at(letter: str) -> str:
    return f"?{urlencode({'letter': letter})}"


def _beside(page: queries.ListPage, cursor: str, direction: str, step: int) -> str:
    """The next page of the letter, else of the letter beside it: backwards that letter's last page."""
    if cursor:
        return "?" + urlencode({"letter": page.letter, direction: cursor})
    letter = page.beside(step)
    return "?" + urlencode({"letter": letter, **({"end": "1"} if step < 0 else {})}) if letter else ""


def _note(people: list[dict[str, Any]]) -> str:
    """ "García to Haddad"."""
    ends = [each["family_given"].partition(",")[0] for each in (people[:1] + people[-1:])]
    return " to ".join(dict.fromkeys(ends))


# --- The export ----------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_EXPORT, fresh=EVERYBODY)
@require_POST
def export(request: ClinicRequest, clinic: str) -> HttpResponseBase:
    """The beginning is in the trail before the first row leaves, the end with the number of rows that left."""
    form = ExportForm(request, about="of all patients")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if form.is_valid() and not reason and exporting.is_more_than(request.scope, lists.MANY):
        form.ask_why()
    if form.errors:
        shown = {"form": form, "many": "Patients", "back_url": reverse("patients:list", args=[clinic])}
        return render(request, "console/why.html", shown, status=422)
    _tell(request.scope, BEGIN_EXPORT, lists.with_reason("begun", reason))
    answer = StreamingHttpResponse(_lines(request.scope, request.clinic), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="patients-{formats.today(request.clinic)}.csv"'
    return answer


def _lines(scope: Scope, clinic: Clinic) -> Iterator[str]:
    """Where the table fails in between, the error breaks the download off: a short file must not look whole."""
    sent, ended = 0, "broken off after"
    try:
        yield exporting.head(clinic)
        for patients in exporting.batches(scope):
            yield exporting.lines(patients, clinic)
            sent += len(patients)
        ended = "complete:"
    finally:
        _tell(scope, END_EXPORT, f"{ended} {sent} patients")


def _tell(scope: Scope, action: Action, note: str) -> None:
    Transaction(scope).commit(Event(action, "CLINIC", scope.clinic_id, note=note))


def _hint(found: Found) -> str:
    if found.namesakes:
        who = "Somebody" if found.namesakes == 1 else f"{found.namesakes} people"
        return f"{who} of that name with another birth date: leave the date out to see."
    return "There are more. Type on to narrow them down." if found.more else ""
