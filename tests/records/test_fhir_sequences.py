"""Exports one after another, drawn by a seed: values move, are corrected, join reports, get another patient.

Whatever comes: a dry run says what the run does, the same file again changes nothing, and nothing stands twice. Where
each resource says its version, no earlier export changes anything.
"""

import random
import re
from collections import Counter
from typing import Any

import pytest

from clinnet.table import Key, Scope, get_rows
from patients.exporting import batches
from records import queries as charts
from records.fhir.shapes import unpacked
from records.models import ERRORED, OBS, PROB, RES
from tests.records.test_fhir_given import OTHER, UUID, of_other, own
from tests.records.test_fhir_values import Told, height, panel, sodium
from tests.records.test_fhir_versions import Bodies, about, potassium, told, weight

__all__ = ["told"]
BASES = (potassium(), sodium(), weight(), height())
VISIT = about("Encounter", UUID.format(90), status="finished", period={"start": "2020-01-02T09:00:00Z"})
SEEDS = (2, 4, 5, 9, 25, 30, 49, 56, 72, 73, 82, 111, 175)  # each of them found something


def value(rng: random.Random, number: int) -> dict[str, Any]:
    body = own(BASES[number - 1], number)
    body["valueQuantity"] = {**body["valueQuantity"], "value": rng.choice([5, 6, 7])}
    if rng.random() < 0.3:
        body["effectiveDateTime"] = "2020-01-03"
    if rng.random() < 0.2:
        body["encounter"] = {"reference": f"Encounter/{UUID.format(90)}"}
    if rng.random() < 0.12:
        body["status"] = "entered-in-error"
    return body


def export(rng: random.Random, step: int, *, versioned: bool) -> Bodies:
    bodies = [value(rng, number) for number in range(1, len(BASES) + 1) if rng.random() < 0.6]
    bodies += [VISIT] if rng.random() < 0.4 else []
    if rng.random() < 0.5:
        within = [UUID.format(number) for number in (1, 2) if rng.random() < 0.7]
        bodies.append(own(panel(*within), 7, effectiveDateTime=rng.choice(["2020-01-02", "2020-01-04"])))
    if rng.random() < 0.5:
        day = rng.choice(["2020-01-02", "2020-02-02"])
        bodies.append(own(about("Condition", "", code={"text": "Gout"}, recordedDate=day), 8))
    if versioned:
        bodies = [{**each, "meta": {"lastUpdated": f"2026-01-{step + 1:02}T00:00:00Z"}} for each in bodies]
    return [OTHER, *(map(of_other, bodies) if rng.random() < 0.25 else bodies)]


def twice(scope: Scope) -> dict[str, int]:
    """What stands more than once, in whatever charts."""
    found: Counter[str] = Counter()
    for patient in (each for batch in batches(scope) for each in batch):
        lines = [row for kind in (OBS, RES, PROB) for row in charts.of_kind(scope, patient, kind, 99)]
        places = [Key(row["PK"], row["SK"]) for row in lines if row.get("state") != ERRORED]
        for row in get_rows(scope, places).values() if places else ():
            kept = (each for each in unpacked(row["aside"]) if each.get("status") != "entered-in-error")
            found.update(f"{each['resourceType']}/{each['id']}" for each in kept)
    return {name: many for name, many in found.items() if many > 1}


def changes(said: str) -> bool:
    return any(word in said.rpartition("files:")[2] for word in (" new", "changed", "taken away"))


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_exports_follow_one_another_each_thing_stands_once(doctor: Scope, told: Told, seed: int) -> None:
    rng, versioned = random.Random(seed), seed % 2 == 0
    files = [export(rng, step, versioned=versioned) for step in range(4)]
    nameless = re.compile("[0-9A-Z]{26}")
    for bodies in files:
        before = nameless.sub("", told(bodies, dry_run=True))
        assert nameless.sub("", told(bodies)) == before
        assert not changes(told(bodies))
        assert twice(doctor) == {}
    if versioned:
        assert not [number for number, bodies in enumerate(files) if changes(told(bodies))]
