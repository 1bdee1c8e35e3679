"""The bills of a demo clinic's visits, as its desk would have written them: of a week, and of today until now."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from billing import queries
from billing.checkout.queries import provided, usual_cover
from billing.checkout.services import check_out
from billing.demo.services.history import WAYS, Visited
from billing.takings.services import Taken
from clinnet.table import Scope, get_rows, keys
from patients.models import Patient
from patients.queries import survivors
from scheduling.appointments.queries import appointments
from scheduling.board import queries as boards
from scheduling.board.services.cards import Card
from scheduling.models import LEFT

DAYS = 7
FORGOTTEN = 1  # visits of today that somebody left unbilled: the latest


def of_the_week(scope: Scope, people: Mapping[str, Patient], today: date) -> list[Visited]:
    """Those of the last days that are over, each with what one of its type usually is."""
    known, found = queries.setup(scope), list[Visited]()
    for board in boards.boards(scope, [today - timedelta(days=back) for back in range(DAYS, 0, -1)]):
        for card in _left(board.cards, people):
            done = [each for each in known.usual(card.visit_type) if each.price_on(board.day.isoformat())]
            if done and card.start:
                found.append(Visited(board.day, card.start, people[card.patient_id], card, done))
    return found


def bill_today(desk: Scope, today: date, seed: str) -> None:
    """Each visit that is over and has no invoice, one after the other."""
    chance, known = random.Random(f"{seed} {today}"), queries.setup(desk)  # noqa: S311 - invented money, not secrets
    cards = boards.board(desk, today).cards
    people = survivors(desk, {each.patient_id for each in cards if each.patient_id})
    cards = _left(cards, people)[:-FORGOTTEN]
    places = {each.id: keys.visit_billed(each.patient_id, each.id) for each in cards}
    billed = get_rows(desk, places.values())
    waiting = [(each.patient_id, each.id) for each in cards if places[each.id] not in billed]
    visits = {each.id: each for each in appointments(desk, waiting)}
    for patient_id, id in waiting:
        done, who = provided(known, visits[id], None), people[patient_id]
        if done:
            cover = usual_cover(known, who, today.isoformat())
            check_out(
                desk, patient=who, done=done, appointment=visits[id], taken=Taken(chance.choice(WAYS)), cover=cover
            )


def _left(cards: Sequence[Card], people: Mapping[str, Patient]) -> list[Card]:
    found = [each for each in cards if each.state == LEFT and each.start and each.patient_id in people]
    return sorted(found, key=lambda each: (each.start, each.id))
