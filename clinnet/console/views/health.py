"""Health: whether what Clinnet stands on works, asked by a person."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet import clock, contributions, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.shows import Reader, moment, within
from clinnet.forms.base import button
from clinnet.health import checks
from clinnet.health.checks import ILL, OFF, HealthCheck, Result
from clinnet.health.work import ClockWork
from clinnet.table import keys, query
from clinnet.table.costs import costs_of
from clinnet.table.runs import Run, runs
from clinnet.toasts import say, warn

BUSY_DAYS = 7
WORDS = {ILL: "Wrong", OFF: "Not set up"}


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    state: str
    word: str
    said: str
    ms: str
    good: str
    bad: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """`word` is Late or Failed where it is; `last`, `following` and `failed` are empty where nobody notes it."""

    work: ClockWork
    can_run: bool
    came: str
    word: str
    last: str
    following: str
    failed: str


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = button(request, "health")
    works = {each.name: each for each in contributions.of(ClockWork)}
    work = works.get(request.POST.get("run", ""))
    if work and work.run and (done := form.run(partial(work.do, request.scope))):
        say(request, done.result)
        return redirect("console:health", clinic)
    if not work and form.run(lambda once: checks.run(request.scope, once=once)):
        _say_state(request)
        return redirect("console:health", clinic)
    found, reader = checks.last(request.scope), Reader(request.scope, request.clinic)
    rows = [_row(each, found.results.get(each.name), reader) for each in contributions.of(HealthCheck)]
    shown = {"form": form, "rows": rows, "works": _works(reader), "at": within(found.at, reader), "busy": _busy(reader)}
    return render(request, "console/health.html", shown, status=422 if form.errors else 200)


def _busy(reader: Reader) -> list[tuple[str, int, int]]:
    """Of the last days on which pages were counted, newest first: how often it was too much, and met another write."""
    today = clock.now().date()
    months = dict.fromkeys(f"{each:%Y-%m}" for each in (today - timedelta(days=BUSY_DAYS - 1), today))
    pages = [query(reader.scope, keys.costs_in(reader.scope.clinic_id, each), limit=31) for each in months]
    rows = [row for page in pages for row in page.rows][-BUSY_DAYS:]
    found = []
    for row in reversed(rows):
        costs = costs_of(row).values()
        sums = (round(sum(each.throttled for each in costs)), round(sum(each.conflicts for each in costs)))
        found.append((formats.date(row["SK"], reader.clinic), *sums))
    return found


def _works(reader: Reader) -> list[WorkRow]:
    ran = runs(reader.scope)
    return [_work(each, ran.get(each.name, Run()), reader) for each in contributions.of(ClockWork)]


def _work(work: ClockWork, run: Run, reader: Reader) -> WorkRow:
    last = f"{moment(run.at, reader)}, took {run.ms / 1000:.1f} s" if run.at else "Not yet" if work.every else ""
    due = clock.stamp(clock.moment(run.at) + work.every) if run.at and work.every else ""
    often = "once" if run.failed == 1 else f"{run.failed} times"
    failed = f"Failed {often} since, last {within(run.failed_at, reader)}: {run.why}" if run.failed else ""
    word = "Failed" if run.failed else "Late" if work.is_late(run) else ""
    return WorkRow(work, work.run is not None, work.came(reader.scope), word, last, moment(due, reader), failed)


def _say_state(request: ClinicRequest) -> None:
    if checks.last(request.scope).ill:
        warn(request, "Something is wrong: see below.")
    else:
        say(request, "All well.")


def _row(check: HealthCheck, result: Result | None, reader: Reader) -> Row:
    if result is None:
        return Row(check.label, "", "Not checked", "", "", "", "")
    return Row(
        check.label,
        result.state,
        WORDS.get(result.state, "Well"),
        result.said,
        f"{result.ms} ms",
        moment(result.good, reader),
        moment(result.bad, reader),
    )
