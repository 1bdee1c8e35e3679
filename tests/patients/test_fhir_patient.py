"""A FHIR Patient becomes patient data; nothing that it says is lost without a word."""

import json
from typing import Any

import pytest

from patients.fhir import outgoing
from patients.fhir.person import ANOTHER
from tests.patients.fhir_said import coded, data, from_file, mapped


@pytest.mark.parametrize("written", ["1985", "1985-03", "1985-03-14"])
def test_a_partial_birth_date_stays_partial(written: str) -> None:
    assert data(birthDate=written)["birth_date"] == written


@pytest.mark.parametrize("written", ["19850304", 19850304, "198503041030", "1985-3-4"])
def test_a_birth_date_of_hl7_v2_or_without_zeros_is_a_date(written: object) -> None:
    assert data(birthDate=written)["birth_date"] == "1985-03-04"


def test_a_birth_date_with_a_time_is_a_date() -> None:
    assert data(birthDate="1985-03-14T00:00:00Z")["birth_date"] == "1985-03-14"


@pytest.mark.parametrize(
    "written", ["2026-11-23", "2027", "1985-02-30", "1895-12-31", "14/3/1985", "0000-00-00", "1", 7, {}]
)
def test_an_impossible_birth_date_is_kept_aside_and_said(written: Any) -> None:
    read = mapped(birthDate=written)
    assert "birth_date" not in read.data
    assert read.notes == ["The birth date cannot be true; kept aside."]


def test_the_present_year_is_not_the_future() -> None:
    assert data(birthDate="2026")["birth_date"] == "2026"


@pytest.mark.parametrize(("written", "sex"), [("female", "female"), ("M", "male"), (None, "unknown"), (3, "unknown")])
def test_gender_is_the_sex_we_know(written: Any, sex: str) -> None:
    assert data(gender=written)["sex"] == sex


def test_a_death_is_never_dropped_for_want_of_a_date() -> None:
    assert data(deceasedDateTime="2020-05-01T10:00:00+02:00")["deceased_on"] == "2020-05-01"
    assert data(deceasedDateTime="2020")["deceased_on"] == "2020"
    assert data(deceasedBoolean=True, meta={"lastUpdated": "2024-02-03T04:05:06Z"})["deceased_on"] == "2024-02-03"
    assert data(deceasedBoolean=True)["deceased_on"] == "2026-11-22"
    assert data(deceasedDateTime="soon")["deceased_on"] == "2026-11-22"
    assert data(deceasedBoolean=False)["deceased_on"] == ""  # said to be alive
    assert "deceased_on" not in data(deceasedDateTime="", birthDate="")


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ({"deceasedBoolean": "true"}, "2026-11-22"),
        ({"deceasedBoolean": "false"}, ""),
        ({"deceased": True}, "2026-11-22"),
        ({"deceased": "2019-05"}, "2019-05"),
        ({"deceasedString": "yes"}, "2026-11-22"),
        ({"deceasedString": "in hospital, of a stroke"}, "2026-11-22"),
        ({"deceasedPeriod": {"start": "2019-01", "end": "2019-02"}}, "2019-02"),
        ({"deceasedAge": {"value": 80, "unit": "a"}}, "2026-11-22"),
    ],
)
def test_a_death_in_another_form_is_one(said: dict[str, Any], on: str) -> None:
    assert data(**said)["deceased_on"] == on


def test_unknown_extensions_are_kept_in_words() -> None:
    extensions = [
        {"url": "https://example.org/ext/favouriteColour", "valueString": "blue"},
        {"url": "https://example.org/ext/seen", "valueDateTime": "2020-01-01"},
        {
            "url": "https://example.org/ext/nested",
            "extension": [
                {"url": "level", "valueInteger": 3},
                {"url": "by", "valueReference": {"display": "Dr Hall"}},
            ],
        },
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-religion", "valueCodeableConcept": coded("1041", "x")},
    ]
    assert data(extension=extensions)["extra"] == {
        "Favourite colour": "blue",
        "Seen": "2020-01-01",
        "Nested": "Level: 3; By: Dr Hall",
        "Patient religion": "1041",
    }


def test_unknown_elements_are_kept_in_words() -> None:
    assert data(shoeSize={"value": 42, "unit": "EU"}, _gender={"id": "g"}, oddity=[1, "two"])["extra"] == {
        "Shoe size": "42 EU",
        "Oddity": "1; two",
    }


def test_what_is_kept_aside_never_outgrows_the_patient() -> None:
    many = [{"url": f"https://example.org/{n}", "valueString": "x" * 5000} for n in range(39)]
    extra = data(extension=many)["extra"]
    assert sum(len(name) + len(words) for name, words in extra.items()) < 21_000
    assert "38" in extra["Left out"]


def test_a_mark_that_is_not_understood_is_shown_to_everybody() -> None:
    read = mapped(modifierExtension=[{"url": "https://example.org/isFictional", "valueBoolean": True}])
    assert "Is fictional" in read.data["alerts"][0]["text"]
    assert read.notes


def test_inactive_replaced_restricted_and_test_records_stay_what_they_were() -> None:
    assert data(active=False)["archived"]["reason"] == "Not active in the file it came from"
    replaced = data(link=[{"type": "replaced-by", "other": {"reference": "Patient/2"}}])
    assert replaced["archived"]["reason"].startswith("Replaced")
    assert replaced["extra"] == {"Replaced by": ANOTHER}
    assert data(meta={"security": [{"code": "R"}]})["restricted"] is True
    assert data(meta={"security": [{"code": "HTEST"}]})["test"] is True


def test_a_file_like_epics_is_read_whole() -> None:
    read = from_file("searchset-epic-like.json")
    assert read.data["given_name"] == "Alva"
    assert read.data["gender_identity"] == "Identifies as male"
    assert [phone["number"] for phone in read.data["phones"] if phone["preferred"]] == ["+16085550117"]
    assert read.data["address"]["line"] == "134 Elmstead, Apt 4"
    assert read.data["links"][0]["kind"] == "partner"
    assert read.data["general_practitioner"] == "Physician Family Medicine, MD"
    assert read.record_numbers == [("urn:oid:1.2.840.114350.1.14", "203713")]
    assert {"system": "urn:oid:1.2.840.114350.1.2", "value": "Z6127", "label": "EXTERNAL"} in read.data["identifiers"]
    assert read.data["extra"]["Legal sex"] == "female"


def test_a_file_like_hapis_is_read_whole() -> None:
    read = from_file("transaction-hapi-like.json")
    assert read.data["preferred_name"] == "Hania"
    assert read.data["other_names"] == ["Hanna Wiśniewska"]
    assert (read.data["language"], read.data["interpreter"], read.data["restricted"]) == ("pl", True, True)
    assert read.data["general_practitioner"] == "Dr Priya Nair"
    assert read.data["deceased_on"] == "2025-11-04"
    assert read.data["national_id"] == "00000000124"
    assert read.data["policies"] == [{"payer": "Insurance", "number": "FAMILY-77", "valid_from": "", "valid_until": ""}]
    extra = read.data["extra"]
    assert extra["Managing organisation"] == "Lakeside Surgery"
    assert extra["Photo"] == "1 in the file, not imported (image/jpeg)"
    assert extra["Favourite chair"] == "2.5 m"
    assert extra["Multiple birth"] == "number 2"


def test_markup_stays_text_and_direction_marks_go() -> None:
    read = data(name=[{"family": "<script>alert(1)</script>", "given": ["An\u202ena\x00"]}])
    assert read["family_name"] == "<script>alert(1)</script>"
    assert read["given_name"] == "An na"


def test_nothing_of_a_patient_is_in_a_repr() -> None:
    assert "Berg" not in repr(mapped())
    assert json.dumps(mapped().data)


@pytest.mark.parametrize("way", ["sms", "email", ""])
def test_by_what_somebody_wants_messages_is_the_same_after_an_export(way: str) -> None:
    told: Any = {
        "family_name": "Berg",
        "email": "anna@example.org",
        "reach_by": way,
        "phones": [
            {"number": "+442079460101", "kind": "home", "preferred": False},
            {"number": "+447700900123", "kind": "mobile", "preferred": True},
        ],
    }
    read = data(telecom=outgoing.patient("1", told, "c")["telecom"])
    assert (read.get("reach_by", ""), read["phones"], read["email"]) == (way, told["phones"], told["email"])


def test_a_file_without_text_messages_says_nothing_of_how_somebody_is_told() -> None:
    assert "reach_by" not in data(telecom=[{"system": "email", "value": "anna@example.org", "rank": 1}])
