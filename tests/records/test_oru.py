"""Results of a laboratory's files: read as they were sent, filed once, and never with the wrong patient."""

import base64
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope
from patients.models import Patient
from records import queries as charts
from records.lines import ResultLine
from records.models import ERRORED, RES
from records.results import queries as results
from records.results import rows
from records.rules import hl7
from records.rules.hl7 import NotReadable
from records.rules.results import CUT, ELSEWHERE, Value
from records.services import oru
from tests.records.test_results import order, without_result

HEAD = r"MSH|^~\&|LAB|CITY|CLINIC|NORTH|202011021000||ORU^R01|1|P|2.5.1"
PID = "PID|1||4711^^^NORTH^MR~99^^^OTHER^PI||Berg^Pieter||19540314|M"
OBR = "OBR|1|{placer}|F1^LAB|HBA1C^Glycated haemoglobin^L|||20201101083000|||||||||7^Okafor^Amara|||||||||{status}"
ONE = "OBX|1|NM|4548-4^HbA1c^LN||{value}|mmol/mol|20-42||||F"


def message(value: str = "68", *more: str, placer: str = "", status: str = "F", pid: str = PID) -> bytes:
    lines = [HEAD, pid, OBR.format(placer=placer, status=status), ONE.format(value=value), *more]
    return "\r".join(lines).encode()


def test_a_report_is_read_with_its_numbers_flags_and_words() -> None:
    more = (
        r"OBX|2|SN|CRP^CRP^L||^<^5|mg/L|<5||||F",
        r"OBX|3|CE|C^Culture^L||X^No growth^L|||||F|",
        r"OBX|4|TX|T^Text^L||A long \F\ line\.br\and more||||||F",
        "NTE|1|L|Haemolysed.",
        "ZXX|1|anything",
        "OBX|5|NM|K^Potassium^L||6.9|mmol/L|3.5-5.1|HH|||F",
        "OBX|6|NM|N^Natrium^L||1|mmol/L|||||W",
    )
    (text,) = hl7.messages(message("68.10", *more))
    (found,) = hl7.read(text)
    assert (found.numbers, found.families, found.born) == (("4711", "99"), ("Berg",), "1954-03-14")
    (report,) = found.reports
    assert (report.title, report.filler, report.on) == ("Glycated haemoglobin", "F1", "2020-11-01")
    assert report.values == (
        Value("HbA1c", "68.10", "mmol/mol", "20-42", "H", "4548-4"),
        Value("CRP", "<5", "mg/L", "<5"),
        Value("Culture", "No growth"),
        Value("Potassium", "6.9", "mmol/L", "3.5-5.1", "HH"),
    )
    assert report.comment == "Text: A long | line\nand more\nHaemolysed.\nNatrium: the laboratory took this back."


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (r"M\XFC\ller", "Müller"),  # the byte of Latin-1
        (r"M\XC3BC\ller", "Müller"),  # those of UTF-8, in one escape
        (r"\XC5\\X81\ukasz", "Łukasz"),  # and in one each
        (r"\X141\ukasz", "Łukasz"),  # the number of the letter
        (r"\X110000\A\X000\nn", "A nn"),
        (r"Smith \X5C\ \H\Sons\N\ ", r"Smith \ Sons"),
        (r"O\T\B\XZZ\rien", "O&Brien"),
    ],
)
def test_letters_are_read_however_they_are_escaped(sent: str, name: str) -> None:
    (text,) = hl7.messages(message(pid=PID.replace("Berg", sent)))
    assert hl7.read(text)[0].families == (name,)


def _report(*segments: str, status: str = "F") -> hl7.Reported:
    """What is read of one report with these segments."""
    lines = [HEAD, PID, OBR.format(placer="", status=status), *segments]
    (text,) = hl7.messages("\r".join(lines).encode())
    return hl7.read(text)[0].reports[0]


def test_a_text_keeps_its_lines_and_all_that_stands_in_it() -> None:
    lines = [
        f"OBX|{n}|TX|X^Chest^L||{line}||||||F" for n, line in enumerate(("Heart & lungs clear.", "No ^ seen~Compared"))
    ]
    assert _report(*lines).comment == "Chest: Heart & lungs clear.\nNo ^ seen\nCompared"
    assert _report("OBX|1|ST|B^Blood^L||Negative & fresh||||||F").values == (Value("Blood", "Negative & fresh"),)


def test_what_was_escaped_once_more_on_the_way_is_read_as_it_was_sent() -> None:
    bound, text = r"OBX|1|SN|T^Troponin^L||\S\<\S\5|ng/L|||||F", r"OBX|2|TX|X^Chest^L||Clear.\E\.br\E\No change.||||||F"
    report = _report(bound, text)
    assert report.values == (Value("Troponin", "<5", "ng/L"),)
    assert report.comment == "Chest: Clear.\nNo change."


def test_a_line_whose_break_was_not_escaped_belongs_to_the_text_before() -> None:
    report = _report("OBX|1|TX|X^Chest^L||Clear.", "THE heart is of normal size.", "OBX|2|NM|K^Potassium^L||4.1|mmol/L")
    assert report.comment == "Chest: Clear.\nTHE heart is of normal size."
    assert report.values == (Value("Potassium", "4.1", "mmol/L"),)


def test_a_report_of_many_pages_is_kept_and_one_of_hundreds_says_where_it_ends() -> None:
    pages = _report(*(f"OBX|{n}|TX|X^Chest^L||{'page ' * 300}" for n in range(10))).comment
    assert pages.count("page") == 3000
    assert _report(*(f"OBX|{n}|TX|X^Chest^L||{'page ' * 300}" for n in range(100))).comment.endswith(CUT)


def test_a_document_that_comes_with_a_report_is_said() -> None:
    assert _report("OBX|1|ED|P^Report^L||LAB^application^pdf^Base64^JVBERi0x").comment == ELSEWHERE


@pytest.mark.parametrize("words", ["Naevus,\r\nbenign.", "Grüße – well"])
def test_a_text_that_comes_in_base64_is_read(words: str) -> None:
    data = base64.b64encode(words.encode("cp1252")).decode()
    report = _report(f"OBX|1|ED|T^Text^L||LAB^TEXT^PLAIN^Base64^{data}||||||F")
    assert report.comment == f"Text: {words}".replace("\r\n", "\n")


def test_several_messages_may_be_packed_in_one_file() -> None:
    packed = b"\r".join((rb"FHS|^~\&|LAB", rb"BHS|^~\&|LAB", message("68"), message("58"), b"BTS|2", b"FTS|1"))
    assert [hl7.read(each)[0].reports[0].values[0].value for each in hl7.messages(packed)] == ["68", "58"]


def test_letters_are_those_of_the_character_set_that_the_message_names() -> None:
    text = message(pid=PID.replace("Berg", "Łoś")).decode().replace("P|2.5.1", "P|2.5.1||||||8859/2")
    (read,) = hl7.messages(text.encode("iso8859-2"))
    assert hl7.read(read)[0].families == ("Łoś",)


@pytest.mark.parametrize(
    ("coding", "named"),
    [
        ("utf-16", ""), ("utf-16-le", "UNICODE UTF-16"), ("utf-16-be", ""), ("utf-8-sig", "8859/1"), ("cp1252", ""),
        ("cp1252", "8859/1"), ("cp1250", "WINDOWS-1250"), ("gb18030", "GB 18030-2000"),
    ],
)  # fmt: skip
def test_a_message_is_read_in_the_letters_in_which_it_was_written(coding: str, named: str) -> None:
    text = message(pid=PID.replace("Berg", "Öst")).decode().replace("20-42", "20–42")
    (read,) = hl7.messages(f"\x0b{text}\x1c\r".replace("P|2.5.1", f"P|2.5.1||||||{named}").encode(coding))
    (found,) = hl7.read(read)
    assert found.families == ("Öst",)
    assert found.reports[0].values[0].range == "20–42"


def test_without_the_day_it_was_taken_it_is_of_the_day_it_came_to_the_laboratory() -> None:
    head = OBR.format(placer="", status="F").replace("20201101083000|||||||||", "|||||||20201102|||")
    (text,) = hl7.messages("\r".join((HEAD, PID, head, ONE.format(value="68"))).encode())
    assert hl7.read(text)[0].reports[0].on == "2020-11-02"


@pytest.mark.parametrize("data", [b"", b"hello", b"MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5", b"PID|1||1"])
def test_what_brings_no_results_is_said(data: bytes) -> None:
    if not data:
        assert hl7.messages(data) == []
        return
    with pytest.raises(NotReadable):
        _read(data)


def _read(data: bytes) -> None:
    for each in hl7.messages(data):
        hl7.read(each)


@given(st.text("MSHPIDOBX|^~\\&\r\n123 .F", max_size=120))
def test_nothing_that_is_sent_makes_it_fall_over(text: str) -> None:
    with suppress(NotReadable):
        _read(f"{HEAD}\r{text}".encode())


@pytest.fixture
def patient(register: Callable[..., Patient]) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14", mrn="4711")


def filed(scope: Scope, patient: Patient) -> list[tuple[str, str, bool]]:
    """Title, first value, and whether it is in error; the latest first."""
    found = charts.of_kind(scope, patient, RES, 20)
    lines = [(ResultLine.unpack(row["line"]), row.get("state") == ERRORED) for row in found]
    return [(line.title, line.values[0]["v"], wrong) for line, wrong in lines]


def test_a_result_is_filed_once_answers_its_order_and_a_corrected_one_waits_anew(
    doctor: Scope, patient: Patient
) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    entry, id = order(doctor, patient)
    sent = message(placer=id)
    assert (oru.take(lab, sent).new, oru.take(lab, sent).same) == (1, 1)
    assert without_result(doctor) == []
    (waiting,) = results.waiting(results.to_look_at(doctor)().rows, doctor.actor.id)
    assert (waiting.line.person, waiting.line.entry) == (doctor.actor.id, entry)
    assert [each.by_name for each in charts.whole(doctor, patient, entry).recorded] == ["Dr Amara Okafor", "LAB CITY"]
    assert oru.take(lab, message("58", placer=id, status="C")).corrected == 1
    assert filed(doctor, patient) == [
        ("Glycated haemoglobin (corrected)", "58", False),
        ("Glycated haemoglobin", "68", True),
    ]
    assert len(results.to_look_at(doctor)().rows) == 1
    shown = rows.results(charts.of_kind(doctor, patient, RES, 20), clinic_of(doctor.clinic_id))
    assert [each.seen for each in shown if not each.errored] == [False]


def test_what_follows_a_preliminary_report_is_no_correction(doctor: Scope, patient: Patient) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    assert oru.take(lab, message(status="P")).new == 1
    assert oru.take(lab, message(status="F")).corrected == 1
    assert filed(doctor, patient) == [
        ("Glycated haemoglobin", "68", False),
        ("Glycated haemoglobin (preliminary)", "68", True),
    ]


def test_a_folder_that_is_read_again_changes_nothing_whatever_was_corrected_in_it(
    doctor: Scope, patient: Patient
) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    sent = [message(status="P"), message(), message("58", status="C"), message("60", status="C")]
    for each in sent:
        oru.take(lab, each)
    there = filed(doctor, patient)
    assert [value for _, value, wrong in there if not wrong] == ["60"]
    for each in sent:
        assert oru.take(lab, each).same == 1
    assert filed(doctor, patient) == there


def test_of_two_versions_the_later_one_stands_in_whatever_order_their_files_come(
    doctor: Scope, patient: Patient
) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    later = message("58", status="C").replace(b"202011021000", b"202011031000")
    assert oru.take(lab, later).new == 1
    assert oru.take(lab, message()).same == 1
    assert filed(doctor, patient) == [("Glycated haemoglobin (corrected)", "58", False)]
    assert oru.take(lab, message("59", status="C").replace(b"202011021000", b"20201103")).corrected == 1  # less exactly
    back = message(status="C").replace(b"202011021000", b"202011041000")
    assert oru.take(lab, back).corrected == 1
    assert [value for _, value, wrong in filed(doctor, patient) if not wrong] == ["68"]


def test_nothing_is_filed_before_something_came_and_a_cancelled_test_is_told(doctor: Scope, patient: Patient) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    bare = [HEAD, PID, OBR.format(placer="", status="I")]
    counts = oru.take(lab, "\r".join(bare).encode())
    assert (counts.new, counts.lines) == (0, [f"message 1: {oru.NOTHING_YET}"])
    bare[-1] = OBR.format(placer="", status="X")
    assert oru.take(lab, "\r".join(bare).encode()).new == 1
    (row,) = charts.of_kind(doctor, patient, RES, 20)
    assert ResultLine.unpack(row["line"]).comment == hl7.CANCELLED


def test_lists_have_the_beginning_of_a_long_report_and_its_page_all(doctor: Scope, patient: Patient) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    oru.take(lab, message("68", f"OBX|2|TX|X^Chest^L||{'word ' * 1000}"))
    (row,) = charts.of_kind(doctor, patient, RES, 20)
    assert len(row["line"]["m"]) < 310
    whole = charts.whole(doctor, patient, ResultLine.unpack(row["line"]).entry)
    shown = rows.result(whole, row["id"], clinic_of(doctor.clinic_id))
    assert shown is not None
    assert shown.comment.count("word") == 1000


@pytest.mark.parametrize(
    "pid",
    [
        "PID|1||4711||Berger^Pieter||19540314|M",
        "PID|1||4711||Berg^Pieter||19540315|M",
        "PID|1||4712||Berg||19540314",
        "PID|1||4711||Berg^Pieter|||M",
    ],
)
def test_a_number_alone_says_of_nobody_whose_it_is(doctor: Scope, patient: Patient, pid: str) -> None:
    lab = Scope.system("import_oru", doctor.clinic_id)
    counts = oru.take(lab, message(pid=pid))
    assert (counts.new, counts.left) == (0, 1)
    assert "left for a person" in counts.lines[0]
    assert "Berg" not in counts.lines[0]
    assert filed(doctor, patient) == []


def test_the_command_reads_a_folder_and_says_what_it_could_not(
    doctor: Scope, patient: Patient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.hl7").write_bytes(message())
    (tmp_path / "b.hl7").write_bytes(b"nothing")
    call_command("import_oru", doctor.clinic_id, str(tmp_path))
    said = capsys.readouterr().out
    assert "a.hl7: 1 new, 0 corrected, 0 as before, 0 left" in said
    assert "b.hl7: This is no HL7 message" in said
    with pytest.raises(CommandError):
        call_command("import_oru", doctor.clinic_id, str(tmp_path / "missing.hl7"))
