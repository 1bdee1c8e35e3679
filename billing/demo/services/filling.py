"""The demo clinics' money: a catalogue, and a drawer that is open today. For seed alone."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from billing import demo, queries
from billing.bundles import queries as bundles
from billing.checkout.queries import usual_cover
from billing.checkout.services import check_out
from billing.claims.queries import open_claims
from billing.day_close import services as day_close
from billing.demo.services import history, visits
from billing.invoices.services.issuing import Provided
from billing.models import CARD, CASH, TRANSFER, CatalogItem, Drawer, DrawerDay, Payer
from billing.pricing.models import PriceList, TaxClass
from billing.rules import cash
from billing.takings.services import Taken
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import Item, Scope, find_row
from clinnet.table.errors import NotFound
from clinnet.table.kept import forget
from patients import exporting
from patients.demo.places import PAYERS
from patients.models import Patient
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.demo.services.setup import put_new

INSURERS, LETTERS = "insurers", "letters"  # ids: of a price list, of a tax class
FLOAT = 15_000  # of the minor unit
PATIENTS, EACH = 300, 2  # to how many people money was due, and how many invoices of each are made at most
BY = "Ana Ruiz"  # who is at the front desk


def fill(seeding: Seeding) -> Iterator[str]:
    """Of a demo clinic that is there; what is there already stays as it is."""
    scope = seeding.scope
    clinic = find_row(scope, Clinic.at(seeding.clinic)) if seeding.day else None
    if not clinic or not clinic.get("demo"):
        return
    zone = str(accounts.clinic(scope.clinic_id).time_zone)
    today = walltime.day_of(seeding.now, zone)
    if not queries.setup(scope).catalog:
        put_new(scope, [*_catalogue(scope, today), *_payers(scope)])
        forget()
        yield f"{clinic['name']} has a catalogue of {len(demo.SERVICES)} services."
    people = [each for batch in exporting.batches(scope) for each in batch] if seeding.people else []
    if people and not queries.drawers(scope):
        yield _before(seeding, people, today)
    desk = replace(scope, actor=replace(scope.actor, name=BY))
    _open(desk, today.isoformat())
    visits.bill_today(desk, today, seeding.seed)
    _sessions(desk, people, today.isoformat())
    _covered(desk, people, today.isoformat())


def _covered(desk: Scope, people: Sequence[Patient], today: str) -> None:
    """A package for the first whose policy holds: their payer's share of it is a claim."""
    known = queries.setup(desk)
    covers = ((each, usual_cover(known, each, today)) for each in people if not each.deceased_on)
    who, cover = next((each for each in covers if each[1]), (None, None))
    if who and demo.CHECKUP in known.catalog and not open_claims(desk):
        check_out(
            desk, patient=who, done=[Provided(known.catalog[demo.CHECKUP], today)], taken=Taken(CARD), cover=cover
        )


def _sessions(desk: Scope, people: Sequence[Patient], today: str) -> None:
    """Ten of physiotherapy for one person, three of them used."""
    who = next((each for each in people if each.family_name == demo.TEN_OF), None)
    sold = queries.setup(desk).catalog.get(demo.PHYS10)
    if who is None or sold is None or bundles.bundles(desk, who):
        return
    check_out(desk, patient=who, done=[Provided(sold, today)], taken=Taken(CARD))
    for _ in range(demo.USED):
        (bundle,) = bundles.bundles(desk, who)
        session = Provided(queries.setup(desk).catalog[bundle.covers], today, bundle=bundle, session=bundle.next)
        check_out(desk, patient=who, done=[session])


def _before(seeding: Seeding, everybody: Sequence[Patient], today: date) -> str:
    """The money of two years: of a clinic whose first drawer is still to be opened."""
    scope = seeding.scope
    clinic, known = accounts.clinic(scope.clinic_id), queries.setup(scope)
    people = [each for each in everybody if not each.deceased_on][:PATIENTS]
    recent = visits.of_the_week(scope, {each.id: each for each in everybody}, today)
    start = time.monotonic()
    count = history.write(
        scope,
        clinic,
        people,
        list(known.catalog.values()),
        today,
        drawer=day_close.first_id(scope),
        seed=seeding.seed,
        by=BY,
        invoices=min(history.INVOICES, EACH * seeding.patients),
        visits=recent,
    )
    return f"{clinic.name} has {count} invoices of two years: in {time.monotonic() - start:.1f} s."


def _catalogue(scope: Scope, today: date) -> Iterator[Item]:
    """Consultations cost more since New Year; what is taxed is so by its class."""
    types = {each.name: each.id for each in setup(scope).visit_types.values()}
    at = PriceList.at(scope.clinic_id, INSURERS)
    yield PriceList(pk=at.pk, sk=at.sk, id=INSURERS, name="Insurers")
    at, taxed = TaxClass.at(scope.clinic_id, LETTERS), next(each.rate for each in demo.SERVICES if each.rate)
    rates = [{"from": demo.SINCE, "rate": taxed}]
    yield TaxClass(pk=at.pk, sk=at.sk, id=LETTERS, name="Letters and reports", rates=rates)
    for each in demo.SERVICES:
        at = CatalogItem.at(scope.clinic_id, each.code)
        yield CatalogItem(
            pk=at.pk,
            sk=at.sk,
            id=each.code,
            name=each.name,
            rate=each.rate,
            category=each.category,
            active=True,
            is_own=bool(each.rate),
            prices=list(_prices(each, f"{today.year}-01-01")),
            tax_class_id=LETTERS if each.rate else None,
            parts=list(each.parts) or None,
            visit_type_ids=[types[name] for name in each.usual if name in types],
            sessions=each.sessions or None,
            covers=each.covers or None,
        )


def _prices(service: demo.Service, new_year: str) -> Iterator[dict[str, Any]]:
    """In the order of their first day."""
    rises = service.category == "Consultations"
    yield {"from": demo.SINCE, "price": service.price - demo.DEARER * rises}
    if rises:
        yield {"from": new_year, "price": service.price}
    if service.agreed:
        yield {"from": new_year, "price": service.agreed, "list": INSURERS}


def _payers(scope: Scope) -> Iterator[Item]:
    """The insurers of the demo's patients; the first of them has agreed on prices."""
    country = accounts.clinic(scope.clinic_id).country or ""
    for place, name in enumerate(PAYERS.get(country, ())):
        id = f"insurer-{place + 1}"
        at = Payer.at(scope.clinic_id, id)
        yield Payer(
            pk=at.pk, sk=at.sk, id=id, name=name, percent=demo.USUALLY, price_list_id=None if place else INSURERS
        )


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
