"""Identifiers of a FHIR Patient: those of one person alone join two records."""

import pytest

from patients.fhir.identity import UNNUMBERED
from tests.patients.fhir_said import SSN, coded, data, mapped


def test_a_national_number_is_known_by_its_type_or_its_system() -> None:
    assert data(identifier=[{"type": coded("NNESP"), "value": "00000000T"}])["national_id"] == "00000000T"
    assert data(identifier=[{"system": SSN, "value": "999-14-9291"}])["national_id"] == "999-14-9291"
    assert data(identifier=[{"type": coded("NI"), "value": "N 1"}])["national_id"] == "N 1"


def test_a_record_number_elsewhere_is_an_identifier_and_a_candidate() -> None:
    read = mapped(identifier=[{"type": coded("MR"), "system": "urn:acme", "value": "12345"}])
    assert read.data["identifiers"] == [{"system": "urn:acme", "value": "12345", "label": "Medical record number"}]
    assert read.record_numbers == [("urn:acme", "12345")]
    assert "mrn" not in read.data


def test_a_number_that_a_family_shares_does_not_make_them_one_person() -> None:
    member = {"type": coded("MB"), "system": "urn:insurer", "value": "F77"}
    anna = mapped(identifier=[member])
    luis = mapped(identifier=[member], name=[{"family": "Berg", "given": ["Luis"]}])
    numbers = [(each["system"], each["value"]) for read in (anna, luis) for each in read.data["identifiers"]]
    assert len(set(numbers)) == 2
    assert anna.data["policies"][0]["number"] == "F77"


@pytest.mark.parametrize("value", ["000-00-0000", "999999999", "unknown", "N/A", "123-45-6789"])
def test_a_number_that_stands_for_nobody_joins_nobody(value: str) -> None:
    read = mapped(identifier=[{"system": SSN, "value": value}])
    assert read.data["identifiers"][0]["system"] == UNNUMBERED
    assert value in str(read.data["extra"]["Other numbers"])
    assert "national_id" not in read.data


def test_a_number_without_a_system_joins_nobody() -> None:
    read = mapped(identifier=[{"value": "12345", "type": coded("MR")}])
    assert read.data["identifiers"][0]["system"] == UNNUMBERED
    assert read.data["extra"] == {"Other numbers": "Medical record number 12345"}


def test_the_same_resource_id_in_two_hospitals_is_two_people() -> None:
    anna = mapped(id="1", birthDate="1980-01-01")
    again = mapped(id="1", birthDate="1980-01-01")
    other = mapped(id="1", birthDate="1980-01-02")
    assert anna.data["identifiers"] == again.data["identifiers"] != other.data["identifiers"]


def test_an_old_number_is_kept_as_old() -> None:
    read = data(identifier=[{"use": "old", "system": SSN, "value": "999-14-9291"}])
    assert "national_id" not in read
    assert read["identifiers"][0]["label"].endswith("(old)")


def test_a_new_export_of_the_same_is_not_a_change() -> None:
    first = mapped(meta={"versionId": "1", "lastUpdated": "2025-01-01T00:00:00Z"}, gender="female")
    second = mapped(meta={"versionId": "2"}, gender="female")
    changed = mapped(meta={"versionId": "2"}, gender="male")
    assert first.digest == second.digest != changed.digest
