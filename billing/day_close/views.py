"""Money's first page, with the drawer; and the page on which a drawer's day is counted and closed."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing import queries
from billing.day_close import rows, services
from billing.day_close.forms import CarryOverForm, CloseForm, CountForm, OpenForm, ReopenForm
from billing.home.forms import FindForm
from billing.home.queries import waits
from billing.home.rows import wait_rows
from billing.ledger import queries as ledger
from billing.models import CASH, OPEN, Drawer, DrawerDay
from billing.unbilled.queries import unbilled
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.money import Money
from clinnet.toasts import say


@needs(Permission.MONEY_READ)
@require_safe
def home(request: ClinicRequest, clinic: str) -> HttpResponse:
    drawers = [_drawer(request, each) for each in queries.drawers(request.scope)]
    if not drawers:
        drawers = [_nameless(request)]
    shown = {
        "drawers": drawers,
        "find": FindForm(request),
        "waits": wait_rows(waits(request.scope, clock.today(request.clinic.time_zone)), queries.setup(request.scope)),
        "may_take": request.scope.may(Permission.MONEY_TAKE),
        "may_correct": request.scope.may(Permission.MONEY_CORRECT),
        "may_change": request.scope.may(Permission.CATALOGUE),
        "may_report": request.scope.may(Permission.MONEY_REPORT),
        "empty": not queries.setup(request.scope).catalog,
    }
    return render(request, "billing/day_close/home.html", shown)


def _drawer(request: ClinicRequest, drawer: Drawer) -> dict[str, Any]:
    """What it took is not said while it is open: it is counted blind."""
    stays = Money(int(drawer.stays), request.clinic.money)
    form = OpenForm(request, about=drawer.id, start={"opening": stays})
    found: dict[str, Any] = {"id": drawer.id, "name": drawer.name, "form": form, "day": None}
    if drawer.open_day:
        day = queries.drawer_day(request.scope, drawer.id, drawer.open_day)
        found |= {
            "day": day,
            "when": formats.date(day.day, request.clinic),
            "opening": queries.setup(request.scope).sum(int(day.opening)),
            "since": formats.when(day.created_at or "", request.clinic),
            "entries": int(day.entries),
            "forgotten": day.day < formats.today(request.clinic),
        }
    elif drawer.closed_day:
        found["last"] = drawer.closed_day
        found["last_when"] = formats.date(drawer.closed_day, request.clinic)
    return found


def _nameless(request: ClinicRequest) -> dict[str, Any]:
    """Of a clinic that never opened one."""
    id = services.first_id(request.scope)
    form = OpenForm(request, about=id, start={"opening": Money(0, request.clinic.money)})
    return {"id": id, "name": "Front desk", "form": form, "day": None}


@needs(Permission.MONEY_TAKE)
@require_POST
def open_drawer(request: ClinicRequest, clinic: str, drawer_id: str) -> HttpResponse:
    is_first = drawer_id == services.first_id(request.scope)
    drawer = None if is_first else queries.drawer(request.scope, drawer_id)
    form = OpenForm(request, about=drawer_id)
    if form.run(
        lambda once: services.open_drawer(
            request.scope, drawer=drawer, once=once, opening=form.cleaned_data["opening"].minor
        )
    ):
        say(request, "The drawer is open.")
        return redirect("billing:money-home", clinic)
    return render(request, "billing/day_close/open.html", {"form": form, "drawer_id": drawer_id}, status=422)


@needs(Permission.MONEY_TAKE)
def count(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    """Before it is counted, nothing in the page says what should be in it."""
    session = queries.drawer_day(request.scope, drawer_id, drawer_day)
    if session.state != OPEN:
        return redirect("billing:drawer-day", clinic, drawer_id, drawer_day)
    form = CountForm(request, session)
    if form.run(lambda once: services.count(request.scope, session=session, **form.values, once=once)):
        return redirect("billing:close-drawer", clinic, drawer_id, drawer_day)
    waiting = unbilled(request.scope, date.fromisoformat(drawer_day)).waiting
    shown = {"form": form, "unbilled": len(waiting), **_about(request, session)}
    return render(request, "billing/day_close/count.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_TAKE)
def close(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    session = queries.drawer_day(request.scope, drawer_id, drawer_day)
    drawer = queries.drawer(request.scope, drawer_id)
    if session.state != OPEN:
        return redirect("billing:drawer-day", clinic, drawer_id, drawer_day)
    if not session.counted:
        return redirect("billing:count-drawer", clinic, drawer_id, drawer_day)
    form = CloseForm(request, about=session.id, **_start(request, session))
    if form.run(
        lambda once: services.close(request.scope, drawer=drawer, session=session, once=once, **_closing(form))
    ):
        say(request, f"{drawer.name}, {formats.date(drawer_day, request.clinic)}, is closed.")
        return redirect("billing:drawer-day", clinic, drawer_id, drawer_day)
    known, entries = queries.setup(request.scope), ledger.entries_of_drawer(request.scope, drawer_id, drawer_day)
    shown = {
        "form": form,
        "rows": rows.compared(session, known),
        "meanwhile": rows.meanwhile(session, entries, known),
        "is_off": rows.is_off(session),
        "pieces": rows.pieces(session, known),
        "cash": known.sum(int((session.counted or {})[CASH])),
        "late": int(session.entries) - int(session.counted_entries or 0),
        **_about(request, session),
    }
    return render(request, "billing/day_close/close.html", shown, status=422 if form.is_bound else 200)


def _start(request: ClinicRequest, day: DrawerDay) -> dict[str, Any]:
    """As much stays as was there in the morning, if there is."""
    if request.method == "POST":
        return {}
    return {"start": {"stays": Money(min(int(day.opening), int((day.counted or {})[CASH])), request.clinic.money)}}


def _closing(form: CloseForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {"stays": given["stays"].minor, "reason": given["reason"], "bag": given["bag"], "seen": given["seen"]}


def _about(request: ClinicRequest, day: DrawerDay) -> dict[str, Any]:
    drawer = queries.drawer(request.scope, day.drawer)
    return {"drawer": drawer, "day": day, "when": formats.date(day.day, request.clinic)}


@needs(Permission.MONEY_CORRECT)
def carry_over(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    """A day that was forgotten, without a count."""
    session = queries.drawer_day(request.scope, drawer_id, drawer_day)
    drawer = queries.drawer(request.scope, drawer_id)
    form = CarryOverForm(request, about=session.id)
    if form.run(
        lambda once: services.carry_over(
            request.scope, drawer=drawer, session=session, once=once, reason=form.cleaned_data["reason"]
        )
    ):
        say(request, f"{drawer.name}, {formats.date(drawer_day, request.clinic)}, is closed. It was not counted.")
        return redirect("billing:money-home", clinic)
    shown = {"form": form, **_about(request, session)}
    return render(request, "billing/day_close/carry_over.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_CORRECT)
def reopen(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    session, drawer = (
        queries.drawer_day(request.scope, drawer_id, drawer_day),
        queries.drawer(request.scope, drawer_id),
    )
    form = ReopenForm(request, about=session.id)
    if form.run(
        lambda once: services.reopen(
            request.scope, drawer=drawer, session=session, once=once, reason=form.cleaned_data["reason"]
        )
    ):
        say(request, f"{drawer.name}, {formats.date(drawer_day, request.clinic)}, is open again: count it anew.")
        return redirect("billing:count-drawer", clinic, drawer_id, drawer_day)
    shown = {"form": form, **_about(request, session)}
    return render(request, "billing/day_close/reopen.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_READ)
@require_safe
def closed(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    """The report of a day that is closed."""
    session = queries.drawer_day(request.scope, drawer_id, drawer_day)
    if session.state == OPEN:
        return redirect("billing:count-drawer", clinic, drawer_id, drawer_day)
    known = queries.setup(request.scope)
    entries = ledger.entries_of_drawer(request.scope, drawer_id, drawer_day)
    shown = {
        "rows": rows.compared(session, known),
        "entries": rows.entry_rows(entries, known),
        "stays": known.sum(int(session.stays or 0)),
        "banked": known.sum(int(session.banked or 0)),
        "closed_when": formats.when(session.closed_at or "", request.clinic),
        **_about(request, session),
        "replaces": formats.when(session.replaces, request.clinic) if session.replaces else "",
        "may_reopen": _may_reopen(request, session),
    }
    return render(request, "billing/day_close/closed.html", shown)


def _may_reopen(request: ClinicRequest, session: DrawerDay) -> bool:
    drawer = queries.drawer(request.scope, session.drawer)
    is_last = not drawer.open_day and drawer.closed_day == session.day
    return is_last and request.scope.may(Permission.MONEY_CORRECT)
