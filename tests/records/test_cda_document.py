"""A document of another clinic: what is none, whose it is, how much of it is read, and its text as plain blocks."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.cda.document import MOST_OFFERS, MOST_SECTIONS, NO_DOCUMENT, NOBODY, SEVERAL, read
from records.cda.narrative import MOST as MOST_ROWS
from records.cda.narrative import Narrative
from records.cda.parts import BROKEN, DECLARES, DEEPEST, LARGEST, MOST, TOO_DEEP, TOO_LARGE, NotReadable, day
from tests.records import cda_files as made
from tests.records.cda_files import Who, document, section
from tests.records.test_cda import FAMILY, PROBLEMS, TODAY, offers, opened

# --- Bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", BROKEN),
        (b"hello", BROKEN),
        (b"<ClinicalDocument>", BROKEN),
        (b"<html/>", NO_DOCUMENT),
        (b"<?xml version='1.0' encoding='UTF-8'?><a>\xe9</a>", BROKEN),
        (b"<?xml version='1.0' encoding='x-unknown'?><a/>", BROKEN),
        (b"<ClinicalDocument/>", NO_DOCUMENT),
        (b"<!DOCTYPE a><a/>", DECLARES),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", DECLARES),
        (b"<!DOCTYPE a SYSTEM 'file:///nowhere'><a/>", DECLARES),
        (b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1), TOO_DEEP),
        (b"<a>" + b"<b/>" * MOST + b"</a>", TOO_DEEP),
        (b" " * (LARGEST + 1), TOO_LARGE),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else "",
)
def test_what_is_no_document_is_refused_with_its_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read(data, TODAY)
    assert str(refused.value) == (NOBODY if data == b"<ClinicalDocument/>" else why)


def test_a_document_of_several_patients_or_of_nobody_is_not_read() -> None:
    role = "<recordTarget><patientRole><patient/></patientRole></recordTarget>"
    for inside, why in ((role * 2, SEVERAL), ("", NOBODY)):
        with pytest.raises(NotReadable, match=why):
            read(f'<ClinicalDocument xmlns="urn:hl7-org:v3">{inside}</ClinicalDocument>'.encode(), TODAY)


@given(st.text("<>/&;=\"'ab 1", max_size=80))
def test_nothing_that_is_sent_makes_it_fall_over(text: str) -> None:
    with suppress(NotReadable):
        read(document(text), TODAY)
    with suppress(NotReadable):
        read(text.encode(), TODAY)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
def test_every_alphabet_that_it_names_is_read(encoding: str) -> None:
    data = document(who=Who(family="Müller")).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    assert read(data.encode(encoding), TODAY).head.families == ("Müller",)


def test_the_head_says_whose_it_is_from_whom_and_when() -> None:
    head = opened().head
    assert (head.numbers, head.families, head.given, head.born) == (
        ("4711",),
        ("Berg",),
        ("Pieter", "Jan"),
        "1954-03-14",
    )
    assert (head.title, head.sender, head.on) == ("Summary of care", "City Hospital", "2025-11-03")


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("2020", "2020"),
        ("202011", "2020-11"),
        ("20201101", "2020-11-01"),
        ("20201101233000-0800", "2020-11-01"),
        ("20201101083000.000+0100", "2020-11-01"),
        ("202011010830", "2020-11-01"),
        ("20200229", "2020-02-29"),
        ("20210229", ""),
        ("2020-11-01", ""),
        ("00010101", ""),
        ("", ""),
        (None, ""),
        ("２０２０", ""),
    ],
)
def test_a_time_keeps_the_senders_day_and_no_more_than_was_sent(sent: str | None, read_as: str) -> None:
    assert day(sent) == read_as


# --- What is read --------------------------------------------------------------------------------------------------


def narrated(text: str) -> Narrative:
    (found,) = opened(section(FAMILY, "Family", text=text)).sections
    return found.text


def test_the_narrative_is_plain_text_in_paragraphs_lists_and_tables() -> None:
    text = (
        'Loose <content styleCode="Bold">words</content><br/>and more<paragraph>A paragraph</paragraph>'
        "<list><caption>Things</caption><item>One</item><item>Two<list><item>inner</item></list></item></list>"
        '<table onclick="x()"><thead><tr><th colspan="2">Head</th></tr></thead><tbody><tr><td rowspan="999999">a</td>'
        '<td><content revised="delete">b</content></td></tr></tbody></table>'
        '<linkHtml href="javascript:x()">a link</linkHtml><renderMultiMedia referencedObject="m"/>'
    )
    blocks = narrated(text).blocks
    assert [(each.kind, each.text, each.items) for each in blocks] == [
        ("paragraph", "Loose words\nand more", []),
        ("paragraph", "A paragraph", []),
        ("list", "Things", ["One", "Two\ninner"]),
        ("table", "", []),
        ("paragraph", "a link", []),
    ]
    cells = [[(cell.text, cell.head, cell.columns, cell.rows) for cell in row] for row in blocks[3].rows]
    assert cells == [[("Head", True, 2, 1)], [("a", False, 1, 1), ("[taken out: b]", False, 1, 1)]]


def test_a_narrative_without_end_is_cut_and_says_so() -> None:
    found = narrated("<table>" + "<tr><td>x</td></tr>" * (MOST_ROWS + 5) + "</table>")
    assert found.cut
    assert sum(len(each.rows) for each in found.blocks) == MOST_ROWS


def test_what_is_longer_than_a_page_is_cut_and_says_so() -> None:
    many = opened(section(PROBLEMS, "Section", *(made.problem(f"P{number}") for number in range(MOST_OFFERS + 1))))
    assert (many.cut, len(many.sections[0].offers)) == (True, MOST_OFFERS)
    assert not opened(section(PROBLEMS, "Section", *(made.problem(f"P{number}") for number in range(9)))).cut
    assert opened(*[section(FAMILY, "Section")] * (MOST_SECTIONS + 1)).cut
    words = "<paragraph>" + "x" * 19_000 + "</paragraph>"
    first, second = opened(section(FAMILY, "A", text=words * 31), section(FAMILY, "B", text=words * 9)).sections
    assert (first.text.cut, len(first.text.blocks), second.text.cut, second.text.size) == (False, 31, True, 19_000)


def test_many_entries_that_point_at_one_long_text_are_read_in_no_time() -> None:
    value = '<value nullFlavor="OTH"><originalText><reference value="#a"/></originalText></value>'
    entries = [made.concern(f"<observation>{value}</observation>")] * 200
    offer, *_ = offers(PROBLEMS, *entries, text='<content ID="a">' + "word <br/>" * 20_000 + "</content>")
    assert 100 < len(offer.words) <= 300


def test_a_document_that_holds_a_file_says_so() -> None:
    body = '<component><nonXMLBody><text representation="B64">AAAA</text></nonXMLBody></component>'
    assert read(document(body=body), TODAY).enclosed
