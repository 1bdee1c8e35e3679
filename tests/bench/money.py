"""Money's pages, and sixteen cashiers on one counter of numbers."""

import gzip
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.test import Client, override_settings

from billing import queries
from billing.catalog import services as catalog
from billing.checkout.services import check_out
from billing.day_close import services as day_close
from billing.demo.services import history
from billing.invoices.services.issuing import Provided
from billing.reports.rules import between
from billing.takings.services import Taken
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import open_clinic
from clinnet.table import Batch, Scope, get_rows, keys
from clinnet.table.errors import ClinnetError
from clinnet.table.meter import metered
from patients.demo.people import people
from patients.models import Patient
from patients.queries import folded
from patients.services import Newcomer, register_many
from tests.bench.pages import NOW, SETTINGS, Ask, Send, _costs
from tests.people import signed_in_client
from tests.scheduling.visiting import fields

ZONE, CODES = "Europe/London", ("CONS15", "FBC", "LETTER")
PEOPLE, CASHIERS, EACH = 60, 16, 6
INVOICES_EACH = 50  # of a person at most: a clinic with many has more people
MOST, FEW = 20_000, 1_000  # of a clinic with more than the first, the second are written, and their sums multiplied
SERVICES = 61  # besides: a report has a row for each


@dataclass
class Till:
    """A clinic with so many invoices of two years, an open drawer and a catalogue of three services."""

    scope: Scope
    patients: list[Patient]

    def url(self, path: str) -> str:
        return f"/c/{self.scope.clinic_id}/{path}"


def measure(repeat: int, sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """One row for each page; the size is the number of invoices."""
    with override_settings(**SETTINGS):
        for size in sizes:
            till = till_of(size)
            client = signed_in_client(till.scope.clinic_id, role=Role.ADMIN, headers={"accept-encoding": "gzip"})
            for ask, budget in _asks(till, size):
                if size > MOST and "report" not in ask.page:
                    continue  # it reads what was not written
                yield {
                    "page": ask.page,
                    "patients": len(till.patients),
                    "budget": budget,
                    **_costs(client, ask, repeat),
                }


def till_of(size: int) -> Till:
    clinic = f"till{size}"
    scope = Scope.system("bench", clinic)
    open_clinic(scope, name="Bench", time_zone=ZONE, locale="en-GB", country="GB", date_order="DMY")
    written = size if size <= MOST else FEW
    count = max(PEOPLE, written // INVOICES_EACH)
    them = list(people(count, clinic=clinic, seed="bench", now=NOW, country="GB"))
    register_many(scope, [Newcomer(each.id, clock.stamp(each.joined), each.data) for each in them])
    for code, price, rate in zip(CODES, (6500, 2400, 3000), (0, 0, 20_000), strict=True):
        catalog.save(scope, code=code, name=f"Service {code}", price=price, since="2020-01-01", rate=rate)
    for number in range(SERVICES):
        catalog.save(scope, code=f"S{number:02}", name=f"Service {number}", price=4000, since="2020-01-01")
    patients = [each for each in (folded(scope, one.id) for one in them) if not each.deceased_on]
    items = list(queries.setup(scope).catalog.values())
    history.write(
        scope,
        accounts.clinic(clinic),
        patients,
        items,
        clock.today(ZONE),
        drawer=day_close.first_id(scope),
        seed="bench",
        by="Bench",
        invoices=written,
    )
    _multiply(scope, size // written)
    day_close.open_drawer(scope, opening=15_000)
    return Till(scope, patients)


def _multiply(scope: Scope, times: int) -> None:
    """The sums of each month, and of each day, as they are with so many more invoices of the same kinds: all that a
    report reads of a clinic's past. What it bills is as many services, payers and people; only the figures are longer.
    """
    if times == 1:
        return
    today = clock.today(ZONE)
    days = [(today - timedelta(days=back)).isoformat() for back in range(history.DAYS + 1)]
    drawer = day_close.first_id(scope)
    places = [
        key(scope.clinic_id, day, drawer) for day in days for key in (keys.day_sum, keys.money_sum, keys.work_sum)
    ]
    places += [keys.drawer_day(scope.clinic_id, drawer, day) for day in days]
    batch, fixed = Batch(scope), ("version", "schema", "opening", "stays")
    for row in get_rows(scope, places).values():
        batch.put_row({name: value * times if _is_sum(name, value, fixed) else value for name, value in row.items()})
    batch.write()


def _is_sum(name: str, value: object, fixed: Sequence[str]) -> bool:
    return isinstance(value, int) and name not in fixed


def _asks(till: Till, size: int) -> Iterator[tuple[Ask, str]]:
    whom = itertools.cycle(till.patients)
    last = f"{clock.today(ZONE):%Y-%m}"
    yield (
        Ask(f"check-out page, {size} invoices", lambda client: partial(client.get, _checkout(till, next(whom)))),
        "6",
    )
    yield Ask(f"check out by card, {size} invoices", partial(_checked_out, till, whom), 302), "34 write"
    yield Ask(f"take money, {size} invoices", partial(_taken, till, whom), 302), "12 write"
    yield Ask(f"unpaid, {size} invoices", lambda client: partial(client.get, till.url("money/unpaid/"))), "2"
    report = till.url(f"money/reports/{last}/")
    yield Ask(f"month report, {size} invoices", lambda client: partial(client.get, report)), "12"
    first, end = (clock.today(ZONE) - timedelta(days=back) for back in (80, 11))
    days = till.url(f"money/reports/{between(first, end)}/")
    yield Ask(f"report of seventy days, {size} invoices", lambda client: partial(client.get, days)), "60"


def _checkout(till: Till, patient: Patient) -> str:
    return till.url(f"patients/{patient.id}/money/check-out/")


def _checked_out(till: Till, people: Iterator[Patient], client: Client) -> Send:
    """Two services by card, as they are sent after the sum was shown."""
    url = _checkout(till, next(people))
    html = gzip.decompress(client.get(url).content).decode()
    lines = {"code-0": "CONS15", "quantity-0": "1", "code-1": "FBC", "quantity-1": "1"}
    sent = fields(html[html.index("<main") :]) | lines | {"do": "look"}
    html = gzip.decompress(client.post(url, sent).content).decode()
    sent |= fields(html[html.index("<main") :]) | {"do": "take"}
    return partial(client.post, url, sent)


def _taken(till: Till, people: Iterator[Patient], client: Client) -> Send:
    patient = next(people)
    bill = check_out(till.scope, patient=patient, done=[_service(till)])
    url = till.url(f"patients/{patient.id}/money/{bill}/take/")
    html = gzip.decompress(client.get(url).content).decode()
    return partial(client.post, url, fields(html[html.index("<main") :]) | {"credit": ""})


def _service(till: Till) -> Provided:
    return Provided(queries.setup(till.scope).catalog["CONS15"], clock.today(ZONE).isoformat())


def rates() -> Iterator[tuple[str, str]]:
    """How long each of sixteen waits who check out at the same time: lines for a person."""
    till = till_of(50)
    jobs = [partial(_served, till, till.patients[number % len(till.patients)]) for number in range(CASHIERS * EACH)]
    with ThreadPoolExecutor(CASHIERS) as pool:
        found = list(pool.map(lambda job: job(), jobs))
    served = sorted(each for each in found if each)
    yield (
        f"{CASHIERS} cashiers, {len(jobs)} invoices",
        f"{len(served)} served, median {statistics.median(served):.2f} s, worst {served[-1]:.2f} s",
    )


def _served(till: Till, patient: Patient) -> float:
    """Seconds; 0 for who was not."""
    began = time.perf_counter()
    with metered():
        try:
            check_out(till.scope, patient=patient, done=[_service(till)], taken=Taken("card"))
        except ClinnetError:
            return 0
    return time.perf_counter() - began
