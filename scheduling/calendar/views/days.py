"""Other days: one form for leave, holiday, extra session and locum, with who is booked on them; and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.jobs.models import Job
from clinnet.table import Once, Scope
from clinnet.table.errors import NotFound
from clinnet.toasts import say
from scheduling.board.services.cards import Card
from scheduling.calendar import rows as calendar_rows
from scheduling.calendar.forms.days import OtherDaysForm, RemoveDaysForm
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.queries import affected
from scheduling.disruptions.views.displaced import Affected, finished
from scheduling.models import OtherDays


@needs(Permission.HOURS)
def add(request: ClinicRequest, clinic: str) -> HttpResponse:
    changed = request.GET.get("instead", "")
    instead = _days(request.scope, changed)
    form = OtherDaysForm(request, instead)
    if changed and not instead and not (form.is_bound and form.was_done()):  # not a second click
        raise NotFound
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    rule = form.rule
    found = Affected.of(request, form, _orphans(request.scope, rule, instead))
    if found.to_decide and not form.was_done():
        return _page(request, form, found=found)
    if done := form.run(lambda once: _add(request, form, instead, found.to_park, once)):
        say(request, _told(request, rule))
        if found.one_by_one:  # the page where a day is cancelled or handed over, patient by patient
            part = f"?since={rule.start}&until={rule.end}" if rule.start else ""
            return redirect(reverse("scheduling:away", args=[request.scope.clinic_id, rule.first, rule.who]) + part)
        return finished(request, done.result)
    return _page(request, form, status=422)


def _days(scope: Scope, id: str) -> OtherDays | None:
    """Those that hold; None once they were removed or changed."""
    return next((each for each in setup(scope).other_days if each.id == id), None)


def _add(
    request: ClinicRequest, form: OtherDaysForm, instead: OtherDays | None, orphaned: Sequence[Card], once: Once
) -> Job | None:
    rule = form.rule
    return schedule_settings.add_other_days(
        request.scope, kind=rule.kind, first=date.fromisoformat(rule.first), last=date.fromisoformat(rule.last),
        practitioner=form.person("who"), start=rule.start, end=rule.end, reason=rule.reason,
        locum=form.person("stand_in") if rule.locum else None, instead=instead, orphaned=orphaned, once=once,
    )  # fmt: skip


def _orphans(scope: Scope, rule: hours.OtherDays, instead: OtherDays | None) -> list[Card]:
    """Who would be left without hours; a locum takes over who is within theirs, an extra session takes nobody's."""
    opened = instead and instead.kind in ("extra", "locum")
    if not opened and (rule.kind == "extra" or (rule.kind == "locum" and not rule.start)):
        return []
    known, old = setup(scope), instead.rule if instead else rule

    def changed(person: str) -> hours.Plan:
        plan = known.plan(person)
        kept = tuple(each for each in plan.exceptions if not instead or each.id != instead.id)
        return replace(plan, exceptions=(*kept, rule) if rule.who in ("", person) else kept)

    plans = [changed(each.id) for each in known.practitioners if {"", each.id} & {rule.who, old.who}]
    return _lost(scope, plans, min(rule.first, old.first), max(rule.last, old.last))


def _lost(scope: Scope, plans: Sequence[hours.Plan], first: str, last: str) -> list[Card]:
    today = clock.today(setup(scope).clinic.time_zone)
    days = affected.Days.coming(max(today, date.fromisoformat(first)), date.fromisoformat(last))
    return affected.orphans(scope, plans=plans, days=days) if days else []


def _told(request: ClinicRequest, rule: hours.OtherDays) -> str:
    """What was saved; of a locum, how many are booked in the column."""
    days = calendar_rows.stretch(rule.first, rule.last, request.clinic)
    if rule.kind != "locum":
        return f"Saved: {days}."
    today = clock.today(request.clinic.time_zone)
    coming = affected.Days.coming(max(today, date.fromisoformat(rule.first)), date.fromisoformat(rule.last))
    booked = affected.booked_with(request.scope, practitioner=rule.who, days=coming) if coming else []
    many = f"{len(booked) or 'No'} {'patients are' if len(booked) > 1 else 'patient is'}"
    said = f"Saved: {days}. {many} booked in the column that {rule.reason} takes over."
    return f"{said} {rule.reason}'s own column is open then too." if _is_in_two_places(request.scope, rule) else said


def _is_in_two_places(scope: Scope, rule: hours.OtherDays) -> bool:
    """Whether a locum of the staff has open hours of their own while they sit in another's column."""
    known, first, last = setup(scope), date.fromisoformat(rule.first), date.fromisoformat(rule.last)
    if not known.practitioner(rule.locum):
        return False
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return any(_open(known, rule.who, day) & _open(known, rule.locum, day) for day in days)


def _open(known: Setup, who: str, day: date) -> set[int]:
    return {grain for each in known.openings(who, day, clock.now()) for grain in range(each.start, each.end)}


def _page(
    request: ClinicRequest, form: OtherDaysForm, *, found: Affected | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "scheduling/calendar/days.html", {"form": form, "affected": found}, status=status)


# --- The way back --------------------------------------------------------------------------------------------------


@needs(Permission.HOURS)
def remove(request: ClinicRequest, clinic: str, days_id: str) -> HttpResponse:
    known = setup(request.scope)
    days = _days(request.scope, days_id)
    form = RemoveDaysForm(request, about=days_id)
    if days is None and form.is_bound and form.was_done():  # a second click
        return finished(request, None)
    if days is None:
        raise NotFound
    row: dict[str, Any] = {"row": calendar_rows.day_row(known, days), "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "scheduling/calendar/days_remove.html", row)
    found = Affected.of(request, form, _orphans_without(request.scope, days))
    if found.to_decide and not form.was_done():
        return render(request, "scheduling/calendar/days_remove.html", row | {"affected": found})
    if done := form.run(lambda once: _remove(request, days, found.to_park, once)):
        say(request, f"{row['row']['days']}: as every week again.")
        return finished(request, done.result)
    return render(request, "scheduling/calendar/days_remove.html", row, status=422)


def _remove(request: ClinicRequest, days: OtherDays, orphaned: Sequence[Card], once: Once) -> Job | None:
    return schedule_settings.remove_other_days(request.scope, days=days, orphaned=orphaned, once=once)


def _orphans_without(scope: Scope, days: OtherDays) -> list[Card]:
    """Who was booked in an extra session that is taken away, or with a locum in place of somebody who is away."""
    if days.kind not in ("extra", "locum"):
        return []
    known = setup(scope)
    people = [each for each in known.practitioners if (days.who or "") in ("", each.id)]
    plans = [known.plan(each.id) for each in people]
    left = [replace(plan, exceptions=tuple(each for each in plan.exceptions if each.id != days.id)) for plan in plans]
    return _lost(scope, left, days.first, days.last)
