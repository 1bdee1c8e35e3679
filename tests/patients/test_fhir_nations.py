"""Patients as nations' own profiles write them: the name that people use leads, and nothing is a code or cut unsaid."""

from typing import Any

import pytest

from patients.fhir.aside import CUT, LONGEST_ASIDE
from patients.fhir.person import ANOTHER, NO_DAY
from tests.patients.test_fhir_nothing_lost import aside, data, mapped

ISO = "http://hl7.org/fhir/StructureDefinition/iso21090-EN"


def spelt(code: str, family: str, given: str) -> dict[str, Any]:
    marks = [{"url": f"{ISO}-representation", "valueCode": code}]
    return {"use": "official", "family": family, "given": [given], "extension": marks}


def qualified(*names: tuple[str, str]) -> dict[str, Any]:
    marks = [{"extension": [{"url": f"{ISO}-qualifier", "valueCode": code}]} for _, code in names]
    return {"family": "de Vries", "given": [name for name, _ in names], "_given": marks}


def test_in_japan_the_name_as_it_is_written_leads_whatever_stands_first() -> None:
    read = data(name=[spelt("SYL", "ヤマダ", "タロウ"), spelt("ABC", "Yamada", "Taro"), spelt("IDE", "山田", "太郎")])
    assert (read["family_name"], read["given_name"]) == ("山田", "太郎")
    assert read["other_names"] == ["ヤマダ タロウ", "Taro Yamada"]


def test_dutch_initials_are_no_further_name_and_the_name_that_is_marked_is_what_they_are_called() -> None:
    read = data(name=[qualified(("Johanna", "BR"), ("Petronella", "BR"), ("J.P.", "IN"), ("Jo", "CL"))])
    assert (read["given_name"], read["preferred_name"]) == ("Johanna", "Jo")
    assert (read["further_names"], read["extra"]["Initials"]) == ("Petronella Jo", "J.P.")
    assert "further_names" not in data(name=[qualified(("Johanna", "BR"), ("J.", "IN"))])


@pytest.mark.parametrize(
    ("extension", "sex"),
    [
        ({"url": "http://x/us-core-sex", "valueCode": "248152002"}, "female"),
        ({"url": "http://x/us-core-individual-sex", "valueCoding": {"system": "x", "code": "248153007"}}, "male"),
        ({"url": "http://x/us-core-birthsex", "valueCode": "F"}, "female"),
        ({"url": "http://x/Extension-UKCore-BirthSex", "valueCodeableConcept": {"text": "Female"}}, "female"),
        ({"url": "http://x/us-core-sex", "valueCode": "asked-declined"}, "unknown"),
    ],
)
def test_a_nation_s_record_of_sex_is_read_where_no_other_is(extension: dict[str, Any], sex: str) -> None:
    assert data(extension=[extension])["sex"] == sex
    assert data(extension=[extension], gender="other")["sex"] == "other"
    assert "248152002" not in str(aside(extension=[extension]))


def test_how_a_contact_is_related_is_said_in_words() -> None:
    codes = [{"coding": [{"code": code}]} for code in ("C", "GRMTH")]
    told = aside(contact=[{"relationship": codes, "name": {"text": "Eva Berg"}}])
    assert told["Contacts in the file"] == "Eva Berg: emergency contact, grandmother"


def test_addresses_of_another_system_are_not_shown_as_whom_a_record_is_linked_to() -> None:
    assert aside(link=[{"type": "seealso", "other": {"reference": "Patient/9"}}]) == {"See also": ANOTHER}
    known = {"reference": "Patient/9", "display": "Ada Berg"}
    assert aside(link=[{"type": "seealso", "other": known}]) == {"See also": "Ada Berg"}


def test_what_is_too_long_says_that_it_is_cut() -> None:
    told = aside(extension=[{"url": "http://x/story", "valueString": "y" * 3000}])["Story"]
    assert (len(told), told.endswith(CUT)) == (LONGEST_ASIDE, True)
    assert mapped(address=[{"text": "z" * 400}]).notes == ["A line in address is too long; its beginning is kept."]
    assert mapped(address=[{"text": "z" * 100}]).notes == []


def test_a_death_of_which_only_the_lack_of_a_date_is_said_is_told() -> None:
    absent = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    read = mapped(_deceasedDateTime=absent)
    assert (read.notes, "deceased_on" in read.data) == ([NO_DAY], False)


def test_a_value_that_may_be_a_concept_or_a_reference_is_said_in_words() -> None:
    told = {"concept": {"text": "Fast"}}, {"reference": {"display": "Leaflet"}}
    assert [aside(instruction=each) for each in told] == [{"Instruction": "Fast"}, {"Instruction": "Leaflet"}]


@pytest.mark.parametrize(
    ("language", "kept"),
    [
        ({"text": "Deutsch"}, "de"),
        ({"text": "ESPAÑOL"}, "es"),
        ({"text": "中文"}, "zh"),
        ({"coding": [{"code": "iw"}]}, "he"),
        ({"coding": [{"code": "nb-NO"}]}, "no-NO"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "297504001", "display": "Turkish language"}]}, "tr"),
    ],
)
def test_a_language_is_known_by_its_own_name_and_its_older_codes(language: dict[str, Any], kept: str) -> None:
    assert data(communication=[{"language": language}])["language"] == kept


def test_further_languages_are_named_and_an_undetermined_one_says_nothing() -> None:
    spoken = [{"language": {"coding": [{"code": code}]}} for code in ("und", "pl", "de")]
    assert aside(communication=spoken) == {"Other languages": "German"}
