"""Prescriptions on paper: what was issued at once, for the pharmacy."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients.models import Patient
from records.models import MED
from records.prescriptions.rows import sheets
from records.queries import whole
from records.services import ending, mistakes, prescribing
from records.services.recording import Moment
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.records.lined import record

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="[^"]*(chart/entries/\w+/prescriptions/\w+/)"')


@pytest.fixture
def here(doctor: Scope, register: Callable[..., Patient]) -> Pages:
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    address = {"line": "12 Canal Street", "city": "Northside", "postcode": "N1 2AB", "country": "GB"}
    patient = register(given_name="Pieter", family_name="van den Berg", birth_date="1954-11-08", address=address)
    return Pages(client, doctor.clinic_id, patient)


def read(here: Pages, page: str) -> str:
    answer = here.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return " ".join(" ".join(each.extract_text() for each in PdfReader(BytesIO(answer.content)).pages).split())


def test_a_medicine_is_printed_from_the_sentence_that_says_it_is_recorded(here: Pages) -> None:
    here.send("chart/", action="chart/add/", text="rx amoxicillin 500 tds 7d #21 x2")
    html = here.get("chart/").content.decode()
    (link,) = set(LINK.findall(html))
    assert re.search(rf'href="[^"]*{link}"[^>]* target="_blank" data-focus>Print<', html)
    text = read(here, link)
    for words in (
        "Pieter van den Berg, born 8 Nov 1954, no.",
        "12 Canal Street",
        "amoxicillin 500 mg",
        "1 three times a day for 7 days",
        "Quantity: 21, may be repeated 2 times",
        "1 medicine. Nothing follows.",
        "Dr Amara Okafor",
    ):
        assert words in text
    assert "printed from the chart" in plain(here.get("history/").content.decode())


def test_what_is_renewed_at_once_stands_on_one_sheet_with_one_number(here: Pages, doctor: Scope) -> None:
    chosen = [record(doctor, here.patient, f"rx {name} od 28d") for name in ("losartan 50", "metformin 1000")]
    moment = Moment(clock.new_id(), "Renewed")
    renewed = prescribing.renew(doctor, patient=here.patient, moment=moment, chosen=chosen).split()
    record(doctor, here.patient, "rx paracetamol 500 prn", entry=moment.entry_id)
    sheet, alone = sheets(whole(doctor, here.patient, moment.entry_id))
    assert {each.id for each in sheet} == set(renewed)
    texts = [read(here, f"chart/entries/{moment.entry_id}/prescriptions/{id}/") for id in renewed]
    assert texts[0] == texts[1]
    assert "2 medicines. Nothing follows." in texts[0]
    assert "paracetamol" not in texts[0]
    numbers = {re.search(r"RX-\w{4}-\w{4}", text)[0] for text in texts}  # type: ignore[index]  # it is there
    assert len(numbers) == 1
    assert alone[0].id not in renewed


def test_what_is_over_or_in_error_is_not_printed_again(here: Pages, doctor: Scope) -> None:
    entry, ids = clock.new_id(), []
    for name in ("losartan 50", "metformin 1000"):
        ids.append(record(doctor, here.patient, f"rx {name} od 28d", entry=entry))
    ending.end(doctor, patient=here.patient, entry_id=entry, recorded_id=ids[0], reason="needless")
    mistakes.enter_in_error(doctor, patient=here.patient, entry_id=entry, recorded_id=ids[1], reason="content")
    assert [each.kind for each in whole(doctor, here.patient, entry).recorded] == [MED, MED]
    for id in ids:
        assert here.get(f"chart/entries/{entry}/prescriptions/{id}/").status_code == 404
    assert not LINK.findall(here.get(f"chart/entries/{entry}/").content.decode())


def test_a_nurse_is_offered_no_prescription(here: Pages, doctor: Scope) -> None:
    entry = clock.new_id()
    record(doctor, here.patient, "rx losartan 50 od 28d", entry=entry)
    nurse = Pages(signed_in_client(doctor.clinic_id, role=Role.NURSE), doctor.clinic_id, here.patient)
    assert not LINK.findall(nurse.get(f"chart/entries/{entry}/").content.decode())
