"""Two years of a demo clinic's money, up to yesterday: the same of the same seed, through the batch door.

Each day has a drawer that was closed; nine of them differed. Accounts, settlements and months are what the entries come
to, so that check_ledger finds nothing.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from billing.checkout.services import billed_row
from billing.invoices.services import issuing
from billing.invoices.services.issuing import Provided
from billing.ledger import services as ledger
from billing.ledger.services import MOVES_MONEY, Draft
from billing.models import (
    CARD,
    CASH,
    CHARGE,
    CLOSED,
    ISSUED,
    METHODS,
    PAID,
    PAYMENT,
    TRANSFER,
    CatalogItem,
    DrawerDay,
    Entry,
    Invoice,
    Settlement,
)
from billing.reports.services import SUMS, recomputed
from billing.rules import cash, numbers
from billing.unpaid import services as ages
from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.table import Batch, Event, Item, Row, Scope, get_rows, keys
from clinnet.table.values import row_from_raw
from patients.models import Patient
from scheduling.board.services.cards import Card
from scheduling.calendar.rules import walltime
from scheduling.demo.services.setup import SET_UP

DAYS, INVOICES = 730, 400
WEEK = (13, 11, 10, 10, 8, 3, 0)  # Monday first
AUGUST = 0.5
PAID_OF_100, OLD, OLD_PAID_OF_100 = 92, timedelta(days=200), 99  # of what is older, hardly anything is still open
WAYS = (CARD, CARD, CARD, CARD, CARD, CARD, CASH, CASH, CASH, TRANSFER)
VARIANCES = (-200, 100, -50, 500, -1000, 20, -5, -2000, 150)
FLOAT = 15_000


@dataclass(frozen=True, slots=True, repr=False)
class Visited:
    """A visit that is over, and what it is billed as."""

    day: date
    start: datetime
    patient: Patient
    card: Card
    done: Sequence[CatalogItem]


@dataclass(repr=False)
class History:
    """What is to be written, and what the next document needs of those before."""

    scope: Scope
    clinic: Clinic
    drawer: str
    by: str
    today: date
    chance: random.Random
    counters: dict[int, numbers.Counter] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    sessions: list[DrawerDay] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    opens: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def id_at(self, moment: datetime) -> str:
        """An id of that time."""
        return clock.id_at(moment, self.chance.randbytes(10))


def write(
    scope: Scope,
    clinic: Clinic,
    patients: Sequence[Patient],
    catalog: Sequence[CatalogItem],
    today: date,
    *,
    drawer: str,
    seed: str,
    by: str,
    invoices: int = INVOICES,
    visits: Sequence[Visited] = (),
) -> int:
    """Returns how many invoices there are. Begun anew after it was interrupted, it writes what is missing. The days of
    `visits` have the invoices of those, and no others.
    """
    made = History(scope, clinic, drawer, by, today, random.Random(f"{seed} money"))  # noqa: S311 - invented money, not secrets
    plain = [each for each in catalog if each.active and not each.sessions and not each.parts]
    offered = [each for each in plain if each.price_on(today.isoformat())]
    if not patients or not offered:
        return 0
    until = min((each.day for each in visits), default=today)
    for day, count in _days(made.chance, until, invoices):
        session = _session(made, day)
        for minute in sorted(made.chance.sample(range(540), min(count, 540))):  # from eight to five
            _invoice(made, session, made.chance.choice(patients), offered, minute)
        _close(made, session, day)
    for day, of_day in groupby(visits, key=lambda each: each.day):
        session = _session(made, day)
        for each in of_day:
            _of_visit(made, session, each)
        _close(made, session, day)
    _vary(made)
    _keep(made)
    _commit(made)
    return len(made.invoices)


def _days(chance: random.Random, today: date, invoices: int) -> Iterator[tuple[date, int]]:
    """How many invoices each day has, oldest first: uneven by weekday, thin in August."""
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    weights = [WEEK[day.weekday()] * (AUGUST if day.month == 8 else 1) for day in days]
    counts = Counter(chance.choices(days, weights, k=invoices))
    return ((day, counts[day]) for day in days if counts[day])


def _session(made: History, day: date) -> DrawerDay:
    name = day.isoformat()
    at = DrawerDay.at(made.scope.clinic_id, made.drawer, name)
    return DrawerDay(
        pk=at.pk,
        sk=at.sk,
        id=f"{made.drawer} {name}",
        drawer=made.drawer,
        day=name,
        state=CLOSED,
        opening=FLOAT,
        opened_by=made.by,
    )


def _invoice(made: History, session: DrawerDay, patient: Patient, offered: Sequence[CatalogItem], minute: int) -> None:
    day = date.fromisoformat(session.day)
    moment = walltime.at(day, f"{8 + minute // 60:02}:{minute % 60:02}", str(made.clinic.time_zone))
    done = [
        Provided(each, session.day)
        for each in made.chance.sample(offered, min(len(offered), made.chance.choice((1, 1, 2))))
    ]
    _issue(made, session, issuing.draw_up(made.clinic, patient, done, id=made.id_at(moment)), moment)


def _of_visit(made: History, session: DrawerDay, visited: Visited) -> None:
    """At its end."""
    card, patient = visited.card, visited.patient
    moment = visited.start + timedelta(minutes=card.minutes)
    done = [Provided(each, session.day) for each in visited.done]
    invoice = issuing.draw_up(
        made.clinic, patient, done, id=made.id_at(moment), visit_id=card.id, practitioner_id=card.practitioner
    )
    _issue(made, session, invoice, moment)
    made.rows.append(billed_row(keys.visit_billed(patient.id, card.id), invoice))


def _issue(made: History, session: DrawerDay, invoice: Invoice, moment: datetime) -> None:
    """And paid, most of them."""
    day, name, at, patient_id = date.fromisoformat(session.day), session.day, clock.stamp(moment), invoice.patient_id
    last = made.counters.get(day.year, numbers.Counter(numbers.INVOICE, day.year))
    made.counters[day.year] = issuing.give_number(invoice, last, name)
    likely = OLD_PAID_OF_100 if made.today - day > OLD else PAID_OF_100
    total, paid = int(invoice.total), made.chance.randrange(100) < likely
    drafts = [Draft(CHARGE, patient_id, total, {invoice.id: total}, id=made.id_at(moment))]
    if paid:
        method = made.chance.choice(WAYS)
        method = CARD if method == CASH and not cash.can_be_paid(total, invoice.currency) else method
        drafts.append(Draft(PAYMENT, patient_id, -total, {invoice.id: -total}, method, id=made.id_at(moment)))
    else:
        made.opens[patient_id][invoice.id] = total
    found = [ledger.entry_of(made.scope, session, each, at, invoice.number, by=made.by) for each in drafts]
    session.entries = int(session.entries) + len(found)
    made.entries += found
    made.invoices[invoice.id] = invoice
    invoice.created_at, invoice.clinic_id = at, made.scope.clinic_id
    made.items += [invoice, _settlement(made, invoice, at, 0 if paid else total), *found]
    made.rows.append(_number(made.counters[day.year], invoice))


def _settlement(made: History, invoice: Invoice, at: str, owed: int) -> Settlement:
    (found,) = issuing.settlements_of(invoice)
    found.open, found.state, found.created_at = owed, ISSUED if owed else PAID, at
    found.line = ledger.line_of(found, owed, int(found.total)).pack()
    listed, shown = (
        keys.unpaid(made.scope.clinic_id, invoice.day, invoice.id),
        keys.money_line(invoice.patient_id, at, found.sk),
    )
    found.gsi1pk, found.gsi1sk = (listed.pk, listed.sk) if owed else (None, None)
    found.gsi2pk, found.gsi2sk = shown.pk, shown.sk
    return found


def _number(counter: numbers.Counter, invoice: Invoice) -> Row:
    place = keys.document_number(invoice.clinic_id or "", counter.name, counter.n)
    return {
        "PK": place.pk,
        "SK": place.sk,
        "type": "NUMBER",
        "number": counter.number,
        "day": counter.day,
        "head": counter.head,
        "patientId": invoice.patient_id,
        "billId": invoice.id,
    }


def _close(made: History, session: DrawerDay, day: date) -> None:
    """Counted at six, and right: see `_vary`."""
    moved: Counter[str] = Counter()
    for each in made.entries[-int(session.entries) :]:
        if each.kind == PAYMENT:
            moved[each.method or ""] -= int(each.amount)
    session.cash_in, session.card_in, session.transfer_in = (moved[each] for each in (CASH, CARD, TRANSFER))
    at = clock.stamp(walltime.at(day, "18:00", str(made.clinic.time_zone)))
    session.counted = {each: session.expected(each) for each in METHODS}
    session.variance = dict.fromkeys(METHODS, 0)
    session.counted_by = session.closed_by = made.by
    session.counted_at = session.counted_from = session.closed_at = session.created_at = at
    session.counted_entries, session.stays = int(session.entries), FLOAT
    session.banked = session.counted[CASH] - FLOAT
    made.sessions.append(session)


def _vary(made: History) -> None:
    """The cash of some days was not what it should have been, and why."""
    days = [each for each in made.sessions if each.expected(CASH) > FLOAT + 2000]
    for day, off in zip(made.chance.sample(days, min(len(days), len(VARIANCES))), VARIANCES, strict=False):
        day.counted = {**day.counted, CASH: day.expected(CASH) + off}
        day.variance = {**day.variance, CASH: off}
        day.reason, day.banked = "Change given wrong", int(day.banked or 0) + off


def _keep(made: History) -> None:
    """What is kept beside the entries: accounts, counters, months."""
    clinic, balances = made.scope.clinic_id, dict.fromkeys([each.patient_id for each in made.entries], 0)
    for entry in made.entries:
        balances[entry.patient_id] += int(entry.amount)
    made.rows += [ledger.account_row(id, balance, made.opens[id]) for id, balance in balances.items()]
    for counter in made.counters.values():
        place = keys.counter(clinic, counter.name)
        made.rows.append(
            {
                "PK": place.pk,
                "SK": place.sk,
                "type": "COUNTER",
                "n": counter.n,
                "day": counter.day,
                "head": counter.head,
            }
        )
    found = recomputed(made.entries, made.invoices, {}, MOVES_MONEY)
    made.rows += [_with_sums(made, each, found.pop(each.key, Counter())) for each in made.sessions]
    for place, sums in found.items():
        made.rows.append({"PK": place.pk, "SK": place.sk, "type": "SUM", "changes": 1, **sums})
    made.rows += ages.rows_of(clinic, made.drawer, [each for each in made.items if isinstance(each, Settlement)])


def _with_sums(made: History, session: DrawerDay, sums: Mapping[str, int]) -> Row:
    """A drawer's day with what its entries come to, which no attribute of its model names."""
    session.clinic_id, session.updated_at = made.scope.clinic_id, session.created_at
    raw = {name: value for name, value in session.serialize().items() if value != {"NULL": True}}
    return row_from_raw(raw) | {name: value for name, value in sums.items() if name.startswith(SUMS)}


def _commit(made: History) -> None:
    first = keys.document_number(made.scope.clinic_id, min(made.counters.values(), key=lambda each: each.year).name, 1)
    begun = get_rows(made.scope, [first])
    there = get_rows(made.scope, [each.key for each in made.items]) if begun else {}
    batch = Batch(made.scope)
    batch.put_rows(made.rows)
    for each in made.items:
        if each.key not in there:
            batch.put(each)
    batch.commit(Event(SET_UP, "CLINIC", made.scope.clinic_id, note=f"{len(made.invoices)} invoices"))
