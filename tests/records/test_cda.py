"""Documents of other clinics: each entry is offered as what it says, and nothing that it does not say."""

import pytest

from records.cda.document import Document, read
from records.cda.offers import NONE_KNOWN, OBS, MeasuredSet, Offer
from records.lines import AllergyLine, ImmunisationLine, MedicineLine, ProblemLine, ResultLine
from records.rules.results import MOST as MOST_VALUES
from records.rules.said import said
from tests.records import cda_files as made
from tests.records.cda_files import Who, document, section

TODAY = "2026-11-28"
PROBLEMS, ALLERGIES, MEDICINES, RESULTS = "11450-4", "48765-2", "10160-0", "30954-2"
VACCINES, VITALS, FAMILY = "11369-6", "8716-3", "10157-6"


def opened(*sections: str, who: Who = made.PIETER) -> Document:
    return read(document(*sections, who=who), TODAY)


def offers(code: str, *entries: str, text: str = "") -> list[Offer]:
    (found,) = opened(section(code, "Section", *entries, text=text)).sections
    return list(found.offers)


def one(code: str, entry: str, text: str = "") -> Offer:
    (offer,) = offers(code, entry, text=text)
    return offer


def test_a_problem_has_its_words_its_code_of_icd_and_since_when() -> None:
    offer = one(PROBLEMS, made.problem("Type 2 diabetes", icd="E11.9"))
    assert offer.line == ProblemLine(words="Type 2 diabetes", code="E11.9", since="2017-03")
    assert (offer.over, offer.why_not) == ("", "")


PAST = '<low value="2017"/><high value="20190502"/>'
ACTIVE = (
    '<entryRelationship><observation><code code="33999-4"/><value code="55561003"/></observation></entryRelationship>'
)
SAID = '<observation><code code="33999-4"/><value code="413322009"/></observation>'
RESOLVED = f'<entryRelationship typeCode="REFR">{SAID}</entryRelationship>'


@pytest.mark.parametrize(
    ("entry", "over", "until", "only"),
    [
        (made.problem("X", time='<low value="2017"/><high value="20190502"/>'), "resolved", "2019-05-02", ""),
        (made.problem("X", time='<low value="2017"/><high value="20991231"/>'), "", "", ""),
        (made.problem("X", time='<low value="2017"/><high nullFlavor="UNK"/>'), "resolved", "", ""),
        (made.problem("X", time='<low value="2017"/><high nullFlavor="NI"/>'), "", "", ""),
        (made.problem("X", more=RESOLVED), "resolved", "", ""),
        (made.problem("X", state="completed"), "", "", ""),
        (made.problem("X", time=PAST, more=ACTIVE), "", "", ""),
        (made.problem("X", state="aborted"), "", "", "it is aborted there"),
        (made.problem("X", negated="true"), "", "", "said not to be there"),
        (made.problem("X", negated="false"), "", "", ""),
    ],
)
def test_a_problem_that_is_over_or_denied_is_not_offered_as_current(
    entry: str, over: str, until: str, only: str
) -> None:
    offer = one(PROBLEMS, entry)
    assert (offer.over, offer.until, offer.why_not) == (over, until, only)


def test_words_come_from_the_code_the_text_or_a_translation() -> None:
    def words(value: str) -> str:
        entry = made.concern(f"<observation>{value}</observation>")
        return one(PROBLEMS, entry, text='<content ID="p1">Sore  knee</content>').words

    assert words('<value nullFlavor="OTH"><originalText><reference value="#p1"/></originalText></value>') == "Sore knee"
    assert words('<value nullFlavor="OTH"><originalText>Knee, sore</originalText></value>') == "Knee, sore"
    assert words('<value nullFlavor="UNK"><translation code="M25" displayName="Knee pain"/></value>') == "Knee pain"
    assert words('<value code="LOCAL-7"/>') == "LOCAL-7"
    assert offers(PROBLEMS, made.concern('<observation><value nullFlavor="NI"/></observation>')) == []


def test_an_allergy_has_its_reaction_and_the_severity_of_it() -> None:
    offer = one(ALLERGIES, made.allergy("Penicillin", reaction="Rash", severity="24484000"))
    assert offer.line == AllergyLine(substance="Penicillin", reactions=("Rash",), severity="severe", since="2011")
    assert one(ALLERGIES, made.allergy("Lactose", kind="235719002")).line == AllergyLine(
        substance="Lactose", kind="intolerance", since="2011"
    )


@pytest.mark.parametrize(
    ("entry", "kind", "only"),
    [
        (made.allergy("", negated="true"), NONE_KNOWN, ""),
        (made.allergy("", kind="716186003"), NONE_KNOWN, ""),
        (made.allergy("", negated="true", kind="416098002"), "ALG", "said not to be there"),
        (made.allergy("", kind="409137002"), "ALG", "said not to be there"),
        (made.allergy("Penicillin", negated="true"), "ALG", "said not to be there"),
        (made.allergy(""), "ALG", "it names no substance"),
        (made.allergy("Penicillin", state="completed"), "ALG", ""),
        (made.allergy("Penicillin", state="aborted"), "ALG", "it is aborted there"),
    ],
)
def test_that_there_are_no_allergies_is_a_fact_and_no_drug_allergy_is_another(entry: str, kind: str, only: str) -> None:
    offer = one(ALLERGIES, entry)
    assert (offer.kind, offer.why_not) == (kind, only)


def test_a_state_that_is_not_sure_is_told_and_leaves_it_to_the_reader() -> None:
    assert one(PROBLEMS, made.problem("X", state="completed")).more == "completed there"
    assert one(PROBLEMS, made.problem("X", state="completed", more=ACTIVE)).more == ""
    assert one(ALLERGIES, made.allergy("X", state="completed")).more == "completed there"
    assert one(MEDICINES, made.medicine("X", state="completed")).more == "completed there"
    severity = made.concern('<observation><code code="SEV"/><value code="6736007"/></observation>')
    assert offers(ALLERGIES, severity) == []


def test_what_ends_before_it_begins_is_only_shown() -> None:
    turned = '<low value="20130703"/><high value="20080814"/>'
    same = '<low value="2013"/><high value="20130101"/>'
    assert one(PROBLEMS, made.problem("X", time=turned)).why_not == "it ends there before it begins"
    times = lasting("20260201", "202601")
    assert one(MEDICINES, made.medicine("X", times=times)).why_not == "it ends there before it begins"
    assert one(PROBLEMS, made.problem("X", time=same)).over == "resolved"


def test_a_name_beside_an_empty_code_is_the_name() -> None:
    code = '<code code="UNK" nullFlavor="UNK"><originalText>Coded Allergy Name Not Available</originalText></code>'
    entity = f"<playingEntity>{code}<name>LATEX STRAP</name></playingEntity>"
    part = f'<participant typeCode="CSM"><participantRole>{entity}</participantRole></participant>'
    entry = made.concern(f'<observation><value code="419199007"/>{part}</observation>')
    assert one(ALLERGIES, entry).words == "LATEX STRAP"


def test_times_that_are_put_together_are_taken_apart() -> None:
    parts = (
        '<comp xsi:type="IVL_TS"><low value="20250101"/></comp>'
        '<comp xsi:type="PIVL_TS"><period value="8" unit="h"/></comp>'
    )
    line = one(MEDICINES, made.medicine("X", times=f'<effectiveTime xsi:type="SXPR_TS">{parts}</effectiveTime>')).line
    assert isinstance(line, MedicineLine)
    assert (line.start, line.directions) == ("2025-01-01", "every 8 hours")


def test_a_medicine_has_its_directions_as_they_were_written_or_of_their_parts() -> None:
    parts = '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="6" unit="h"/></effectiveTime>'
    more = '<routeCode code="C38288" displayName="oral"/><doseQuantity value="2" unit="{tablet}"/><precondition/>'
    low = '<effectiveTime xsi:type="IVL_TS"><low value="20250101"/></effectiveTime>'
    line = one(MEDICINES, made.medicine("Paracetamol 500 MG", times=low + parts, more=more)).line
    assert line == MedicineLine(
        name="Paracetamol 500 MG", directions="2 {tablet}, every 6 hours, oral, when needed", start="2025-01-01"
    )
    said = '<substanceAdministration><code code="76662-6"/><text>Two at night</text></substanceAdministration>'
    sig = f"<entryRelationship>{said}</entryRelationship>"
    written = one(MEDICINES, made.medicine("X", times="", more=sig)).line
    assert isinstance(written, MedicineLine)
    assert (written.directions, written.start) == ("Two at night", "")
    bare = one(MEDICINES, made.medicine("X")).line
    assert isinstance(bare, MedicineLine)
    assert bare.directions == "directions not given"


def test_a_medicine_says_from_how_much_to_how_much_and_the_most_of_it() -> None:
    dose = '<doseQuantity><low value="1" unit="tablet"/><high value="2" unit="tablet"/></doseQuantity>'
    most = '<maxDoseQuantity><numerator value="8" unit="tablet"/><denominator value="24" unit="h"/></maxDoseQuantity>'
    line = one(MEDICINES, made.medicine("X", times="", more=dose + most)).line
    assert isinstance(line, MedicineLine)
    assert line.directions == "1-2 tablet, at most 8 tablet in 24 hours"


def test_directions_that_are_cut_say_so() -> None:
    said = (
        f'<substanceAdministration><code code="76662-6"/><text>{"Two at night. " * 40}</text></substanceAdministration>'
    )
    line = one(MEDICINES, made.medicine("X", more=f"<entryRelationship>{said}</entryRelationship>")).line
    assert isinstance(line, MedicineLine)
    assert line.directions.endswith(" …")


def lasting(low: str, high: str) -> str:
    return f'<effectiveTime xsi:type="IVL_TS"><low value="{low}"/><high value="{high}"/></effectiveTime>'


@pytest.mark.parametrize(
    ("entry", "over", "until", "only"),
    [
        (made.medicine("X", times=lasting("20250101", "20250131")), "finished", "", ""),
        (made.medicine("X", times=lasting("20261101", "20261231")), "", "2027-01-01", ""),
        (made.medicine("X", times=lasting("20261101", "202612")), "", "", ""),
        (made.medicine("X", times=lasting("2026", "20261231")), "", "", ""),
        (made.medicine("X", times=lasting("20261101", "99991231")), "", "", ""),
        (made.medicine("X", state="completed"), "", "", ""),
        (made.medicine("X", state="aborted"), "", "", "it is aborted there"),
        (made.medicine("X", mark=' negationInd="true"'), "", "", "said not to be taken"),
    ],
)
def test_a_medicine_that_is_over_is_not_offered_as_taken_now(entry: str, over: str, until: str, only: str) -> None:
    offer = one(MEDICINES, entry)
    assert (offer.over, offer.why_not) == (over, only)
    assert offer.line is None or (isinstance(offer.line, MedicineLine) and offer.line.until == until)


def test_a_dose_needs_a_whole_day_and_has_been_given() -> None:
    offer = one(VACCINES, made.dose("MMR", "03", "20200229", lot="A 12"))
    assert offer.line == ImmunisationLine(vaccine="MMR", cvx="03", on="2020-02-29", lot="A 12", source="card")
    assert one(VACCINES, made.dose("MMR", "03", "2020")).why_not == "it names no day"
    assert (
        one(VACCINES, made.dose("MMR", "03", "20200229", mark=' negationInd="true"')).why_not == "said not to be given"
    )


def test_values_stay_as_they_were_sent_with_unit_range_and_flag() -> None:
    flag = '<interpretationCode code="HH"/>'
    offer = one(
        RESULTS,
        made.results(
            "Chemistry",
            made.value("HbA1c", made.number("68.10", "mmol/mol"), loinc="59261-8", more=made.between("20", "42")),
            made.value("Potassium", made.number("6.9", "mmol/L"), more=flag),
            made.value("Ratio", made.number("1.50", "1")),
            made.value("Culture", '<value xsi:type="ST">No growth</value>'),
            made.value("CRP", '<value xsi:type="IVL_PQ"><high value="5" unit="mg/L" inclusive="false"/></value>'),
            made.value("HIV", '<value xsi:type="CD" code="2" displayName="Not detected"/>'),
            made.value("Lost", '<value xsi:type="PQ" nullFlavor="UNK"/>'),
            made.value("Gone", made.number("1"), state="aborted"),
        ),
    )
    assert isinstance(offer.line, ResultLine)
    assert (offer.line.title, offer.line.on, offer.line.severity) == ("Chemistry", "2025-11-01", "0")
    assert offer.line.values == [
        {"n": "HbA1c", "v": "68.10", "u": "mmol/mol", "r": "20-42", "f": "H", "c": "59261-8"},
        {"n": "Potassium", "v": "6.9", "u": "mmol/L", "f": "HH", "c": "1-8"},
        {"n": "Ratio", "v": "1.50", "c": "1-8"},
        {"n": "Culture", "v": "No growth", "c": "1-8"},
        {"n": "CRP", "v": "<5", "u": "mg/L", "c": "1-8"},
        {"n": "HIV", "v": "Not detected", "c": "1-8"},
    ]


def test_a_result_without_value_or_day_or_that_was_cancelled_is_only_shown() -> None:
    value = made.value("Na", made.number("140"))
    many = [made.value(f"V{number}", made.number("1")) for number in range(MOST_VALUES + 1)]
    assert one(RESULTS, made.results("A", value, state="aborted")).why_not == "it is aborted there"
    assert one(RESULTS, made.results("A")).why_not == "it has no value"
    assert one(RESULTS, made.results("A", value, on="")).why_not == "it names no day"
    assert one(RESULTS, made.results("A", *many)).why_not == f"it has more than {MOST_VALUES} values"


def test_words_of_a_value_that_are_too_long_for_it_are_read_beneath() -> None:
    words = "Heavy growth of Staphylococcus aureus, resistant to flucloxacillin, sensitive to doxycycline"
    value = made.value("Culture", f'<value xsi:type="ST">{words}</value>')
    line = one(RESULTS, made.results("Swab", value)).line
    assert isinstance(line, ResultLine)
    assert (list(line.values), line.comment) == ([], f"Culture: {words}")


def test_vital_signs_of_one_time_are_one_offer_with_their_units_as_they_were_sent() -> None:
    def sign(loinc: str, value: str, unit: str, name: str = "") -> str:
        return made.value(name or loinc, made.number(value, unit), loinc=loinc)

    pressure = (sign("8480-6", "142", "mm[Hg]"), sign("8462-4", "86", "mm[Hg]"))
    others = (
        sign("29463-7", "205.30", "[lb_av]"),
        sign("8867-4", "74", "{beats}/min"),
        sign("39156-5", "29.4", "kg/m2", "Body mass index"),
        sign("8302-2", "1.78", "furlong", "Height"),
    )
    vitals = made.results("Vital signs", *pressure, *others)
    offer = one(VITALS, vitals)
    assert (offer.kind, offer.words, offer.more, offer.why_not) == (
        OBS,
        "142/86 mmHg, pulse 74 /min, weight 205.30 lb",
        "without Body mass index, Height",
        "",
    )
    assert isinstance(offer.line, MeasuredSet)
    assert (offer.line.on, offer.line.values["weight"].text, offer.sender) == ("2025-11-01", "205.30", "City Hospital")
    for entry, why in (
        (made.results("X", pressure[0]), "nothing of it is measured here"),
        (made.results("X", *pressure, on="202511"), "it names no day"),
        (made.results("X", *pressure, on="20990101"), "its day is yet to come"),
        (made.results("X", *pressure, state="aborted"), "it is aborted there"),
        (made.results("X", sign("8867-4", "fast", "/min")), "nothing of it is measured here"),
    ):
        assert one(VITALS, entry).why_not == why


def test_what_stands_in_other_sections_is_not_offered() -> None:
    assert offers(FAMILY, made.problem("Diabetes of the father")) == []


def test_the_same_entry_has_the_same_key_and_two_of_one_document_have_two() -> None:
    twice = [each.key for each in offers(PROBLEMS, made.problem("X"), made.problem("X"), made.problem("Y"))]
    assert len(set(twice)) == 3
    assert offers(PROBLEMS, made.problem("X"))[0].key == twice[0]


def test_every_offer_is_said_in_one_line() -> None:
    entries = [
        (PROBLEMS, made.problem("X")),
        (ALLERGIES, made.allergy("Y")),
        (MEDICINES, made.medicine("Z")),
        (VACCINES, made.dose("MMR", "03", "20200229")),
        (RESULTS, made.results("A", made.value("N", made.number("1")))),
    ]
    for code, entry in entries:
        offer = one(code, entry)
        assert offer.line
        assert said(offer.kind, offer.line.pack())
