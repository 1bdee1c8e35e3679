"""Prices changed by a percentage, taken back, and the catalogue as a file, out and in."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing import queries as billing
from billing.prices import queries, rows, services
from billing.prices.forms import UNDO, FileForm, PricesForm, mark_of
from billing.prices.rules import HEADS
from clinnet import formats, spreadsheets
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.pages import leave
from clinnet.table import Once
from clinnet.toasts import say, warn


@needs(Permission.CATALOGUE)
def change(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = PricesForm(request)
    shown: dict[str, object] = {
        "form": form,
        "changes": _newest(request),
        "look": "Look at the new prices",
        "write": "Change these prices",
    }
    if form.preview(lambda once: None):
        if form.agrees(form.shown) and form.run(lambda once: _change(request, form, once)):
            say(request, "The prices are changed. Until they hold it can be taken back.")
            return leave(request, reverse("billing:prices", [clinic]))
        found = rows.price_rows(
            form.prices, form.cleaned_data["leave"], form.numbers[2], form.price_list_id, form.known
        )
        shown |= {"rows": found, "listed": mark_of(form.shown), "percent": rows.percent(form.numbers[0])}
    return render(
        request, "billing/prices/change.html", shown, status=200 if "rows" in shown or not form.is_bound else 422
    )


def _change(request: ClinicRequest, form: PricesForm, once: Once) -> str:
    percent, step, since = form.numbers
    return services.change(
        request.scope,
        items=form.chosen,
        percent=percent,
        step=step,
        since=since,
        price_list_id=form.price_list_id,
        once=once,
    )


def _newest(request: ClinicRequest) -> list[dict[str, object]]:
    known, today = billing.setup(request.scope), formats.today(request.clinic)
    return [
        {
            "id": each.id,
            "words": rows.change_words(each, known),
            "undone": each.state == services.UNDONE,
            "undo": button(request, UNDO, about=each.id) if services.may_undo(each, today) else None,
        }
        for each in queries.newest(request.scope)
    ]


@needs(Permission.CATALOGUE)
@require_POST
def undo(request: ClinicRequest, clinic: str, change_id: str) -> HttpResponse:
    found, form = queries.change(request.scope, change_id), button(request, UNDO, about=change_id)
    items = list(billing.setup(request.scope).catalog.values())
    if done := form.run(lambda once: services.undo(request.scope, change=found, items=items, once=once)):
        say(request, f"{done.result} of {len(found.rows)} prices are as they were.")
    else:
        warn(request, form.sentence())
    return redirect("billing:prices", clinic)


@needs(Permission.CATALOGUE)
@require_safe
def file_out(request: ClinicRequest, clinic: str) -> HttpResponse:
    mark = spreadsheets.separator(request.clinic.locale)
    found = spreadsheets.lines(rows.file_rows(billing.setup(request.scope)), mark)
    answer = HttpResponse(spreadsheets.head(HEADS, mark) + found, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="services-{formats.today(request.clinic)}.csv"'
    return answer


@needs(Permission.CATALOGUE)
def file_in(request: ClinicRequest, clinic: str) -> HttpResponse:
    form, known = FileForm(request), billing.setup(request.scope)
    shown: dict[str, object] = {"form": form, "look": "Look at what changes", "write": "Take these in"}
    if form.preview(lambda once: None):
        planned, wrong = services.plan(known, form.read)
        found = rows.planned_rows(planned, known)
        if form.agrees([found, wrong]) and (
            done := form.run(lambda once: services.take_in(request.scope, planned=planned, wrong=wrong, once=once))
        ):
            say(request, f"Taken in: {done.result} services are new or changed.")
            return leave(request, reverse("billing:catalogue", [clinic]))
        words = Counter(each.word for each in found)
        shown |= {
            "rows": found,
            "wrong": wrong,
            "new": words["New"],
            "changed": words["Changed"],
            "same": len(planned) - len(found),
            "listed": mark_of([found, wrong]),
        }
    return render(request, "billing/prices/file.html", shown, status=422 if form.errors else 200)
