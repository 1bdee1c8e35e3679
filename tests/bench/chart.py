"""The chart of somebody with 10, 100 and 1,000 encounters; a note and its saving; the search of codes."""

import itertools
import re
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.test import Client, override_settings

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.contributions import Seeding
from clinnet.table import Scope
from patients.demo.people import people
from patients.services import Newcomer, register_many
from records.demo.story import Story, Told
from records.rules import icd
from records.services import seeding
from tests.bench.pages import NOW, SETTINGS, Ask, Send, _costs
from tests.people import signed_in_client

CLINIC, DOCTOR = "bench-chart", "amara.okafor"
TYPED = (
    "diab",
    "type 2 diab",
    "htn",
    "knee pain l",
    "acute bronch",
    "fracture radius",
    "asthma",
    "e11",
    "depress mild",
)
SOAP = (
    "Feels well. Burning feet at night now and then.",
    "142/86 sitting. Pulses felt, skin intact.",
    "Type 2 diabetes, stable.",
    "Go on as before. Seen again in three months.",
)


@dataclass(frozen=True)
class Charts:
    """Who has how many encounters, by that number."""

    scope: Scope
    of: dict[int, str]

    def url(self, encounters: int, path: str = "") -> str:
        return f"/c/{CLINIC}/patients/{self.of[encounters]}/chart/{path}"


def measure(repeat: int, sizes: tuple[int, ...] = (10, 100, 1_000)) -> Iterator[dict[str, Any]]:
    """One row for each page; the size is the number of encounters."""
    charts = _filled(sizes)
    client = signed_in_client(CLINIC, role=Role.DOCTOR, headers={"accept-encoding": "gzip"})
    with override_settings(**SETTINGS):
        for size in sizes:
            for ask, budget in _asks(charts, size):
                yield {"page": ask.page, "patients": len(sizes), "budget": budget, **_costs(client, ask, repeat)}


def _filled(sizes: tuple[int, ...]) -> Charts:
    scope = Scope.system("bench", CLINIC)
    open_clinic(scope, name="Bench", time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY")
    add_staff(scope, person=DOCTOR, username=DOCTOR, name="Dr Amara Okafor", roles=[Role.DOCTOR])
    them = list(people(len(sizes), clinic=CLINIC, seed="bench", now=NOW, country="GB"))
    register_many(scope, [Newcomer(each.id, clock.stamp(each.joined), each.data) for each in them])
    charts = Charts(scope, {size: each.id for size, each in zip(sizes, them, strict=True)})
    made = Seeding(CLINIC, NOW, "bench", patients=0, first_number=1, people=True, day=True)
    for size, id in charts.of.items():
        seeding.write(made, id, Story(tuple(_told(number) for number in range(size))))
    return charts


def _told(number: int) -> Told:
    return Told(1 + number * 3, "09:40", "Long-term review", DOCTOR, SOAP, f"bp {130 + number % 20}/84 p 72 w 93.1")


def _asks(charts: Charts, size: int) -> Iterator[tuple[Ask, str]]:
    chart = charts.url(size)
    yield Ask(f"chart, {size} encounters", lambda client: partial(client.get, chart)), "7"
    yield Ask(f"one of {size} encounters, opened in its row", partial(_entry, chart)), "2"
    yield Ask(f"note's page, {size} encounters", partial(_note, chart)), "40 kB"
    yield Ask(f"a kB of a note kept, {size} encounters", partial(_kept, chart, itertools.count(1))), "1 write"


def _entry(chart: str, client: Client) -> Send:
    id = re.search(r"/entries/(\w+)/", _html(client, chart))
    assert id
    return partial(client.get, f"{chart}entries/{id[1]}/", headers={"hx-request": "true"})


def _note(chart: str, client: Client) -> Send:
    return partial(client.get, client.get(f"{chart}note/")["Location"])


def _kept(chart: str, saves: Iterator[int], client: Client) -> Send:
    """As js/drafts.js sends it: each save names itself, and the one before."""
    html = _html(client, client.get(f"{chart}note/")["Location"])
    ticket, keep = re.search(r'data-draft="([^"]+)"', html), re.search(r'data-urls="\S+ (\S+)', html)
    assert ticket
    assert keep
    save = next(saves)
    fields, known = f'[["s","{"x" * 1000}"]]', f"bench {save - 1}" if save > 1 else ""
    typed = {"form": ticket[1], "fields": fields, "mark": f"bench {save}", "known": known}
    return partial(client.post, keep[1], typed)


def _html(client: Client, url: str) -> str:
    return client.get(url, headers={"accept-encoding": "identity"}).content.decode()


def rates() -> Iterator[tuple[str, str]]:
    """What the search of codes needs: lines for a person."""
    tracemalloc.start()
    icd.search("diabetes")
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    took = sorted(_searched(typed) for typed in TYPED for _ in range(40))
    worst = statistics.quantiles(took, n=20)[-1]
    yield "ICD-10-CM", f"{megabytes:.0f} MB; a search {statistics.median(took):.1f} ms, 95 of 100 under {worst:.1f} ms"


def _searched(typed: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    icd.search(typed)
    return (time.perf_counter() - began) * 1000
