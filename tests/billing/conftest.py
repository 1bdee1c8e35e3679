"""A desk with a catalogue and an open drawer, and the books held against themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from billing import queries
from billing.catalog import services as catalog
from billing.checkout.services import check_out
from billing.day_close import services as day_close
from billing.invoices.services.issuing import Provided
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import CatalogItem, DrawerDay
from billing.takings.services import Taken
from clinnet import clock
from clinnet.table import Scope
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.appointments.services import states
from scheduling.models import Appointment
from tests.scheduling.conftest import Desk, desk, make_desk, only_this_test

__all__ = ["desk", "make_desk", "only_this_test"]
ZONE = "Europe/London"
PAID = ("amount", "given", "also", "parts", "credit")


@dataclass
class Till:
    """A clinic that takes money: its desk, what it does, its drawer."""

    desk: Desk

    @property
    def scope(self) -> Scope:
        return self.desk.scope

    @property
    def today(self) -> str:
        return clock.today(ZONE).isoformat()

    @property
    def day(self) -> DrawerDay:
        drawer = queries.drawer(self.scope, day_close.first_id(self.scope))
        return queries.drawer_day(self.scope, drawer.id, drawer.open_day or drawer.closed_day or "")

    def item(self, code: str) -> CatalogItem:
        return queries.setup(self.scope).catalog[code]

    def provided(self, code: str, **more: Any) -> Provided:
        return Provided(self.item(code), self.today, **more)

    def visit(self, patient: Patient) -> Appointment:
        """One that is at its end."""
        appointment = self.desk.book("10:30", patient)
        states.finish(self.scope, appointment=appointment)
        return self.desk.again(appointment)

    def check_out(self, patient: Patient, *codes: str, method: str = "", **more: Any) -> Billed:
        is_paid = bool(method or more.get("parts"))
        taken = Taken(method, **{name: more.pop(name) for name in PAID if name in more})
        done = [self.provided(code) for code in codes or ("CONS15",)]
        id = check_out(
            more.pop("scope", self.scope), patient=patient, done=done, taken=taken if is_paid else None, **more
        )
        return ledger.billed(self.scope, patient.id, id)

    def again(self, billed: Billed) -> Billed:
        return ledger.billed(self.scope, billed.invoice.patient_id, billed.invoice.id)

    def owes(self, patient: Patient) -> int:
        return sum(each.balance for each in ledger.accounts(self.scope, patient))


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(Refused) as raised:
        yield
    assert words in raised.value.sentence


@pytest.fixture
def till(desk: Desk) -> Iterator[Till]:
    """At 10:31 on the desk's day."""
    with desk.clock_at(desk.at("10:31")):
        yield opened(desk)


def opened(desk: Desk) -> Till:
    since = "2020-01-01"
    for code, name, price, rate in (
        ("CONS15", "Consultation, 15 min", 6500, 0),
        ("FBC", "Full blood count", 2400, 0),
        ("LETTER", "Travel letter", 3000, 20_000),
    ):
        types = [desk.type("Follow-up").id] if code == "CONS15" else []
        catalog.save(desk.admin, code=code, name=name, price=price, since=since, rate=rate, visit_types=types)
    day_close.open_drawer(desk.scope, opening=15000)
    return Till(desk)


@pytest.fixture
def maria(desk: Desk) -> Patient:
    return desk.patient(birth_date="1985-03-14")
