"""The demo clinics' money: a catalogue, and a drawer that is open today. For seed alone."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from billing import demo, queries
from billing.bundles import queries as bundles
from billing.checkout.services import check_out
from billing.day_close import services as day_close
from billing.demo.services import history
from billing.invoices.services.issuing import Provided
from billing.models import CARD, CASH, TRANSFER, CatalogItem, Drawer, DrawerDay
from billing.rules import cash
from billing.takings.services import Taken
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import Scope, find_row
from clinnet.table.errors import NotFound
from clinnet.table.kept import forget
from patients import exporting
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.demo.services.setup import put_new

FLOAT = 15_000  # of the minor unit
PATIENTS, EACH = 300, 2  # to how many people money was due, and how many invoices of each are made at most
BY = "Ana Ruiz"  # who is at the front desk


def fill(seeding: Seeding) -> Iterator[str]:
    """Of a demo clinic that is there; what is there already stays as it is."""
    scope = seeding.scope
    clinic = find_row(scope, Clinic.at(seeding.clinic)) if seeding.day else None
    if not clinic or not clinic.get("demo"):
        return
    if not queries.setup(scope).catalog:
        put_new(scope, list(_catalogue(scope)))
        forget()
        yield f"{clinic['name']} has a catalogue of {len(demo.SERVICES)} services."
    zone = str(accounts.clinic(scope.clinic_id).time_zone)
    today = walltime.day_of(seeding.now, zone)
    if seeding.people and not queries.drawers(scope):
        yield _before(seeding, today)
    desk = replace(scope, actor=replace(scope.actor, name=BY))
    _open(desk, today.isoformat())
    if seeding.people:
        _sessions(desk, today.isoformat())


def _sessions(desk: Scope, today: str) -> None:
    """Ten of physiotherapy for one person, three of them used."""
    everybody = (each for batch in exporting.batches(desk) for each in batch)
    who = next((each for each in everybody if each.family_name == demo.TEN_OF), None)
    sold = queries.setup(desk).catalog.get(demo.PHYS10)
    if who is None or sold is None or bundles.bundles(desk, who):
        return
    check_out(desk, patient=who, done=[Provided(sold, today)], taken=Taken(CARD))
    for _ in range(demo.USED):
        (bundle,) = bundles.bundles(desk, who)
        session = Provided(queries.setup(desk).catalog[bundle.covers], today, bundle=bundle, session=bundle.next)
        check_out(desk, patient=who, done=[session])


def _before(seeding: Seeding, today: date) -> str:
    """The money of two years: of a clinic whose first drawer is still to be opened."""
    scope = seeding.scope
    clinic, known = accounts.clinic(scope.clinic_id), queries.setup(scope)
    people = [each for batch in exporting.batches(scope) for each in batch if not each.deceased_on][:PATIENTS]
    start = time.monotonic()
    count = history.write(
        scope, clinic, people, list(known.catalog.values()), today, drawer=day_close.first_id(scope), seed=seeding.seed,
        by=BY, invoices=min(history.INVOICES, EACH * seeding.patients),
    )  # fmt: skip
    return f"{clinic.name} has {count} invoices of two years: in {time.monotonic() - start:.1f} s."


def _catalogue(scope: Scope) -> Iterator[CatalogItem]:
    types = {each.name: each.id for each in setup(scope).visit_types.values()}
    for each in demo.SERVICES:
        at = CatalogItem.at(scope.clinic_id, each.code)
        yield CatalogItem(
            pk=at.pk, sk=at.sk, id=each.code, name=each.name, rate=each.rate, category=each.category, active=True,
            prices=[{"from": demo.SINCE, "price": each.price}],
            visit_type_ids=[types[name] for name in each.usual if name in types],
            sessions=each.sessions or None, covers=each.covers or None,
        )  # fmt: skip


def _open(scope: Scope, today: str) -> None:
    """Today's drawer, by whoever is at the desk; one of an earlier day is counted as it should be, and closed."""
    try:
        drawer = queries.drawer(scope, day_close.first_id(scope))
    except NotFound:
        day_close.open_drawer(scope, opening=FLOAT)
        return
    if drawer.open_day and drawer.open_day < today:
        _close(scope, drawer, queries.drawer_day(scope, drawer.id, drawer.open_day))
        drawer = queries.drawer(scope, day_close.first_id(scope))
    if not drawer.open_day:
        day_close.open_drawer(scope, drawer=drawer, opening=int(drawer.stays) or FLOAT)


def _close(scope: Scope, drawer: Drawer, day: DrawerDay) -> None:
    pieces, left = {}, day.expected(CASH)
    for kind in cash.kinds(accounts.clinic(scope.clinic_id).money):
        pieces[kind], left = divmod(left, kind)
    day_close.count(scope, session=day, pieces=pieces, card=day.expected(CARD), transfer=day.expected(TRANSFER))
    day = queries.drawer_day(scope, drawer.id, day.day)
    day_close.close(scope, drawer=drawer, session=day, stays=min(FLOAT, int((day.counted or {})[CASH])), reason="Demo")
