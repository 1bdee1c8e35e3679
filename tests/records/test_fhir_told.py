"""What a doctor wrote stands in the chart, in whichever form a report or a document has it."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.fhir import rtf
from records.lines import ImmunisationLine, OrderLine, ResultLine
from tests.records.test_fhir_meaning import chart, taken

RTF = rb"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}}{\colortbl;\red0\green0\blue0;}{\*\generator Riched;}
\pard\f0\fs20 Dear Dr M\'fcller,\par
\b HbA1c\b0  8.1\u8201?%, \u945?-blocker\line {\i see}\~below\par{\pict\pngblip 89504e47}
\trowd\cellx100 BP\cell 120/80\cell\row {\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}\par}"""
SAID = "Dear Dr Müller,\nHbA1c 8.1 %, α-blocker\nsee below\nBP 120/80\nlink"
PAGE = b"<ul><li>Normal <b>heart</b><li>No fluid</ul>"


def attached(data: bytes, kind: str) -> dict[str, str]:
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


FORMS = [
    (RTF, "text/rtf", SAID),
    (RTF, "text/plain", SAID),
    (PAGE, "Text/HTML; charset=utf-8", "Normal heart\nNo fluid"),
    ("Müller".encode("cp1252"), "text/plain", "Müller"),
    (b"Clear.", "", "Clear."),
]


@pytest.mark.parametrize(("data", "kind", "words"), FORMS)
def test_a_report_and_a_note_say_what_stands_in_them(data: bytes, kind: str, words: str) -> None:
    report = taken("DiagnosticReport", code={"text": "CT"}, presentedForm=[attached(data, kind)])
    assert ResultLine.unpack(report.content).comment == words
    (section,) = taken("DocumentReference", content=[{"attachment": attached(data, kind)}]).sections
    assert section.text == words


@pytest.mark.parametrize(("data", "kind"), [(b"%PDF-1.4", ""), (b"<ClinicalDocument/>", ""), (b"%PDF", "image/png")])
def test_what_is_no_text_is_told(data: bytes, kind: str) -> None:
    made = chart("DocumentReference", content=[{"attachment": attached(data, kind)}])
    assert list(made.taken()) == []
    assert len(made.left) == 1
    report = taken("DiagnosticReport", code={"text": "CT"}, presentedForm=[attached(data, kind)])
    assert "A document came with it" in ResultLine.unpack(report.content).comment


def test_a_report_that_has_its_narrative_alone_says_it() -> None:
    told = {"status": "generated", "div": "<div><p>Malignant melanoma.</p><p>Breslow 0.8&nbsp;mm</p></div>"}
    found = taken("DiagnosticReport", code={"text": "Histology"}, text=told)
    assert ResultLine.unpack(found.content).comment == "Malignant melanoma.\nBreslow 0.8 mm"
    found = taken("DiagnosticReport", code={"text": "Histology"}, text=told, conclusion="Melanoma")
    assert ResultLine.unpack(found.content).comment == "Melanoma"


def test_what_was_struck_out_says_so_and_what_is_hidden_is_not_read() -> None:
    """Word keeps what a corrector deleted; of 10 to the 9 the small 9 is no further digit."""
    assert rtf.words(rb"{\rtf1 Take {\deleted 5 mg}{\revised 50 mg} a day\v  secret\v0 .}") == (
        "Take [taken out: 5 mg]50 mg a day."
    )
    assert rtf.words(rb"{\rtf1 a \strike b\strike0  c {\strike d\plain  e} 10{\super 9}/L}") == (
        "a [taken out: b] c [taken out: d] e 10^9/L"
    )
    page = b"<p>Take <s>5 mg</s> 50 mg, <del class='x'>once</del>, 10<sup>9</sup>/L, CO<sub>2</sub></p>"
    report = taken("DiagnosticReport", code={"text": "CT"}, presentedForm=[attached(page, "text/html")])
    assert ResultLine.unpack(report.content).comment == ("Take [taken out: 5 mg] 50 mg, [taken out: once], 10^9/L, CO2")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_rtf_fall_over(data: bytes) -> None:
    for each in (data, b"{\\rtf1 " + data, data.replace(b"a", b"\\u-1?").replace(b"b", b"{\\*")):
        assert rtf.words(each).encode() is not None


def test_letters_of_rtf_are_those_of_its_code_page_and_pairs_are_one() -> None:
    assert rtf.words(rb"{\rtf1\ansicpg1250 \'9ak\{x\}}") == "šk{x}"
    assert rtf.words(rb"{\rtf1\uc2 \u26085\'93\'fa x \uc0\u26412 y}") == "日 x 本y"
    assert rtf.words(rb"{\rtf1 \u-10179?\u-8704?}") == "\U0001f600"
    assert rtf.words(rb"{\rtf1\ansicpg99999 a") == "a"


@pytest.mark.parametrize(
    "said",
    [
        {"date": "2016-02-03"},
        {"created": "2016-02-03", "indexed": "2017-01-01"},
        {"indexed": "2016-02-03"},
        {"context": {"period": {"start": "2016-02-03"}}},
        {"content": [{"attachment": {**attached(b"a", "text/plain"), "creation": "2016-02-03"}}]},
    ],
)
def test_a_document_has_the_day_that_it_says_by_whatever_name(said: dict[str, Any]) -> None:
    found = taken("DocumentReference", **({"content": [{"attachment": attached(b"a", "text/plain")}]} | said))
    assert found.at.date().isoformat() == "2016-02-03"


def test_an_order_says_how_and_that_it_is_none_yet() -> None:
    body = {"orderDetail": [{"text": "with contrast"}], "supportingInfo": [{"display": "has a pacemaker"}]}
    line = OrderLine.unpack(
        taken("ServiceRequest", code={"text": "MRI"}, status="draft", intent="plan", **body).content
    )
    assert (line.what, line.why) == ("MRI (draft, plan)", "with contrast; has a pacemaker")


def test_a_vaccine_says_against_what_it_is_where_its_name_does_not() -> None:
    protocol = [{"targetDisease": [{"text": "Tetanus"}, {"text": "Pertussis"}], "doseNumberString": "booster"}]
    found = taken("Immunization", vaccineCode={"text": "Boostrix (tetanus)"}, protocolApplied=protocol)
    assert ImmunisationLine.unpack(found.content).vaccine == "Boostrix (tetanus) (against Pertussis, dose booster)"
