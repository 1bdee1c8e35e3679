"""In the evening, or the morning after: what still stands open of a day, finished at once."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import day_of
from scheduling.evening import services
from scheduling.evening.forms import KEEP, FinishForm, choices
from scheduling.front_desk.rows.morning_summary import closed_at
from scheduling.models import COMING

WHILE = 2.5  # seconds of work before the page that shows how far it is


@needs(Permission.BOOK)
def finish_day(request: ClinicRequest, clinic: str, day: str) -> HttpResponse:
    on = day_of(day)
    found = services.unfinished(request.scope, on)
    form = FinishForm(request, found[: services.MOST], about=day)
    if done := form.run(lambda once: services.finish(request.scope, day=on, ends=form.ends, once=once)):
        job = jobs.go_on(request.scope, job=done.result, seconds=WHILE)
        return redirect("scheduling:job", clinic, job.id)
    is_evening = clock.now() >= closed_at(setup(request.scope), on)
    rows = _rows(request, form, is_evening=is_evening)
    came = sum(each.state not in COMING for each in found)
    shown = {
        "form": form,
        "day": on,
        "when": words.day(on, request.clinic),
        "rows": rows,
        "is_evening": is_evening,
        "here": came,
        "never": len(found) - came,
        "more": len(found) - len(rows),
    }
    return render(request, "scheduling/evening/finish_day.html", shown, status=422 if form.errors else 200)


def _rows(request: ClinicRequest, form: FinishForm, *, is_evening: bool) -> list[dict[str, Any]]:
    showing = Showing.of(request)
    return [_row(showing.card(each), choices(each), _chosen(form, each, is_evening=is_evening)) for each in form.cards]


def _row(shown: dict[str, Any], offered: Sequence[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {
        **{name: shown[name] for name in ("id", "version", "name", "born", "patient_url", "icon", "word", "type")},
        "practitioner": shown["practitioner"],
        "reason": shown["reason"],
        "time": shown["start"] or shown["arrived"] or shown["since"],
        # What stays is said as it is: on a phone it stands nowhere else.
        "choices": [
            (value, f"Stays: {shown['word']}" if value == KEEP else word, value == chosen) for value, word in offered
        ],
    }


def _chosen(form: FinishForm, card: Card, *, is_evening: bool) -> str:
    """As it was sent; else what is likely: while the clinic is open, whoever is here is here."""
    sent = form.data.get(f"row-{card.id}", "") if form.is_bound else ""
    return sent or (choices(card)[0][0] if is_evening or card.state in COMING else KEEP)
