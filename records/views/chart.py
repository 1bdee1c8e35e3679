"""The chart in time order, and one entry of it."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import clock, formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission, Role
from clinnet.addresses import of_each, reverse
from clinnet.forms.base import ClinicForm, button
from clinnet.pages import Ask, or_none
from clinnet.table import Page, Row, keys
from clinnet.table.errors import NotFound
from patients.models import Patient
from patients.timeline import Beside, newest, newest_beside
from records import drawn, hooks, queries, rows
from records.cosigning.rows import in_chart
from records.filters.queries import KINDS
from records.forms import LineForm
from records.incoming import queries as incoming
from records.incoming.rows import of_chart as papers_of_chart
from records.letters.rows import letters
from records.queries import Summary, Whole
from records.recalls.queries import of_patient_asked, still_open
from records.recalls.rows import of_chart
from records.results.rows import for_you
from records.services.opening import note_opening
from records.services.recording import Moment
from records.summary import rows as left
from records.tasks import queries as tasks
from records.tasks.rows import Reader, TaskRow
from records.tasks.rows import of_chart as tasks_of_chart
from records.vaccines import queries as vaccines
from records.vaccines.rows import due_now
from records.views.access import about_chart, told

ROWS = 30
OPENED, AGAIN = "charts opened", 600  # in the session, by patient: seconds since 1970


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def chart(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """One round of questions, with the event that it was opened. `entry` was just written: it is read itself."""
    if cursor := request.GET.get("after", ""):
        return _earlier(request, patient, cursor)
    known = hooks.visits(request, patient)
    page, answers = _beside(request, patient, _asked(request, patient, known))
    told, begun, writing, summary, visits, recalls, to_do, doses, papers, whole = answers
    if told[0]:
        _remember(request, patient)
    opened = queries.whole_of(patient, whole)
    shown = {
        "groups": time_order(request, patient, _merged(Page(page.raws).rows, opened), opened),
        "begun": _begun(request, patient, [row for page in begun for row in page.rows]),
        "others": rows.others(_rows(writing), request.scope.actor.id, request.clinic),
        "opened": _opened(request, opened) if opened and opened.entry else {},
        "following": page.next,
        "untold": not told[0],
        "visit": known.told(visits),
        "tasks": _tasks(request, patient, to_do),
        "papers": papers_of_chart(incoming.still_waiting(papers), patient, request.scope, request.clinic),
        **_due(request, patient, recalls, doses),
    }
    return _shown(request, patient, shown, queries.summaries_or_none(patient, summary))


Groups = Sequence[Sequence[Callable[[], Any]]]


def _beside(request: ClinicRequest, patient: Patient, groups: Groups) -> tuple[Beside, list[list[Any]]]:
    """The rows, and the answers of each group."""
    asked = list(chain.from_iterable(groups))
    page = newest_beside(request.scope, patient, keys.chart_until, ROWS, more=asked)
    answers = iter(page.answers)
    return page, [[next(answers) for _ in group] for group in groups]


def _asked(request: ClinicRequest, patient: Patient, known: hooks.Visits) -> Groups:
    """What is asked beside the rows, in groups: the event, what is begun, who writes, summary, visits, recalls, tasks,
    immunisations, documents from the desk, `entry`.
    """
    scope = request.scope
    begun: Sequence[Callable[[], Any]] = queries.begun_about_asked(scope, patient, fresh=False)  # N looks again
    told = partial(_told, request, patient)
    today = clock.today(request.clinic.time_zone)
    others: list[Sequence[Ask]] = [queries.writing_asked(scope, patient)]
    others += [queries.summary_asked(scope, patient), known.asked]
    others += [of_patient_asked(scope, patient), tasks.of_patient_asked(scope, patient)]
    others += [vaccines.due_asked(scope, patient, today), incoming.of_patient_asked(scope, patient, fresh=False)]
    saved = queries.whole_asked(scope, patient, request.GET.get("entry", ""))
    return [[told], begun, *([partial(or_none, ask) for ask in group] for group in others), saved]


def _due(
    request: ClinicRequest, patient: Patient, recalls: Sequence[Page | None], doses: Sequence[Page | None]
) -> dict[str, Any]:
    """Under *Due* in the summary."""
    return {
        "recalls": of_chart(still_open(recalls), request.clinic),
        "vaccines": due_now(patient, doses, vaccines.confirmed(request.scope), request.clinic),
        "unread_vaccines": None in doses,
    }


def _told(request: ClinicRequest, patient: Patient) -> bool:
    """That the chart is opened goes into the trail: once in ten minutes of a session, not with each save."""
    at = request.session.get(OPENED, {}).get(patient.id, 0)
    return clock.now().timestamp() - at < AGAIN or note_opening(request.scope, patient)


def _remember(request: ClinicRequest, patient: Patient) -> None:
    known, now = request.session.get(OPENED, {}), clock.now().timestamp()
    if now - known.get(patient.id, 0) >= AGAIN:
        latest = {id: at for id, at in known.items() if now - at < AGAIN}
        request.session[OPENED] = latest | {patient.id: now}


def _shown(
    request: ClinicRequest, patient: Patient, shown: dict[str, Any], summaries: list[Summary] | None
) -> HttpResponse:
    visit = shown.get("visit")
    moment = Moment(visit.id, visit.title) if visit else Moment(clock.new_id(), "")
    line = LineForm(request, patient, moment) if request.scope.may(Permission.CHART_WRITE) else None
    given = {
        "patient": patient,
        "kinds": KINDS,
        "form": line,
        "has_line": line is not None,
        "lead": "records/phone_lead.html" if request.scope.may(Permission.NOTE_WRITE) else "",
        "may_write": request.scope.may(Permission.NOTE_WRITE),
        "may_ready": Role.NURSE in request.signin.roles,
        "may_prescribe": request.scope.may(Permission.RX_WRITE),
        "may_export": request.scope.may(Permission.CHART_EXPORT),
        "to_sign": list(in_chart(summaries, request.scope)),
        "waiting": for_you(summaries, request.scope.actor.id, _names(request)),
        "summary": left.summary(summaries, request.clinic),
    }
    return render(request, "records/chart.html", given | shown)


def _tasks(request: ClinicRequest, patient: Patient, pages: Sequence[Page | None]) -> list[tuple[TaskRow, ClinicForm]]:
    """Each with the button by which it is done."""
    rows = tasks_of_chart(tasks.still_open(pages), patient, Reader.of(request.scope, request.clinic))
    return [(each, button(request, "task-done", about=each.id)) for each in rows]


def _names(request: ClinicRequest) -> dict[str, str]:
    return {each.id: each.name for each in accounts.staff(request.scope)}


def _earlier(request: ClinicRequest, patient: Patient, cursor: str) -> HttpResponse:
    raws, following = newest(request.scope, patient, keys.chart_until, ROWS, cursor)
    shown = {"groups": time_order(request, patient, Page(raws).rows), "following": following, "paged": True}
    return _shown(request, patient, shown, queries.summaries_if_read(request.scope, patient))


def time_order(
    request: ClinicRequest, patient: Patient, found: list[Row], opened: Whole | None = None
) -> list[drawn.Drawn]:
    """Rows of entries under their heads, with the one open that was asked for."""
    url_of = of_each("records:entry", request.scope.clinic_id, patient.id)
    open_id = opened.entry.id if opened and opened.entry else ""
    return list(drawn.groups(rows.groups(found, request.clinic), url_of, open_id))


def _merged(found: list[Row], opened: Whole | None) -> list[Row]:
    """With what was just written as the table has it: the index may be a moment behind."""
    entry = opened.entry if opened else None
    if entry is None:
        return found
    mine: Row = {"id": entry.id, "line": entry.line, "createdAt": entry.created_at}
    if any(row["id"] == entry.id for row in found):
        return [mine if row["id"] == entry.id else row for row in found]
    return [mine, *found]


def _rows(pages: Sequence[Page | None]) -> list[Row]:
    """Of those that could be read."""
    return [row for page in pages if page for row in page.rows]


def _begun(request: ClinicRequest, patient: Patient, found: list[Row]) -> dict[str, str]:
    """The note of this patient that the person is writing."""
    latest = next(iter(queries.begun(found)), None)
    if latest is None:
        return {}
    url = reverse("records:note", args=[request.scope.clinic_id, patient.id, latest.entry_id, latest.note_id])
    return {"url": url, "when": formats.within(latest.at, request.clinic)}


@needs(Permission.CHART_READ)
@require_safe
@about_chart
@told
def entry(request: ClinicRequest, patient: Patient, entry_id: str) -> HttpResponse:
    """In the place of its row where htmx asks, else a page of its own."""
    ask = partial(queries.whole, request.scope, patient, entry_id)
    found, read = (ask(), None) if request.htmx else queries.with_summary(request.scope, patient, ask)
    if found.entry is None:
        raise NotFound
    shown = {"patient": patient, "opened": _opened(request, found)}
    if request.htmx:
        return render(request, "records/entry_body.html", shown)
    shown["summary"] = left.summary(read, request.clinic)
    return render(request, "records/entry.html", shown)


def _opened(request: ClinicRequest, whole: Whole) -> dict[str, Any]:
    notes = [(each, _note_mistake(request, each)) for each in rows.shown(whole, request.clinic, request.scope)]
    may_sign = request.scope.may(Permission.NOTE_SIGN)
    hang = [(each, _mistake(request, each)) for each in rows.recorded(whole, request.clinic, request.scope.actor.id)]
    return {
        "id": whole.entry.id if whole.entry else "",
        "notes": notes,
        "may_sign": may_sign,
        "may_prescribe": request.scope.may(Permission.RX_WRITE),
        "recorded": hang,
        "letters": [*letters(whole, request.clinic)],
    }


def _note_mistake(request: ClinicRequest, note: rows.NoteShown) -> ClinicForm | None:
    """The button for its author and for doctors: that it is in error, or that it is not."""
    scope = request.scope
    may = scope.may(Permission.CHART_CORRECT) or (scope.may(Permission.NOTE_SIGN) and note.mine)
    name = "note-put-back" if note.errored else "note-in-error"
    return button(request, name, about=note.id) if may and note.signed else None


def _mistake(request: ClinicRequest, recorded: rows.RecordedShown) -> ClinicForm | None:
    """The button for whoever recorded it, and for doctors."""
    scope = request.scope
    may = scope.may(Permission.CHART_CORRECT) or (scope.may(Permission.CHART_WRITE) and recorded.mine)
    return button(request, "in-error", about=recorded.id) if may and not recorded.errored else None
