"""Whole collections that others made, and files that nobody would make."""

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import fhir
from patients.fhir import BadResource, Mapped, Problem, Resource

TODAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def collection(name: str) -> list[Path]:
    if not (SHARED / name).is_dir():
        pytest.skip(f"no {name} beside this checkout")
    return sorted((SHARED / name).glob("*.json"))


def patients_in(path: Path) -> list[Mapped]:
    found = list(fhir.read_file(path))
    assert not [each for each in found if isinstance(each, Problem)]
    kinds = [each for each in found if isinstance(each, Resource) and each.kind == "Patient"]
    return [fhir.patient(each, today=TODAY, country="US") for each in kinds]


def test_all_of_synthea_is_read() -> None:
    manifest = {
        each["file"]: each for each in json.loads((collection("synthea-r4")[0].parent / "MANIFEST.json").read_text())
    }
    for path in collection("synthea-r4"):
        if path.name not in manifest:
            continue
        (read,) = patients_in(path)
        expected = manifest[path.name]
        assert read.data["birth_date"] == expected["birthDate"]
        assert read.data["sex"] == expected["gender"]
        assert ("deceased_on" in read.data) is expected["deceased"]
        assert read.data["national_id"].startswith("999-")
        assert not read.notes


def test_every_published_example_is_read_or_refused_in_words() -> None:
    for path in collection("fhir-r4-examples"):
        for each in fhir.read_file(path):
            assert isinstance(each, Resource)
            if each.kind == "Patient":
                assert fhir.patient(each, today=TODAY, country="US").data["family_name"]
            else:
                with pytest.raises(BadResource, match="not a Patient"):
                    fhir.patient(each, today=TODAY, country="US")


NAMES = re.findall(
    r"\w+",
    """resourceType id entry resource name family given text use prefix suffix identifier system value type coding
    code display telecom rank period start end address line city birthDate _birthDate deceasedBoolean gender
    deceasedDateTime contact relationship extension modifierExtension url valueString valueCoding communication
    language preferred link other reference contained photo meta security active maritalStatus organization
    generalPractitioner managingOrganization multipleBirthInteger lastUpdated valueQuantity unit district""",
)
WORDS = st.sampled_from(
    ["Patient", "Bundle", "official", "old", "phone", "1985-03-14", "true", "M", "", "\ud800", "#a", "replaced-by"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS
KEYS = st.sampled_from(NAMES) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
PATIENT = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=10)


def assert_storable(value: Any) -> None:
    """Nothing that a table or a page would choke on: clean text, flags, lists and maps."""
    if isinstance(value, dict):
        for name, each in value.items():
            assert isinstance(name, str)
            assert_storable(each)
    elif isinstance(value, list):
        for each in value:
            assert_storable(each)
    elif not isinstance(value, bool):
        assert isinstance(value, str)
        value.encode()
        assert "\x00" not in value


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    with suppress(BadResource):
        for each in fhir.read(json.dumps(value)):
            assert isinstance(each, Resource | Problem)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(PATIENT)
def test_any_patient_is_mapped_or_refused(fields: dict[str, Any]) -> None:
    body = {"name": [{"family": "Berg"}], **fields, "resourceType": "Patient"}
    with suppress(BadResource):
        read = fhir.patient(Resource(kind="Patient", body=body), today=TODAY, country="US")
        assert_storable(read.data)
        assert read.data.get("national_id") or read.data.get("identifiers")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(BadResource):
        list(fhir.read(content))
