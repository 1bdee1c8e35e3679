"""A newer version of a received document: it says which it follows, and offers nothing twice."""

import re

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients.models import Patient
from records.received import services
from records.services import mistakes
from tests.patients.pages import Pages
from tests.people import signed_in_client
from tests.records import cda_files as made
from tests.records.cda_files import document, section
from tests.records.test_received import file, keys_of, patient, take

__all__ = ["patient"]
pytestmark = pytest.mark.django_db
PENICILLIN, LATEX, NUTS = (made.allergy(each) for each in ("Penicillin", "Latex", "Nuts"))
SET = '<setId root="1.2.9" extension="S"/><versionNumber value="{}"/>'
PARENT = '<parentDocument><id root="1.2.3" extension="{}"/></parentDocument>'
RPLC = f'<relatedDocument typeCode="{{}}">{PARENT}</relatedDocument>'


def version(number: int, *entries: str, said: str | None = None) -> bytes:
    """Of a document, each of its own day."""
    whole = document(section("48765-2", "Allergies", *entries)).decode()
    whole = whole.replace('extension="D1"', f'extension="D{number}"').replace("20251103", f"2025110{number}")
    return whole.replace("<recordTarget>", f"{SET.format(number) if said is None else said}<recordTarget>").encode()


def page(scope: Scope, whose: Patient, ids: tuple[str, str]) -> str:
    pages = Pages(signed_in_client(scope.clinic_id, role=Role.DOCTOR), scope.clinic_id, whose)
    text = re.sub(r"\s+", " ", pages.text(f"chart/entries/{ids[0]}/documents/{ids[1]}/"))
    return text.replace(" .", ".").replace(" ;", ";")


def test_a_newer_version_leads_to_the_one_before_and_back(doctor: Scope, patient: Patient) -> None:
    first = file(doctor, patient, version(1, PENICILLIN))
    second = file(doctor, patient, version(2, PENICILLIN, LATEX))
    assert "A newer version of the one from 1 Nov 2025. New in it: 1 of 2 entries." in page(doctor, patient, second)
    assert "A newer version of it came: the one from 2 Nov 2025." in page(doctor, patient, first)
    assert "newer version" not in page(doctor, patient, file(doctor, patient, document()))


def test_what_was_taken_from_the_version_before_is_not_offered_again(doctor: Scope, patient: Patient) -> None:
    first = file(doctor, patient, version(1, PENICILLIN, NUTS))
    take(doctor, patient, first, "Penicillin")
    shown = page(doctor, patient, file(doctor, patient, version(2, PENICILLIN, LATEX, NUTS)))
    assert shown.count("Into the chart") == 2
    assert "Penicillin, 2011 In the chart Dr Amara Okafor" in shown
    assert shown.count("as in the version before") == 1
    assert "not in this one" not in shown


def test_what_was_taken_and_stands_in_the_newer_version_no_more_is_told(doctor: Scope, patient: Patient) -> None:
    first = file(doctor, patient, version(1, PENICILLIN, NUTS))
    take(doctor, patient, first, "Penicillin")
    shown = page(doctor, patient, file(doctor, patient, version(2, NUTS)))
    assert "Taken from the version before, and not in this one: Penicillin." in shown
    assert "No entry is new in it." in shown


def test_a_document_that_says_which_it_replaces_is_its_newer_version(doctor: Scope, patient: Patient) -> None:
    file(doctor, patient, version(1, PENICILLIN, said=""))
    assert "the one from 1 Nov 2025" in page(
        doctor, patient, file(doctor, patient, version(2, PENICILLIN, LATEX, said=RPLC.format("RPLC", "D1")))
    )
    third = file(doctor, patient, version(3, NUTS, said=RPLC.format("RPLC", "D2")))
    assert "the one from 2 Nov 2025. New in it: 1 of 1 entries" in page(doctor, patient, third)
    assert "newer version" not in page(
        doctor, patient, file(doctor, patient, version(4, NUTS, said=RPLC.format("APND", "D3")))
    )


def test_the_version_before_the_one_before_counts_too(doctor: Scope, patient: Patient) -> None:
    take(doctor, patient, file(doctor, patient, version(1, PENICILLIN)), "Penicillin")
    file(doctor, patient, version(2, PENICILLIN, LATEX))
    third = page(doctor, patient, file(doctor, patient, version(3, PENICILLIN, LATEX, NUTS)))
    assert "the one from 2 Nov 2025. New in it: 1 of 3 entries" in third
    assert "Penicillin, 2011 In the chart" in third


def test_a_version_that_came_late_is_the_older_one(doctor: Scope, patient: Patient) -> None:
    file(doctor, patient, version(2, PENICILLIN))
    assert "A newer version of it came: the one from 2 Nov 2025." in page(
        doctor, patient, file(doctor, patient, version(1, PENICILLIN))
    )


def test_a_version_in_error_is_none(doctor: Scope, patient: Patient) -> None:
    entry, id = file(doctor, patient, version(1, PENICILLIN))
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="patient")
    second = file(doctor, patient, version(2, PENICILLIN))
    assert "newer version" not in page(doctor, patient, second)
    assert keys_of(doctor, patient, second)
    assert services.found(doctor, patient, entry, id).state == "errored"
