"""The people of a demo clinic: the cast of the demo day, and as many others as asked for. For seed alone."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from tqdm import tqdm

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import Scope, find_row, get_rows, keys
from clinnet.table.counters import draw
from patients import index
from patients.demo import cast, people
from patients.services.bulk import Newcomer, register_many

CHUNK = 100  # patients in one batch, with its event
AT_A_TIME = 2


def fill(seeding: Seeding) -> Iterator[str]:
    if not seeding.people:
        return
    started, scope = time.monotonic(), seeding.scope
    clinic = accounts.clinic(seeding.clinic)
    new = _register(scope, _everybody(seeding, clinic), seeding.patients, clinic.name)
    seconds = time.monotonic() - started
    rate = f", {new / seconds:.0f} a second" if new else ""
    yield f"{clinic.name} has its {seeding.patients} patients: {new} new in {seconds:.1f} s{rate}."


def _everybody(seeding: Seeding, clinic: Clinic) -> Iterator[Newcomer]:
    """In a fixed order, numbered in it: the same seed gives the same record numbers too."""
    scope, first = seeding.scope, seeding.first_number
    now = seeding.now.astimezone(ZoneInfo(clinic.time_zone))
    doctors = [each.id for each in accounts.practitioners(scope)]
    stars = cast(clinic=scope.clinic_id, now=now, doctors=doctors)[: seeding.patients]
    others = people(
        seeding.patients - len(stars),
        clinic=scope.clinic_id,
        seed=seeding.seed,
        now=now,
        country=clinic.country,
        doctors=doctors,
    )
    _keep_numbers(scope, first - 1 + seeding.patients)
    for number, each in enumerate(chain(stars, others), start=first):
        yield Newcomer(each.id, clock.stamp(each.joined), {**each.data, "mrn": f"{number:06d}"})


def _keep_numbers(scope: Scope, last: int) -> None:
    """The clinic's counter goes on behind the numbers that the demo people have."""
    row = find_row(scope, keys.counter(scope.clinic_id, "mrn"))
    drawn = row["n"] if row else 0
    if drawn < last:
        draw(scope, "mrn", last - drawn)


def _register(scope: Scope, everybody: Iterator[Newcomer], count: int, name: str) -> int:
    """Chunk by chunk, so that a hundred thousand are never in memory. Returns how many are new.

    While the engine writes one chunk, the next is put together: two at a time use both processors.
    """
    new = 0
    with tqdm(total=count, desc=name, unit=" patients", disable=None) as bar, ThreadPoolExecutor(AT_A_TIME) as pool:
        running: deque[Future[tuple[int, int]]] = deque()
        while chunk := list(islice(everybody, CHUNK)):
            running.append(pool.submit(_register_chunk, scope, chunk))
            if len(running) > AT_A_TIME:
                new += _finished(running.popleft(), bar)
        while running:
            new += _finished(running.popleft(), bar)
    return new


def _finished(work: "Future[tuple[int, int]]", bar: "tqdm[Any]") -> int:
    size, new = work.result()
    bar.update(size)
    return new


def _register_chunk(scope: Scope, chunk: list[Newcomer]) -> tuple[int, int]:
    """How many there were, and how many of them are new."""
    wanted = {each.id: index.unique_keys(scope.clinic_id, each.data) for each in chunk}
    held = get_rows(scope, [key for found in wanted.values() for key in found.values()])
    free = []
    for each in chunk:
        taken = {name for name, key in wanted[each.id].items() if key in held and held[key]["id"] != each.id}
        # Somebody else's by now: the record number is drawn then, a national id left out.
        data = {name: value for name, value in each.data.items() if name not in taken}
        free.append(Newcomer(each.id, each.joined, data))
    return len(chunk), register_many(scope, free)
