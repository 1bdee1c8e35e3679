"""Requests for a time: the list, as a page and beside the board; a new one; one of them."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm
from clinnet.forms.pick import PickField
from clinnet.table import Row
from clinnet.table.errors import NotFound
from clinnet.toasts import Action, say, warn
from patients import queries as patients
from patients.models import Patient
from patients.views.rows import row as patient_row
from scheduling import words
from scheduling.calendar.queries.setup import setup
from scheduling.lines import WaitlistLine
from scheduling.models import WaitlistEntry
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.forms import (
    AcceptForm,
    CallForm,
    EditRequestForm,
    NewRequestForm,
    PlaceForm,
    TakeBackForm,
    WithdrawForm,
)
from scheduling.waitlist.rows import OUTCOMES, SOURCES, Requested
from scheduling.waitlist.services import waitlist
from scheduling.waitlist.services.waitlist import GONE, OPEN

LANE = "lane-requests"  # the board's own place for the list
IN_LANE, ON_PAGE = 40, 100


# --- The list ----------------------------------------------------------------------------------------------------


@needs(Permission.SCHEDULE_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    lane = request.htmx.target == LANE
    page = "scheduling/waitlist/entries_lane.html" if lane else "scheduling/waitlist/entries.html"
    return render(request, page, shown(request, request.GET, lane=lane, changed=request.GET.get("changed", "")))


def shown(request: ClinicRequest, narrowed: Mapping[str, str], *, lane: bool, changed: str = "") -> dict[str, Any]:
    """What the list takes. `narrowed` by source and by practitioner; `changed` is read anew, as an index may lag."""
    source, who, known = narrowed.get("source", ""), narrowed.get("who", ""), setup(request.scope)
    read = clock.now().isoformat()
    rows = _merged(request, waitlist_queries.open_requests(request.scope), changed)
    wanted = [row for row in rows if _is_in(row, source, who)]
    narrowed_to = {"source": source, "who": who}
    showing = Requested.of(request)
    found = showing.with_numbers(showing.rows(wanted[: IN_LANE if lane else ON_PAGE]), held=lane)
    return {
        "rows": [each | _buttons(request, each, {**narrowed_to, "back": "lane" if lane else "list"}) for each in found],
        "more": len(wanted) - len(found),
        "count": len(rows),
        "lane": lane,
        "read": read,
        **narrowed_to,
        "may_book": request.scope.may(Permission.BOOK),
        "outcomes": [*OUTCOMES.items()],
        "sources": [
            (name, word)
            for name, (word, _) in SOURCES.items()
            if name == source or any(_is_in(each, name, "") for each in rows)
        ],
        "people": [(each.id, words.short(each)) for each in known.practitioners],
    }


def _merged(request: ClinicRequest, rows: list[Row], changed: str) -> list[Row]:
    if not changed:
        return rows
    try:
        entry = waitlist_queries.request(request.scope, changed)
    except NotFound:
        return rows
    rows = [row for row in rows if row["id"] != entry.id]
    if entry.state == "open":
        rows.append({"id": entry.id, "line": entry.line or {}, "GSI1SK": entry.gsi1sk})
    return sorted(rows, key=lambda row: str(row["GSI1SK"]))


def _is_in(row: Row, source: str, who: str) -> bool:
    line = WaitlistLine.unpack(row["line"])
    asked = line.practitioner_ids
    return source in ("", line.source or "waitlist") and (not who or not asked or who in asked)


def _buttons(request: ClinicRequest, row: Mapping[str, Any], start: Mapping[str, str]) -> dict[str, Any]:
    """The forms of a row's buttons, each with its own token."""
    id = row["id"]
    return {
        "call": _fresh(CallForm, request, id, start),
        "accept": _fresh(AcceptForm, request, id, start) if row["held"] else None,
        "take_back": _fresh(TakeBackForm, request, id, start) if row["held"] else None,
    }


def _fresh(form: type[PlaceForm], request: ClinicRequest, about: str, start: Mapping[str, Any]) -> PlaceForm:
    """Not bound, whatever the request."""
    return form(request, about=about, start=dict(start))


# --- After a button ----------------------------------------------------------------------------------------------


def answer(
    request: ClinicRequest, form: PlaceForm, entry: WaitlistEntry, sentence: str, *actions: Action, day: str = ""
) -> HttpResponse:
    """Where the button stood: the list anew, the request's page, or the board, which hears of it at once."""
    say(request, sentence, actions=actions)
    place = form.cleaned_data
    if request.htmx:
        page = _list_anew(request, entry, place)
        return trigger_client_event(page, "visit-changed", {"id": entry.appointment_id or entry.id, "day": day})
    if day and place["back"] == "board":
        return redirect("scheduling:day", request.scope.clinic_id, day)
    return back(request, place["back"], entry, place)


def _list_anew(request: ClinicRequest, entry: WaitlistEntry, place: Mapping[str, str]) -> HttpResponse:
    given = shown(request, place, lane=place.get("back") == "lane", changed=entry.id)
    return render(request, "scheduling/waitlist/entries_answer.html", given)


def back(request: ClinicRequest, place: str, entry: WaitlistEntry, narrowed: Mapping[str, str]) -> HttpResponse:
    here = request.scope.clinic_id
    if place in ("lane", "board"):
        return redirect("scheduling:today", here)
    if place == "one":
        return redirect("scheduling:request", here, entry.id)
    query = {name: narrowed.get(name, "") for name in ("source", "who")} | {"changed": entry.id}
    query = {name: value for name, value in query.items() if value}
    return redirect(f"{reverse('scheduling:requests', args=[here])}?{urlencode(query)}")


def refused(request: ClinicRequest, form: ClinicForm, entry: WaitlistEntry) -> HttpResponse:
    """Of a button: nothing has changed, and the sentence says why."""
    sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if request.htmx and entry.state != OPEN:  # it has left the list, and is shown to have
        warn(request, sentence)
        return _list_anew(request, entry, request.POST.dict())
    if request.htmx:
        return render(request, "errors/sentence.html", {"sentence": sentence}, status=422)
    warn(request, sentence)
    return back(request, request.POST.get("back", ""), entry, {})


@needs(Permission.BOOK)
@require_POST
def call(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    entry = waitlist_queries.request(request.scope, request_id)
    form = CallForm(request, about=entry.id)
    if not form.run(
        lambda once: waitlist.log_call(request.scope, request=entry, outcome=form.cleaned_data["outcome"], once=once)
    ):
        return refused(request, form, entry)
    return answer(request, form, entry, f"Logged: {OUTCOMES[form.cleaned_data['outcome']].lower()}.")


# --- One request -------------------------------------------------------------------------------------------------


@needs(Permission.SCHEDULE_READ)
def one(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    """What is wanted, calls made, and the wishes to change."""
    entry = waitlist_queries.request(request.scope, request_id)
    form = EditRequestForm(request, entry)
    if request.method == "POST":
        request.scope.require(Permission.BOOK)
        if form.run(lambda once: waitlist.change(request.scope, request=entry, **form.wishes, once=once)):
            say(request, "Saved.")
            return redirect("scheduling:request", clinic, entry.id)
    shown = {"form": form, **about(request, entry)}
    return render(request, "scheduling/waitlist/entry.html", shown, status=422 if form.errors else 200)


def about(request: ClinicRequest, entry: WaitlistEntry) -> dict[str, Any]:
    showing = Requested.of(request)
    (row,) = showing.with_numbers([showing.one(entry)])
    may = request.scope.may(Permission.BOOK) and row["open"]
    buttons = _buttons(request, row, {"back": "one"}) if may else {}
    return {"row": row | buttons, "may_book": may, "outcomes": [*OUTCOMES.items()]}


@needs(Permission.BOOK)
def withdraw(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    entry = waitlist_queries.request(request.scope, request_id)
    form = WithdrawForm(request, about=entry.id)
    if form.run(
        lambda once: waitlist.withdraw(request.scope, request=entry, reason=form.cleaned_data["reason"], once=once)
    ):
        say(request, f"{Requested.of(request).one(entry)['name']} is off the list.")
        return back(request, "list", entry, {})
    if entry.state != OPEN:
        return dealt_with(request, entry)
    shown = {"form": form, **about(request, entry)}
    return render(request, "scheduling/waitlist/entry_withdraw.html", shown, status=422 if form.errors else 200)


def dealt_with(request: ClinicRequest, entry: WaitlistEntry) -> HttpResponse:
    """Of a request that is off the list: its page says what became of it."""
    warn(request, GONE.sentence)
    return redirect("scheduling:request", request.scope.clinic_id, entry.id)


# --- A new one ---------------------------------------------------------------------------------------------------


@needs(Permission.BOOK)
def new(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Whom it is for may be in the address, or is found in the form: the search is a step of it."""
    form = NewRequestForm(request, start=_start(request.GET))
    cast(PickField, form.fields["who"]).on = request.get_full_path()
    if request.method == "POST" and "find" not in request.POST:
        if done := form.run(lambda once: _ask(request, form, once)):
            also = [each for each in _waits(request, form.cleaned_data["who"]) if each["id"] != done.result]
            more = f" They wait already for {words.together(_wanted(each) for each in also)}." if also else ""
            say(request, f"Added to the requests.{more}")
            return redirect("scheduling:request", clinic, done.result)
    elif form.is_bound:
        form.keep()
    shown = {"form": form, "for": _for(request, form)}
    return render(request, "scheduling/waitlist/entry_new.html", shown, status=422 if form.errors else 200)


def _ask(request: ClinicRequest, form: NewRequestForm, once: Any) -> str:
    given = form.cleaned_data
    source = given["source"] or "waitlist"
    return waitlist.ask(request.scope, patient=given["who"], source=source, **form.wishes, once=once)


def _start(given: QueryDict) -> dict[str, Any]:
    """From an address as the booking page's (scheduling/appointments/rows/wanted.py)."""
    days = [day for day in given.get("days", "").split("-") if day in "0123456" and day]
    who = given.get("with", "")
    part = given.get("part", "")
    return {
        "who": given.get("patient", ""),
        "visit_type": given.get("type", ""),
        "weekdays": days,
        "practitioners": [who] if who not in ("", "any") else [],
        "part": part if part in ("am", "pm") else "",
        "urgency": 2,
        "source": given.get("source", ""),
    }


def _for(request: ClinicRequest, form: NewRequestForm) -> dict[str, Any] | None:
    """Whom it is for, where that is known already."""
    id = request.GET.get("patient", "") or (form.data.get("who", "") if form.is_bound else "")
    try:
        patient: Patient | None = patients.current(request.scope, id) if id else None
    except NotFound:
        if request.GET.get("patient"):
            raise
        return None
    if patient is None:
        return None
    return patient_row(request, patient.id, patient.line or {}) | {"waits": _waits(request, patient)}


def _waits(request: ClinicRequest, patient: Patient) -> list[dict[str, Any]]:
    """What they wait for by now."""
    rows = [each for each in waitlist_queries.requests_of(request.scope, patient) if each["state"] == OPEN]
    return Requested.of(request).rows(rows)


def _wanted(row: Mapping[str, Any]) -> str:
    """ "Follow-up, Thursday morning"."""
    return f"{row['type']}, {row['wish']}"
