"""Pictures and PDFs of a chart: kept once, without what a camera writes into its file, and looked at by a doctor."""

import io
import re
from base64 import b64encode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from clinnet import clock, files
from clinnet.accounts.permissions import Role
from clinnet.table import Once, Scope
from clinnet.table.errors import NotFound, Unavailable
from patients.models import Patient
from records import queries as charts
from records.fhir.writing import MAKERS, Thing
from records.lines import DocumentLine
from records.received import queries, services
from records.received.forms import OTHER
from records.received.services import filing
from records.rules import said
from records.services import mistakes
from records.services.recording import Moment
from tests.conftest import Register
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.records.cda_files import Who, document
from tests.records.pictures import photo
from tests.records.test_received import full, refused

PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14")


def filed(scope: Scope, patient: Patient, data: bytes, title: str = "Left heel") -> tuple[DocumentLine, str, str]:
    moment = Moment(clock.new_id(), "Document")
    id = filing.file_away(scope, patient=patient, moment=moment, data=data, title=title)
    item = services.found(scope, patient, moment.entry_id, id)
    return DocumentLine.unpack(item.content), moment.entry_id, id


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_picture_nothing_is_kept_but_what_is_seen(doctor: Scope, patient: Patient, kind: str) -> None:
    line, _, _ = filed(doctor, patient, photo(kind=kind))
    for key in (line.file, line.thumb):
        with Image.open(io.BytesIO(files.read(filing.KIND, key))) as kept:
            assert (kept.format, dict(kept.getexif())) == ("JPEG", {})
            assert kept.height > kept.width  # it stands upright
    assert line.media == "image/jpeg"


def test_a_small_picture_stands_in_the_list_and_a_large_one_on_its_page(doctor: Scope, patient: Patient) -> None:
    line, _, _ = filed(doctor, patient, photo((4000, 3100)))
    sizes = [Image.open(io.BytesIO(files.read(filing.KIND, key))).size for key in (line.file, line.thumb)]
    assert [max(each) for each in sizes] == [filing.SIDE, filing.SMALL]


def test_colours_stay_as_they_are_meant(doctor: Scope, patient: Patient) -> None:
    """A phone's reds are wider than a screen's: without their profile a wound looks pale."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "firebrick").save(out, "PNG", icc_profile=b"a profile")
    line, _, _ = filed(doctor, patient, out.getvalue())
    with Image.open(io.BytesIO(files.read(filing.KIND, line.file))) as kept:
        assert kept.info["icc_profile"] == b"a profile"


def test_a_small_picture_has_no_profile_that_is_larger_than_itself(doctor: Scope, patient: Patient) -> None:
    """A scanner's has hundreds of kilobytes: the list of a chart would load it with each picture."""
    for size, kept_in in ((600, [True, True]), (300_000, [True, False]), (1_100_000, [False, False])):
        out = io.BytesIO()
        Image.new("RGB", (40, 40), "firebrick").save(out, "JPEG", icc_profile=bytes(size))
        line, _, _ = filed(doctor, patient, out.getvalue())
        found = [Image.open(io.BytesIO(files.read(filing.KIND, key))).info for key in (line.file, line.thumb)]
        assert ["icc_profile" in each for each in found] == kept_in


def test_a_pdf_is_kept_as_it_came(doctor: Scope, patient: Patient) -> None:
    line, _, _ = filed(doctor, patient, PAPER)
    assert (line.media, line.thumb, files.read(filing.KIND, line.file)) == ("application/pdf", "", PAPER)


def test_the_same_file_stands_once(doctor: Scope, patient: Patient) -> None:
    filed(doctor, patient, PAPER)
    with refused("already"):
        filed(doctor, patient, PAPER)


def test_what_was_entered_in_error_may_be_filed_again_once(doctor: Scope, patient: Patient) -> None:
    """With its right title, as a tired person does."""
    for title in ("Right heel", "Left heel"):
        line, entry, id = filed(doctor, patient, PAPER, title)
        assert line.title == title
        with refused("already"):
            filed(doctor, patient, PAPER)
        mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="content")


def test_of_a_form_that_is_sent_twice_at_once_the_second_leaves_no_file(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, moment = Once("a" * 24, "digest"), Moment(clock.new_id(), "Document")
    put, gone, ids = files.put, list[str](), list[str]()

    def file() -> None:
        ids.append(filing.file_away(doctor, patient=patient, moment=moment, data=PAPER, once=once))

    def while_it_is_stored(kind: files.Kind, data: bytes) -> str:
        monkeypatch.setattr(files, "put", put)
        file()
        return put(kind, data)

    monkeypatch.setattr(files, "put", while_it_is_stored)
    monkeypatch.setattr(files, "drop", gone.append)
    file()
    assert (len(set(ids)), len(gone)) == (1, 1)
    item = services.found(doctor, patient, moment.entry_id, ids[0])
    assert DocumentLine.unpack(item.content).file not in gone


@pytest.mark.parametrize("data", [photo()[:400], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_picture_is_refused_and_nothing_is_left(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    stored: list[str] = []
    monkeypatch.setattr(files, "put", lambda kind, data: stored.append(kind.folder))
    with refused("picture"):
        filed(doctor, patient, data)
    assert stored == []


def test_where_the_chart_refuses_its_files_go_too(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(files, "drop", gone.append)

    def refuse(*given: Any, **named: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(services, "recorded", refuse)
    with pytest.raises(Unavailable):
        filed(doctor, patient, photo())
    assert len(gone) == 2


def test_what_a_nurse_files_waits_for_a_doctor_and_what_a_doctor_files_for_nobody(
    doctor: Scope, nurse: Scope, patient: Patient
) -> None:
    filed(doctor, patient, PAPER)
    assert queries.to_read(doctor)().rows == []
    _, entry, id = filed(nurse, patient, photo())
    assert [row["id"] for row in queries.to_read(doctor)().rows] == [id]
    services.look_at_document(doctor, patient=patient, entry_id=entry, document_id=id)
    assert queries.to_read(doctor)().rows == []
    (newest, _) = charts.of_kind(doctor, patient, "FILE", 9)
    assert newest["line"]["t"] == "Left heel"


def test_its_words_say_what_it_is_and_it_goes_out_as_a_reference(doctor: Scope, patient: Patient) -> None:
    line, entry, id = filed(doctor, patient, photo())
    item = services.found(doctor, patient, entry, id)
    assert said.document(line).startswith("Picture: Left heel, ")
    assert said.document(DocumentLine(media="application/pdf")) == "PDF"
    (body,) = MAKERS["FILE"](Thing("FILE", id, entry, item.at_time, item.content))
    assert body["content"] == [{"attachment": {"contentType": "image/jpeg", "title": "Left heel"}}]


def holding(data: bytes, **given: str) -> bytes:
    """A document with a file in place of its text."""
    more = "".join(f' {name}="{value}"' for name, value in given.items())
    text = f'<text representation="B64"{more}>{b64encode(data).decode()}</text>'
    body = f"<component><nonXMLBody>{text}</nonXMLBody></component>"
    return document(title="Discharge letter", who=Who("1", "Berg", "Pieter", "19540314"), body=body)


def test_the_pdf_that_a_document_holds_is_filed_beside_it_once(doctor: Scope, patient: Patient) -> None:
    moment = Moment(clock.new_id(), "Document")
    id = services.receive(doctor, patient=patient, moment=moment, data=holding(PAPER))
    filed_id = filing.file_enclosed(doctor, patient=patient, entry_id=moment.entry_id, document_id=id)
    line = DocumentLine.unpack(services.found(doctor, patient, moment.entry_id, filed_id).content)
    assert (line.title, files.read(filing.KIND, line.file)) == ("Discharge letter", PAPER)
    with refused("already"):
        filing.file_enclosed(doctor, patient=patient, entry_id=moment.entry_id, document_id=id)


@pytest.mark.parametrize("data", [holding(b"plain words"), holding(PAPER, compression="DF"), full()])
def test_what_holds_no_picture_or_pdf_has_nothing_to_file(doctor: Scope, patient: Patient, data: bytes) -> None:
    moment = Moment(clock.new_id(), "Document")
    id = services.receive(doctor, patient=patient, moment=moment, data=data)
    with pytest.raises(NotFound):
        filing.file_enclosed(doctor, patient=patient, entry_id=moment.entry_id, document_id=id)


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def here(doctor: Scope, patient: Patient, db: None) -> Pages:
    return Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, patient)


def test_a_picture_is_added_seen_in_its_entry_and_opened_by_a_link_of_a_minute(here: Pages) -> None:
    sent = SimpleUploadedFile("IMG_1.jpg", photo(), "image/jpeg")
    page = here.send("chart/documents/new/", file=sent, title="Left heel").headers["location"]
    shown = here.client.get(page).content.decode()
    assert "Picture: Left heel, " in shown
    (address,) = set(re.findall(r'src="([^"]+/files/[^"]+/)"', shown))
    answer = here.client.get(address)
    assert (answer.status_code, "X-Amz-Expires=60" in answer.headers["location"]) == (302, True)
    entry = re.sub(r"documents/.*", "", page)
    assert "/small/" in here.client.get(entry).content.decode()


def test_tasks_say_what_waits_even_where_nobody_gave_it_a_title(here: Pages, nurse: Scope, patient: Patient) -> None:
    filed(nurse, patient, photo(), "")
    filed(nurse, patient, PAPER, "Referral")
    shown = here.client.get(f"/c/{nurse.clinic_id}/tasks/").content.decode()
    assert ("<bdi>Picture</bdi>" in shown, "<bdi>PDF: Referral</bdi>" in shown) == (True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 a word processor's",
        b"<!DOCTYPE html>\n<html><body>Dear colleague</body></html>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
        b"<HTML><p>Dear colleague",
        b"<SVG/>",
    ],
)
def test_another_kind_of_file_is_refused_by_what_is_in_it(here: Pages, data: bytes) -> None:
    sent = SimpleUploadedFile("letter.pdf", data, "application/pdf")
    answer = here.send("chart/documents/new/", file=sent)
    assert (answer.status_code, OTHER in plain(answer.content.decode())) == (422, True)


def test_a_document_that_is_read_has_no_file_to_open(here: Pages, doctor: Scope, patient: Patient) -> None:
    moment = Moment(clock.new_id(), "Document")
    id = services.receive(doctor, patient=patient, moment=moment, data=full(), answered=())
    assert here.get(f"chart/entries/{moment.entry_id}/files/{id}/").status_code == 404
