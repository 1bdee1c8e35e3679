"""The pages that are measured, and how."""

import gzip
import random
import re
import statistics
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from tqdm import tqdm

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import open_clinic
from clinnet.table import Scope, connection, meter, reads, writes
from patients.demo.people import people
from patients.services import Newcomer, register_many
from tests.patients.pages import hidden
from tests.people import signed_in_client

CHUNK = 100
# Nobody asks whether an account still stands: those of the bench are in no pool, and a bench is long.
SETTINGS = {"ALLOWED_HOSTS": ["*"], "CLINNET_RECHECK_SECONDS": 1e9, "CLINNET_UNCONFIRMED_SECONDS": 1e9}
NOW = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)


Send = Callable[[], Any]


@dataclass(frozen=True)
class Ask:
    """One request. `prepare` does what comes before (a form's fresh token) and returns what is timed."""

    page: str
    prepare: Callable[[Client], Send]
    expected: int = 200


@dataclass
class Recorded:
    """The calls of one request, to be made again by the bare view; those side by side are in one list."""

    steps: list[list[tuple[str, dict[str, Any]]]]
    size: int = 0


bare = Recorded([])


def bare_view(request: HttpRequest) -> HttpResponse:
    """The same calls, the same number of bytes, and nothing else."""
    for calls in bare.steps:
        if len(calls) == 1:
            _again(*calls[0])
        else:
            reads.side_by_side(*(partial(_again, *call) for call in calls))
    return HttpResponse(b"x" * bare.size)


def _again(operation: Any, arguments: dict[str, Any]) -> None:
    connection.call(operation, **arguments)


def _without_conditions(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A recorded write that can be made again: what it put only if absent is there by now."""
    if operation == "PutItem":
        return {name: arguments[name] for name in ("TableName", "Item")}
    if operation != "TransactWriteItems":
        return arguments
    puts = [
        {"Put": {name: step["Put"][name] for name in ("TableName", "Item")}}
        for step in arguments["TransactItems"]
        if "Put" in step
    ]
    return {**arguments, "TransactItems": puts}


urlpatterns = [path("bare/", bare_view)]


def measure(size: int, repeat: int) -> Iterator[dict[str, Any]]:
    """One row for each page at this number of patients."""
    clinic = f"bench{size}"
    sample = _fill(clinic, size)
    client = signed_in_client(clinic, role=Role.RECEPTIONIST, headers={"accept-encoding": "gzip"})
    with override_settings(**SETTINGS):
        for ask in _asks(clinic, sample):
            yield {"page": ask.page, "patients": size, **_costs(client, ask, repeat)}


def _fill(clinic: str, size: int) -> Newcomer:
    """`size` invented patients; returns one who has a phone and a whole birth date."""
    scope = Scope.system("bench", clinic)
    open_clinic(scope, name="Bench", time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY")
    everybody = people(size, clinic=clinic, seed="bench", now=NOW, country="GB")
    newcomers = (Newcomer(each.id, clock.stamp(each.joined), each.data) for each in everybody)
    sample, chunk = None, []
    for each in tqdm(newcomers, total=size, desc=f"{size} patients", unit=" patients"):
        chunk.append(each)
        if each.data.get("phones") and len(each.data.get("birth_date", "")) == 10:
            sample = sample or each
        if len(chunk) == CHUNK:
            register_many(scope, chunk)
            chunk = []
    register_many(scope, chunk)
    if sample is None:
        raise ValueError("nobody to ask for")
    return sample


def _asks(clinic: str, sample: Newcomer) -> list[Ask]:
    home = f"/c/{clinic}"
    year, month, day = sample.data["birth_date"].split("-")
    tail = sample.data["phones"][0]["number"][-4:]

    def got(url: str) -> Callable[[Client], Send]:
        return lambda client: partial(client.get, home + url)

    def typed(text: str) -> Callable[[Client], Send]:
        htmx = {"hx-request": "true"}
        return lambda client: partial(client.post, f"{home}/patients/search/", {"q": text}, headers=htmx)

    return [
        Ask("landing", got("/")),
        Ask("search, one word", typed("gar")),
        Ask("search, two words", typed("garcia mar")),
        Ask("search, phone tail", typed(tail)),
        Ask("search, birth date", typed(f"{int(day)}/{int(month)}/{year}")),
        Ask("list", got("/patients/?letter=s")),
        Ask("patient page", got(f"/patients/{sample.id}/")),
        Ask("register, empty form", got("/patients/new/")),
        Ask("register, saved", lambda client: _saved(client, f"{home}/patients/new/"), 302),
    ]


def _saved(client: Client, url: str) -> Send:
    """A short registration with a fresh token and a name that nobody has."""
    form = gzip.decompress(client.get(url).content).decode()
    name = "".join(random.choices(string.ascii_lowercase, k=12))
    typed = {"family_name": name, "given_name": "Bench", "sex": "female"}
    return partial(client.post, url, {**hidden(form, url), **typed})


def _costs(client: Client, ask: Ask, repeat: int) -> dict[str, Any]:
    ask.prepare(client)()  # caches and templates warm
    bare.steps, answer = _recorded(ask.prepare(client))
    bare.size = len(answer.content)
    if answer.status_code != ask.expected:
        raise ValueError(f"{ask.page}: {answer.status_code}")
    counted = answer.headers.get("Server-Timing", '0 0;desc="0 in sequence of 0 0 0 0"')
    sequence, calls, read, floor, write = (float(each) for each in re.findall(r"[\d.]+", counted.partition("desc=")[2]))
    mine = [_timed(ask.prepare(client)) for _ in range(repeat)]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        theirs = [_timed(partial(Client().get, "/bare/")) for _ in range(repeat)]
    return {
        "calls_in_sequence": int(sequence),
        "calls": int(calls),
        "read_units": read,
        "read_floor": floor,
        "write_units": write,
        "ms_p50": round(statistics.median(mine), 1),
        "ms_bare_p50": round(statistics.median(theirs), 1),
        "bytes_compressed": len(answer.content),
    }


def _timed(send: Send) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    send()
    return (time.perf_counter() - began) * 1000


def _recorded(send: Send) -> tuple[list[list[tuple[str, dict[str, Any]]]], Any]:
    """The answer, and the calls to the table that it took: those side by side in one step."""
    steps: list[list[tuple[str, dict[str, Any]]]] = []
    original = connection.call
    together = [False]

    def record(operation: Any, **arguments: Any) -> dict[str, Any]:
        beside = meter.current().side_by_side
        kept = _without_conditions(operation, arguments)
        if beside and together[0]:
            steps[-1].append((operation, kept))
        else:
            steps.append([(operation, kept)])
        together[0] = beside
        return original(operation, **arguments)

    with mock.patch.object(connection, "call", record), mock.patch.object(writes, "call", record):
        return steps, send()
