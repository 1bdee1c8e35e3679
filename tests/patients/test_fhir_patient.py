"""A FHIR Patient becomes patient data; nothing that it says is lost without a word."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from patients import fhir
from patients.fhir import BadResource, Mapped, Resource, outgoing
from patients.fhir.identity import UNNUMBERED
from patients.fhir.person import ANOTHER

FIXTURES = Path(__file__).parent.parent / "fixtures" / "fhir"
TODAY = date(2026, 11, 22)
SSN = "http://hl7.org/fhir/sid/us-ssn"


def mapped(**fields: Any) -> Mapped:
    body = {"resourceType": "Patient", "name": [{"family": "Berg", "given": ["Anna"]}], **fields}
    return fhir.patient(Resource(kind="Patient", body=body), today=TODAY, country="GB")


def data(**fields: Any) -> dict[str, Any]:
    return dict(mapped(**fields).data)


def from_file(name: str) -> Mapped:
    resources = [each for each in fhir.read_file(FIXTURES / name) if isinstance(each, Resource)]
    return fhir.patient(next(each for each in resources if each.kind == "Patient"), today=TODAY, country="GB")


def coded(code: str, system: str = "http://terminology.hl7.org/CodeSystem/v2-0203") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


# Names


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


# Identifiers


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


# Reaching


def test_phones_keep_their_kind_and_the_best_rank_is_preferred() -> None:
    telecom = [
        {"system": "phone", "value": "020 7946 0001", "use": "home", "rank": 2},
        {"system": "sms", "value": "tel:07700 900123", "use": "mobile", "rank": 1},
        {"system": "phone", "value": "020 7946 0009", "use": "old"},
        {"system": "phone", "value": "020 7946 0008", "period": {"end": "2014"}},
    ]
    assert data(telecom=telecom)["phones"] == [
        {"number": "+442079460001", "kind": "home", "preferred": False},
        {"number": "+447700900123", "kind": "mobile", "preferred": True},
    ]


def test_a_phone_is_read_as_its_owners_country_writes_it() -> None:
    telecom = [{"system": "phone", "value": "617-555-0117"}]
    there = data(telecom=telecom, address=[{"city": "Boston", "country": "USA"}])
    assert there["phones"][0]["number"] == "+16175550117"


def test_the_same_phone_in_two_forms_stands_once_and_an_unreadable_country_rewrites_nothing() -> None:
    twice = [
        {"system": "phone", "value": "+44 7700 900301", "use": "mobile"},
        {"system": "sms", "value": "07700 900301"},
        {"system": "phone", "value": "020 7946 0301"},
    ]
    assert [each["number"] for each in data(telecom=twice)["phones"]] == ["+447700900301", "+442079460301"]
    assert data(telecom=twice[2:], address=[{"country": "Narnia"}])["phones"][0]["number"] == "020 7946 0301"
    mexican = mapped(telecom=[{"system": "phone", "value": "55 1234 5678"}], address=[{"country": "Mexico"}])
    assert mexican.data["phones"][0]["number"] == "+525512345678"
    assert mexican.completed_phones == {"MX": 1}


def test_a_second_address_and_a_fax_are_kept_aside() -> None:
    telecom = [
        {"system": "email", "value": "second@example.org", "rank": 2},
        {"system": "email", "value": "first@example.org", "rank": 1},
        {"system": "fax", "value": "555-0101"},
        {"value": "third@example.org"},
    ]
    read = data(telecom=telecom)
    assert read["email"] == "first@example.org"
    assert read["extra"] == {"Other e-mail": "second@example.org; third@example.org", "Fax": "555-0101"}


def test_the_address_is_the_one_to_write_to_now() -> None:
    addresses = [
        {"use": "work", "city": "Work"},
        {"use": "home", "line": ["5 Mill Lane", "Flat 2"], "city": "Leeds", "postalCode": "LS1 1AA"},
        {"use": "home", "city": "Past", "period": {"end": "2019-05"}},
    ]
    read = data(address=addresses)
    assert read["address"] == {"line": "5 Mill Lane, Flat 2", "city": "Leeds", "postcode": "LS1 1AA"}
    assert read["extra"] == {"Other address": "Work", "Former address": "Past"}


def test_an_address_in_one_line_is_kept_so() -> None:
    assert data(address=[{"text": "5 Mill Lane, Leeds"}])["address"] == {"line": "5 Mill Lane, Leeds"}


def test_the_preferred_language_leads() -> None:
    spoken = [
        {"language": {"text": "English"}},
        {"language": coded("pt_BR", "urn:ietf:bcp:47"), "preferred": True},
    ]
    read = data(communication=spoken)
    assert read["language"] == "pt-BR"
    assert read["extra"] == {"Other languages": "English"}


def test_a_contact_becomes_a_link_that_may_do_nothing_yet() -> None:
    contact = {
        "relationship": [coded("C"), {"text": "Mother"}],
        "name": {"family": "Berg", "given": ["Eva"]},
        "telecom": [{"system": "phone", "value": "07700 900456"}],
    }
    (link,) = data(contact=[contact])["links"]
    assert (link["kind"], link["name"], link["phone"]) == ("parent", "Eva Berg", "+447700900456")
    assert not any((link["messages"], link["books"], link["pays"], link["patient_id"]))


@pytest.mark.parametrize(
    ("written", "kind"),
    [("GUARD", "guardian"), ("WIFE", "partner"), ("DAUC", "child"), ("N", "other"), ("zzz", "other")],
)
def test_relations_are_read_from_their_codes(written: str, kind: str) -> None:
    contact = {"relationship": [coded(written)], "name": {"text": "Eva Berg"}}
    assert data(contact=[contact])["links"][0]["kind"] == kind


def test_a_past_contact_and_an_organisation_are_kept_aside() -> None:
    contacts = [
        {"name": {"text": "Eva Berg"}, "period": {"end": "2010"}},
        {"organization": {"display": "Harbour School"}},
    ]
    read = data(contact=contacts)
    assert "links" not in read
    assert read["extra"] == {"Former contact": "Eva Berg", "Contact organisation": "Harbour School"}


# Birth, sex, death


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


# What has no field


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
