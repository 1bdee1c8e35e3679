"""Received documents: filed once, never with another patient in silence, and taken entry by entry, each once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import open_clinic
from clinnet.table import Scope
from clinnet.table.errors import NotFound, Refused
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.services import register as register_patient
from records import queries as charts
from records.cda.document import read
from records.cda.parts import DECLARES, LARGEST, TOO_DEEP, TOO_LARGE
from records.lines import DocumentLine, MeasuredLine
from records.models import ALG, CURRENT, ENDED, FILE, IMM, MEAS, MED, OBS, PROB, RES
from records.received import queries, services
from records.received.rules import differs
from records.results import queries as results
from records.services import mistakes
from records.services.asking import Asked
from records.services.recording import NONE, Answers, Moment
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records import cda_files as made
from tests.records.cda_files import Who, document, section


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14", mrn="4711")


@contextmanager
def refused(part: str) -> Iterator[None]:
    with pytest.raises(Refused) as found:
        yield
    assert part in found.value.sentence


def full() -> bytes:
    return document(
        section("48765-2", "Allergies", made.allergy("Penicillin", reaction="Rash", severity="24484000")),
        section(
            "11450-4",
            "Problems",
            made.problem("Gout", icd="M10.9"),
            made.problem("Cataract", time='<low value="2015"/><high value="20190502"/>'),
        ),
        section(
            "10160-0", "Medicines", made.medicine("Amoxicillin 500 MG"), made.medicine("Warfarin", state="aborted")
        ),
        section("11369-6", "Vaccines", made.dose("MMR", "03", "20200229")),
        section(
            "8716-3",
            "Vital signs",
            *(
                made.results("Vitals", made.value("P", made.number(pulse, "/min"), loinc="8867-4"), on=on)
                for pulse, on in (("88", "20251103"), ("66", "20200229"))
            ),
        ),
        section("30954-2", "Results", made.results("Lipids", made.value("LDL", made.number("4.1", "mmol/L")))),
    )


def file(scope: Scope, patient: Patient, data: bytes = b"") -> tuple[str, str]:
    moment = Moment(clock.new_id(), "Document")
    return moment.entry_id, services.receive(scope, patient=patient, moment=moment, data=data or full())


def keys_of(scope: Scope, patient: Patient, ids: tuple[str, str]) -> dict[str, str]:
    """By the words of each offer."""
    item = services.found(scope, patient, *ids)
    read = services.opened(scope, DocumentLine.unpack(item.content))
    return {offer.words: offer.key for part in read.sections for offer in part.offers}


def take(scope: Scope, patient: Patient, ids: tuple[str, str], words: str, answers: Answers = NONE) -> str:
    key = keys_of(scope, patient, ids)[words]
    return services.take(scope, patient=patient, entry_id=ids[0], document_id=ids[1], offer_key=key, answers=answers)


def recorded(scope: Scope, patient: Patient, kind: str) -> list[tuple[dict[str, Any], str]]:
    rows = charts.of_kind(scope, patient, kind, 20)
    return [(row["line"], row.get("state", CURRENT)) for row in rows]


@pytest.mark.engine
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_what_was_measured_stays_on_the_day_and_at_the_reading_that_the_document_names(zone: str) -> None:
    id = f"t{clock.new_id().lower()}"
    open_clinic(Scope.system("tests", id), name="Far", time_zone=zone, locale="en-GB", country="NZ", date_order="DMY")
    doctor = scope_of(id, Role.DOCTOR)
    data = {"given_name": "Pieter", "family_name": "Berg", "birth_date": "1954-03-14"}
    patient = get_patient(doctor, register_patient(scope_of(id, Role.RECEPTIONIST), data))
    pulses = (
        made.results("Vitals", made.value("P", made.number(f"7{at[7]}", "/min"), loinc="8867-4"), on=at)
        for at in ("20251103", "202511042315+0100")
    )
    ids = file(doctor, patient, document(section("8716-3", "Vital signs", *pulses)))
    for words, on in (("pulse 73 /min", "2025-11-03 12:00"), ("pulse 74 /min", "2025-11-04 23:15")):
        take(doctor, patient, ids, words)
        (summary,) = charts.summaries(doctor, patient)
        at = clock.moment(MeasuredLine.unpack(summary.part(MEAS).rows["pulse"]).at).astimezone(ZoneInfo(zone))
        assert at.strftime("%Y-%m-%d %H:%M") == on


def test_nothing_is_taken_by_itself_and_each_entry_once(doctor: Scope, patient: Patient) -> None:
    ids = file(doctor, patient)
    assert len(queries.to_read(doctor)().rows) == 1
    assert [recorded(doctor, patient, kind) for kind in (ALG, PROB, MED, IMM, RES)] == [[], [], [], [], []]
    for words in ("Penicillin", "Gout", "Cataract", "MMR", "Lipids", "pulse 88 /min", "pulse 66 /min"):
        assert take(doctor, patient, ids, words) == words
        with refused("taken into the chart already"):
            take(doctor, patient, ids, words)
    with pytest.raises(Asked) as asked:
        take(doctor, patient, ids, "Amoxicillin 500 MG")
    assert "Penicillin" in asked.value.sentence
    take(doctor, patient, ids, "Amoxicillin 500 MG", Answers(asked.value.answers, "taken since"))
    with pytest.raises(NotFound):
        take(doctor, patient, ids, "Warfarin")

    assert [state for _, state in recorded(doctor, patient, PROB)] == [ENDED, CURRENT]
    ended = recorded(doctor, patient, PROB)[0][0]
    noon = "2019-05-02T11:00:00.001Z"  # of London; nobody said a time
    assert (ended["t"], ended["h"], ended["z"]) == ("Cataract", "resolved", noon)
    (summary,) = charts.summaries(doctor, patient)
    assert [line["t"] for line in summary.part(PROB).rows.values()] == ["Gout"]
    assert len(summary.part(PROB).ended) == 1
    assert len(results.to_look_at(doctor)().rows) == 1
    whole = charts.whole(doctor, patient, ids[0])
    assert {each.kind for each in whole.recorded} == {FILE, ALG, PROB, MED, IMM, RES, OBS}
    pulse = MeasuredLine.unpack(summary.part(MEAS).rows["pulse"])  # the later one, though it was taken first
    assert (pulse.text, pulse.at[:10], pulse.who) == ("88", "2025-11-03", "City Hospital")
    late = next(each for each in whole.recorded if each.id == summary.part(MEAS).rows["pulse"]["i"])
    mistakes.enter_in_error(doctor, patient=patient, entry_id=ids[0], recorded_id=late.id, reason="patient")
    (summary,) = charts.summaries(doctor, patient)
    assert MeasuredLine.unpack(summary.part(MEAS).rows["pulse"]).text == "66"

    services.look_at_document(doctor, patient=patient, entry_id=ids[0], document_id=ids[1])
    assert queries.to_read(doctor)().rows == []
    with refused("looked at this document already"):
        services.look_at_document(doctor, patient=patient, entry_id=ids[0], document_id=ids[1])
    mistakes.enter_in_error(doctor, patient=patient, entry_id=ids[0], recorded_id=ids[1], reason="patient")
    with refused("entered in error"):
        services.take(
            doctor,
            patient=patient,
            entry_id=ids[0],
            document_id=ids[1],
            offer_key=keys_of(doctor, patient, ids)["Gout"],
        )


def test_the_same_document_is_filed_once_and_that_there_are_no_allergies_is_taken(
    doctor: Scope, patient: Patient
) -> None:
    data = document(section("48765-2", "Allergies", made.allergy("", kind="716186003")))
    ids = file(doctor, patient, data)
    with refused("in this chart already"):
        file(doctor, patient, data)
    take(doctor, patient, ids, "No known allergies")
    (summary,) = charts.summaries(doctor, patient)
    assert (summary.part(ALG).asked or {})["by"] == "Dr Amara Okafor"


def test_two_who_take_the_same_entry_at_once_take_it_once(doctor: Scope, patient: Patient) -> None:
    ids = file(doctor, patient)
    key = keys_of(doctor, patient, ids)["Gout"]

    def press(_: int) -> str:
        try:
            return services.take(doctor, patient=patient, entry_id=ids[0], document_id=ids[1], offer_key=key)
        except Refused as refusal:
            return refusal.sentence

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(press, range(3)))
    later = {"This was taken into the chart already.", "Already listed: Gout, since 2017."}  # as each had read it
    assert said.count("Gout") == 1
    assert {*said} - {"Gout"} <= later
    assert len(recorded(doctor, patient, PROB)) == 1


@pytest.mark.parametrize(
    ("who", "asks"),
    [
        (Who(), False),
        (Who(given="PIETER"), False),
        (Who(family="BERG"), False),
        (Who(given="Jan Pieter"), False),
        (Who(given="Paul"), True),
        (Who(born="19540315"), True),
        (Who(born=""), True),
        (Who(family="Berger"), True),
        (Who(born="1954"), True),
        (Who(family=""), True),
    ],
)
def test_whom_a_document_names_is_compared_by_name_and_birth_date(who: Who, asks: bool) -> None:
    data = document(who=who)
    patient = {"given_name": "Pieter", "family_name": "Berg", "birth_date": "1954-03-14"}
    head = read(data, "2026-11-28").head
    if who.given == "Paul":  # he has a second name
        patient["given_name"] = "Klaas"
    assert bool(differs(patient, head, "DMY")) is asks


def test_another_patients_document_is_filed_only_by_who_means_it(doctor: Scope, register: Register) -> None:
    other = register(given_name="María", family_name="García", birth_date="1990-01-02")
    with pytest.raises(Asked) as asked:
        file(doctor, other)
    assert asked.value.sentence == (
        "The document is about Pieter Jan Berg, born 14 Mar 1954. This chart is of María García, born 2 Jan 1990."
    )
    moment = Moment(clock.new_id(), "Document")
    id = services.receive(doctor, patient=other, moment=moment, data=full(), answered=asked.value.answers)
    item = services.found(doctor, other, moment.entry_id, id)
    assert item.content["w"] == asked.value.sentence


def test_the_command_files_what_is_clearly_somebodys_and_leaves_the_rest(
    doctor: Scope, patient: Patient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, data in {
        "a.xml": full(),
        "b.xml": document(who=Who(number="99")),
        "c.xml": document(who=Who(given="Paul")).replace(b"<given>Jan</given>", b""),
        "d.xml": b"<!DOCTYPE a><a/>",
        "e.txt": b"no document",
    }.items():
        (tmp_path / name).write_bytes(data)
    call_command("import_cda", doctor.clinic_id, str(tmp_path))
    call_command("import_cda", doctor.clinic_id, str(tmp_path))
    said = capsys.readouterr().out
    left = "Its patient is not known here, or by another name or birth date; left for a person."
    assert said.splitlines()[:4] == [
        "a.xml: filed",
        f"b.xml: {left}",
        f"c.xml: {left}",
        "d.xml: This file declares a document type or entities, which no such document needs. It is not read.",
    ]
    assert said.splitlines()[4] == "a.xml: as before"

    (row,) = queries.to_read(doctor)().rows
    mistakes.enter_in_error(doctor, patient=patient, entry_id=row["line"]["e"], recorded_id=row["id"], reason="content")
    call_command("import_cda", doctor.clinic_id, str(tmp_path))
    assert capsys.readouterr().out.splitlines()[0] == "a.xml: as before"
    assert "Berg" not in said
    (row,) = charts.of_kind(doctor, patient, FILE, 9)
    whole = charts.whole(doctor, patient, DocumentLine.unpack(row["line"]).entry)
    assert [each.by_name for each in whole.recorded] == [DocumentLine.unpack(row["line"]).sender]
    with pytest.raises(CommandError):
        call_command("import_cda", doctor.clinic_id, str(tmp_path / "missing.xml"))


def _ids(address: str) -> tuple[str, str]:
    parts = address.strip("/").split("/")
    return parts[-3], parts[-1]


def _button(html: str, offer: str) -> dict[str, str]:
    """The hidden fields of the button of one entry."""
    return hidden(html[html.index(f'id="o-{offer}"') :], "take/")


@pytest.mark.django_db
def test_on_its_page_a_document_is_read_and_taken_and_what_it_says_is_never_run(
    doctor: Scope, patient: Patient
) -> None:
    hostile = "<script>x</script><paragraph>A &lt;b&gt;bold&lt;/b&gt; claim</paragraph>"
    data = document(
        section("48765-2", "Allergies", made.allergy("Penicillin")),
        section("10160-0", "Medicines", made.medicine("Amoxicillin")),
        section("29762-2", "Social", text=hostile),
    )
    here = Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, patient)
    bad = ((b"<a>" * 200, TOO_DEEP), (b"<!DOCTYPE a><a/>", DECLARES), (b" " * (LARGEST + 1), TOO_LARGE))
    for hostile_file, why in bad:
        sent = SimpleUploadedFile("x.xml", hostile_file, "text/xml")
        answer = here.send("chart/documents/new/", action="chart/documents/new/", file=sent)
        assert why in plain(answer.content.decode())
    sent = SimpleUploadedFile("x.xml", data, "text/xml")
    answer = here.send("chart/documents/new/", action="chart/documents/new/", file=sent)
    assert answer.status_code == 302, plain(answer.content.decode())
    page = here.client.get(answer["Location"])
    html = page.content.decode()
    assert "<script>x" not in html
    assert "A &lt;b&gt;bold&lt;/b&gt; claim" in html
    assert html.count("Into the chart") == 2
    for words in ("Penicillin", "Amoxicillin"):
        offer = keys_of(doctor, patient, _ids(answer["Location"]))[words]
        asked = here.client.post(f"{answer['Location']}take/", _button(page.content.decode(), offer))
        page = page if asked.status_code == 302 else asked
    assert plain(page.content.decode()).count("Amoxicillin is a penicillin. Prescribe anyway?") == 1
    assert "Documents to look at" in here.client.get(f"/c/{doctor.clinic_id}/tasks/").content.decode()
