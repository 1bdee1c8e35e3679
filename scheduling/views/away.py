"""A day is cancelled or handed over: everybody who is affected, with the best other time for each."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from scheduling import bad_days, services, words
from scheduling import setup as setups
from scheduling.bad_days import Hit
from scheduling.forms.bad_days import ASK, KEEP, AwayForm, value
from scheduling.pages.days import day_of
from scheduling.rules import hours
from scheduling.setup import setup
from scheduling.views.late import WHILE, row, said


@needs(Permission.BOOK)
def away(request: ClinicRequest, clinic: str, day: str, practitioner_id: str) -> HttpResponse:
    practitioner, on = setups.practitioner(request.scope, practitioner_id), day_of(day)
    hits = bad_days.coming(request.scope, day=on, practitioner=practitioner)
    if request.method != "POST":
        hits = bad_days.elsewhere(request.scope, hits, day=on, practitioner=practitioner)
    form, kept = AwayForm(request, hits, about=f"{practitioner.id} {day}"), list[Any]()
    run = lambda once: kept.append(  # noqa: E731
        services.clear_day(request.scope, day=on, practitioner=practitioner, fates=form.fates, once=once,
                           reason=form.cleaned_data["reason"], leave=form.cleaned_data["leave"])
    )  # fmt: skip
    if form.sent(run):
        job = services.go_on(request.scope, job=kept[0], seconds=WHILE)
        return redirect("scheduling:job", clinic, job.id)
    if request.method == "POST":
        hits = bad_days.elsewhere(request.scope, hits, day=on, practitioner=practitioner)
    closed = hours.closed_for(on, setup(request.scope).plan(practitioner.id))
    rows = [row(request, hit) | {"choices": _choices(request, hit, on, form)} for hit in hits]
    shown = {
        "form": form, "practitioner": practitioner, "who": words.short(practitioner), "day": on, "rows": rows,
        "when": words.day(on), "closed": (closed.reason or closed.kind) if closed else "",
        "may_leave": not closed and request.scope.may(Permission.HOURS),
        "found": sum(bool(hit.options) for hit in hits),
    }  # fmt: skip
    return render(request, "scheduling/away.html", shown)


def _choices(request: ClinicRequest, hit: Hit, on: date, form: AwayForm) -> list[tuple[str, str, bool]]:
    """What can become of a visit, and whether it is chosen: the best free time first."""
    times = [(value(slot), said(request, slot, day=on)) for slot in hit.options]
    choices = [*times, (ASK, "First in Requests"), (KEEP, "Stays as it is")]
    posted = form.data.get(f"row-{hit.made.id}", "") if form.is_bound else ""
    chosen = posted if posted in dict(choices) else choices[0][0]
    return [(each, word, each == chosen) for each, word in choices]
