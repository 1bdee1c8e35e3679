"""Names of a FHIR Patient become those that a clinic uses; the others are kept."""

from typing import Any

import pytest

from patients import fhir
from patients.fhir import BadResource, Resource
from patients.fhir.identity import UNNUMBERED
from tests.patients.fhir_said import TODAY, data, mapped


def test_what_is_written_as_plain_text_is_read_as_such() -> None:
    """As hand-made files do; else the patient would be called Unknown."""
    read = data(
        name="Berg, Anna",
        telecom=["07700 900123", "anna@x.org"],
        address="1 High St, Leeds",
        generalPractitioner="Dr Z",
    )
    assert (read["family_name"], read["given_name"], read["general_practitioner"]) == ("Berg", "Anna", "Dr Z")
    assert ([each["number"] for each in read["phones"]], read["email"]) == (["+447700900123"], "anna@x.org")
    assert read["address"] == {"line": "1 High St, Leeds"}


@pytest.mark.parametrize("line", ["Müller\uff0cAnna", "Müller\u3001Anna", "Müller; Anna"])
def test_a_wide_comma_parts_a_name_too(line: str) -> None:
    read = data(name=[{"text": line}])
    assert (read["family_name"], read["given_name"]) == ("Müller", "Anna")


def test_the_official_name_leads_and_the_others_are_kept() -> None:
    names = [
        {"use": "maiden", "family": "Windsor", "given": ["Anna"]},
        {"use": "official", "family": "Berg", "given": ["Anna", "Maria", "Eva"], "prefix": ["Dr"]},
        {"use": "usual", "given": ["Annie"]},
    ]
    read = data(name=names)
    del read["identifiers"]
    assert read == {
        "title": "Dr",
        "family_name": "Berg",
        "given_name": "Anna",
        "further_names": "Maria Eva",
        "preferred_name": "Annie",
        "other_names": ["Anna Windsor"],
        "sex": "unknown",
    }


def test_a_nickname_is_what_a_person_is_called() -> None:
    names = [{"family": "Berg", "given": ["Anna"]}, {"use": "nickname", "given": ["Nan"]}]
    assert data(name=names)["preferred_name"] == "Nan"


def test_a_usual_name_that_repeats_the_official_one_says_nothing_new() -> None:
    same = {"family": "Berg", "given": ["Anna"]}
    read = data(name=[{"use": "official", **same}, {"use": "usual", **same}])
    assert "preferred_name" not in read
    assert "other_names" not in read


def test_an_old_name_alone_is_better_than_none() -> None:
    names = [{"use": "old", "family": "Berg"}]
    assert data(name=names)["family_name"] == "Berg"


def test_a_name_that_ended_comes_after_one_that_did_not() -> None:
    names = [
        {"use": "official", "family": "Past", "period": {"end": "2001"}},
        {"use": "temp", "family": "Present"},
    ]
    assert data(name=names)["family_name"] == "Present"


@pytest.mark.parametrize(
    ("line", "family", "given", "further"),
    [
        ("Berg, Anna Maria", "Berg", "Anna", "Maria"),
        ("Anna Maria Berg", "Berg", "Anna", "Maria"),
        ("Pieter van den Berg", "van den Berg", "Pieter", ""),
        ("Sukarno", "Sukarno", "", ""),
        ("李伟", "李伟", "", ""),
    ],
)
def test_a_name_in_one_line_is_taken_apart(line: str, family: str, given: str, further: str) -> None:
    read = data(name=[{"text": line}])
    assert (read.get("family_name", ""), read.get("given_name", "")) == (family, given)
    assert read.get("further_names", "") == further


def test_a_title_in_one_line_is_a_title() -> None:
    assert data(name=[{"text": "Dr. Anna Berg"}])["title"] == "Dr."


@pytest.mark.parametrize("names", [None, [], [{}], [None], "", [{"use": "official"}], [{"family": " "}], 7])
def test_a_patient_without_a_name_is_refused(names: Any) -> None:
    with pytest.raises(BadResource, match="no name"):
        mapped(name=names)


def test_a_newborn_with_a_number_and_no_name_comes_in_as_unknown() -> None:
    assert data(name=None, identifier=[{"system": "urn:mrn", "value": "7"}])["family_name"] == "Unknown"


def test_a_card_of_a_family_and_a_word_for_no_number_join_nobody() -> None:
    read = data(
        identifier=[
            {"system": "http://ns.electronichealth.net.au/id/medicare-number", "value": "32788511952"},
            *(
                {"system": "urn:x", "value": each}
                for each in ("UNK", "TBD", "no NHS number", "1234567890", "xxx-xx-1234", "***1234", "nicht bekannt")
            ),
        ]
    )
    assert [(each["payer"], each["number"]) for each in read["policies"]] == [("Medicare", "32788511952")]
    assert [each["system"] for each in read["identifiers"]] == [UNNUMBERED]


def test_another_resource_is_not_a_patient() -> None:
    with pytest.raises(BadResource, match="Observation, not a Patient"):
        fhir.patient(Resource(kind="Observation", body={}), today=TODAY, country="GB")


def test_synthea_digits_go_and_other_digits_stay() -> None:
    names = [{"family": "O'Keefe54", "given": ["María del Carmen12", "Ana9"]}]
    ours = [{"system": "https://github.com/synthetichealth/synthea", "value": "s-1"}]
    read = data(name=names, identifier=ours)
    assert (read["family_name"], read["given_name"]) == ("O'Keefe", "María del Carmen")
    assert read["further_names"] == "Ana"
    assert data(name=names)["family_name"] == "O'Keefe54"


def test_a_suffix_has_no_field_and_is_kept() -> None:
    assert data(name=[{"family": "Berg", "suffix": ["Jr", "PhD"]}])["extra"]["Suffix"] == "Jr, PhD"
