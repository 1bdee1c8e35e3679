"""Those who are booked at times that are about to be otherwise: shown before anything is saved, with a choice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import back, reverse
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.toasts import Action, say
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board.services.cards import Card
from scheduling.calendar.forms.fields import ONE_BY_ONE, REQUESTS, AffectedFields
from scheduling.calendar.rules import walltime
from scheduling.disruptions.services import displaced

MOST_SHOWN = 60
PATIENCE = 6.0  # seconds: what is left of a long job is gone on with on a page of its own


@dataclass(frozen=True, slots=True)
class Affected:
    """Who is affected, as a page shows them. `to_decide`: they are, and nobody has said yet what becomes of them."""

    cards: Sequence[Card]
    rows: list[dict[str, Any]]
    digest: str
    decision: str

    @classmethod
    def of(cls, request: ClinicRequest, form: AffectedFields, cards: Sequence[Card]) -> "Affected":
        """Of a valid form. A decision counts for just those who were shown with it."""
        digest = hashlib.sha256(" ".join(sorted(each.id for each in cards)).encode()).hexdigest()[:32]
        shown = form.cleaned_data.get("seen") == digest
        decision = form.cleaned_data.get("affected", "") if shown else ""
        if cards and shown and not decision:
            form.add_error("affected", "Choose what becomes of them.")
        return cls(cards, _rows(request, cards[:MOST_SHOWN]), digest, decision)

    @property
    def to_decide(self) -> bool:
        return bool(self.cards) and not self.decision

    @property
    def to_park(self) -> Sequence[Card]:
        return self.cards if self.decision == REQUESTS else ()

    @property
    def count(self) -> int:
        return len(self.cards)

    @property
    def one_by_one(self) -> bool:
        return bool(self.cards) and self.decision == ONE_BY_ONE

    @property
    def more(self) -> int:
        return max(0, len(self.cards) - MOST_SHOWN)


def _rows(request: ClinicRequest, cards: Sequence[Card]) -> list[dict[str, Any]]:
    showing, zone = Showing.of(request), request.clinic.time_zone
    return [
        {**showing.card(each), "when": words.wall(walltime.to_wall(each.start, zone), request.clinic)}
        for each in cards
        if each.start
    ]


def finished(request: ClinicRequest, job: Job | None) -> HttpResponse:
    """Goes on with the job for a while; what is left then has a page of its own."""
    here = request.scope.clinic_id
    if job is None:
        return redirect(back(request, here, "scheduling:setup"))
    job = jobs.go_on(request.scope, job=job, seconds=PATIENCE)
    if job.state == jobs.OPEN:
        return redirect("scheduling:job", here, job.id)
    number = displaced.parked(job)
    many = "1 appointment is a request now." if number == 1 else f"{number} appointments are requests now."
    say(request, many, actions=[Action("Show them", reverse("scheduling:job", args=[here, job.id]), post=False)])
    return redirect(back(request, here, "scheduling:setup"))
