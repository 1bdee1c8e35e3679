"""An invoice opened and paid, as `tests/bench/gnu_health.sh` asks the same of GNU Health: lines for a person."""

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from django.test import override_settings

from billing import queries
from billing.checkout.services import check_out
from billing.invoices.services.issuing import Provided
from clinnet import clock
from clinnet.accounts.permissions import Role
from tests.bench.money import ZONE, till_of
from tests.bench.pages import SETTINGS
from tests.people import signed_in_client
from tests.scheduling.visiting import fields

OPENED, PAID, RUNS = 20, 12, 3
Bill = tuple[str, str]  # the patient's id and its own


def rates(invoices: int) -> Iterator[tuple[str, str]]:
    """Of a clinic with so many invoices of two services."""
    with override_settings(**SETTINGS):
        till = till_of(invoices)
        client, today = signed_in_client(till.scope.clinic_id, role=Role.ADMIN), clock.today(ZONE).isoformat()
        catalog = queries.setup(till.scope).catalog
        done = [Provided(catalog[code], today) for code in ("CONS15", "FBC")]
        people = itertools.islice(itertools.cycle(till.patients), OPENED + RUNS * PAID + 1)
        bills = [(each.id, check_out(till.scope, patient=each, done=done)) for each in people]

        def opened(bill: Bill) -> None:
            assert client.get(till.url(f"patients/{bill[0]}/money/{bill[1]}/")).status_code == 200

        def paid(bill: Bill) -> None:
            url = till.url(f"patients/{bill[0]}/money/{bill[1]}/take/")
            html = client.get(url).content.decode()
            answer = client.post(url, fields(html[html.index("<main") :]) | {"method": "card"})
            assert answer.status_code == 302

        for bill in bills[:5]:
            opened(bill)
        paid(bills.pop())
        for _ in range(RUNS):
            yield "Clinnet, open an invoice", _timed(opened, bills[:OPENED])
            yield "Clinnet, take a payment", _timed(paid, bills[-PAID:])
            del bills[-PAID:]


def _timed(do: Callable[[Bill], None], bills: Sequence[Bill]) -> str:
    found = []
    for bill in bills:
        wall, processor = time.perf_counter(), time.process_time()
        do(bill)
        found.append((time.perf_counter() - wall, time.process_time() - processor))
    wall, processor = (statistics.median(each[at] for each in found) * 1000 for at in (0, 1))
    return f"{wall:.1f} ms, processor {processor:.1f} ms, load {os.getloadavg()[0]:.1f}"
