"""Health: whether what Clinnet stands on works, asked by a person."""

from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.shows import Reader, moment
from clinnet.forms.base import button
from clinnet.health import checks
from clinnet.health.checks import ILL, OFF, HealthCheck, Result
from clinnet.health.work import ClockWork
from clinnet.toasts import say, warn

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


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = button(request, "health")
    works = {each.name: each for each in contributions.of(ClockWork)}
    work = works.get(request.POST.get("run", ""))
    if work and work.run and (done := form.run(partial(work.run, request.scope))):
        say(request, done.result)
        return redirect("console:health", clinic)
    if not work and form.run(lambda once: checks.run(request.scope, once=once)):
        _say_state(request)
        return redirect("console:health", clinic)
    found, reader = checks.last(request.scope), Reader(request.scope, request.clinic)
    rows = [_row(each, found.results.get(each.name), reader) for each in contributions.of(HealthCheck)]
    told = [(each, each.came(request.scope), each.run is not None) for each in works.values()]
    shown = {"form": form, "rows": rows, "works": told, "at": moment(found.at, reader)}
    return render(request, "console/health.html", shown, status=422 if form.errors else 200)


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
