"""Phones, addresses, languages and contacts of a FHIR Patient."""

import pytest

from tests.patients.fhir_said import coded, data, mapped


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
