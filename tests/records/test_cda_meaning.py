"""What a document means is what it offers: what is denied, planned, unsure or of somebody else is no fact."""

import pytest

from records.cda.narrative import LONGEST
from records.cda.offers import NONE_KNOWN, MeasuredSet
from records.cda.parts import Texts, parsed, words_of
from records.lines import AllergyLine, MedicineLine, ProblemLine, ResultLine
from records.rules.results import CRITICAL
from tests.records import cda_files as made
from tests.records.cda_files import section
from tests.records.test_cda import (
    ALLERGIES,
    MEDICINES,
    PROBLEMS,
    RESULTS,
    VACCINES,
    VITALS,
    offers,
    one,
    opened,
)
from tests.records.test_cda_document import narrated

RELATIVE = '<subject><relatedSubject classCode="PRS"><code code="MTH"/></relatedSubject></subject>'


def planned(entry: str, mood: str = "INT") -> str:
    return entry.replace('moodCode="EVN"', f'moodCode="{mood}"')


def denied(entry: str) -> str:
    """By the act around it, as some systems write it."""
    return entry.replace("<act ", '<act negationInd="1" ', 1)


# --- What is no fact -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "entry", "why"),
    [
        (PROBLEMS, denied(made.problem("X")), "said not to be there"),
        (PROBLEMS, made.problem("X", negated="1"), "said not to be there"),
        (ALLERGIES, denied(made.allergy("Penicillin")), "said not to be there"),
        (PROBLEMS, made.problem("X", more=RELATIVE), "it is about a relative"),
        (PROBLEMS, planned(made.problem("X"), "RQO"), "it is ordered there"),
        (VACCINES, planned(made.dose("MMR", "03", "20200229")), "it is planned there"),
        (VACCINES, planned(made.dose("MMR", "03", "20200229"), "PRP"), "it is proposed there"),
        (MEDICINES, planned(made.medicine("X"), "PRP"), "it is proposed there"),
        (RESULTS, planned(made.results("A", made.value("Na", made.number("140"))), "RQO"), "it is ordered there"),
        (VITALS, planned(made.results("A", made.value("Na", made.number("140"))), "GOL"), "it is a goal there"),
    ],
)
def test_what_is_denied_planned_or_of_a_relative_is_only_shown(code: str, entry: str, why: str) -> None:
    assert one(code, entry).why_not == why


def test_a_prescription_that_is_meant_to_be_taken_is_offered() -> None:
    assert one(MEDICINES, planned(made.medicine("X"))).why_not == ""


def test_that_there_are_no_allergies_is_not_taken_from_what_was_taken_back() -> None:
    offer = one(ALLERGIES, made.allergy("", kind="716186003", state="nullified"))
    assert (offer.kind, offer.why_not) == (NONE_KNOWN, "it is nullified there")


def test_a_problem_that_is_not_sure_says_so() -> None:
    unsure = made.problem("Pneumonia", more='<uncertaintyCode code="UN"/>', state="completed")
    offer = one(PROBLEMS, unsure)
    assert isinstance(offer.line, ProblemLine)
    assert (offer.line.words, offer.more) == ("Pneumonia (not sure)", "completed there")


def test_a_problem_says_where_and_needs_no_concern() -> None:
    left = '<targetSiteCode code="1" displayName="Left knee"/>'
    line = one(PROBLEMS, made.problem("Arthrosis", more=left)).line
    assert isinstance(line, ProblemLine)
    assert line.words == "Arthrosis, Left knee"
    side = '<qualifier><name displayName="laterality"/><value displayName="left"/></qualifier>'
    bare = f'<observation><value code="1" displayName="Cataract">{side}</value></observation>'
    assert one(PROBLEMS, bare).words == "Cataract, left"
    assert one(PROBLEMS, made.concern("<observation><value>Sore knee</value></observation>")).words == "Sore knee"


def test_the_priority_of_a_problem_is_no_problem() -> None:
    beside = '<observation><code code="225773000"/><value code="394849002" displayName="High priority"/></observation>'
    assert offers(PROBLEMS, made.concern(beside)) == []


# --- Allergies -------------------------------------------------------------------------------------------------------


def test_a_reaction_that_did_not_happen_is_none_and_the_risk_of_the_next_is_told() -> None:
    entry = made.allergy("Penicillin", reaction="Rash", severity="442452003")
    line = one(ALLERGIES, entry).line
    assert isinstance(line, AllergyLine)
    assert (list(line.reactions), line.severity) == (["Rash"], "severe")
    high = (
        '<entryRelationship><observation><code code="82606-5"/><value code="CRITH"/></observation></entryRelationship>'
    )
    not_so = entry.replace(
        '<observation><value xsi:type="CD" code="9"', '<observation negationInd="true"><value code="9"'
    )
    line = one(ALLERGIES, not_so.replace("<participant ", f"{high}<participant ", 1)).line
    assert isinstance(line, AllergyLine)
    assert (list(line.reactions), line.severity) == (["high criticality, as sent"], "")


# --- Medicines -------------------------------------------------------------------------------------------------------


def times(inside: str, kind: str = "PIVL_TS") -> str:
    return f'<effectiveTime xsi:type="{kind}">{inside}</effectiveTime>'


@pytest.mark.parametrize(
    ("sent", "more", "directions"),
    [
        (times('<period><low value="4" unit="h"/><high value="6" unit="h"/></period>'), "", "every 4-6 hours"),
        (
            times('<period value="8" unit="h"/>') + times('<event code="HS"/>', "EIVL_TS"),
            "",
            "every 8 hours and at bedtime",
        ),
        (times('<event code="ACM"/>', "EIVL_TS"), "", "before breakfast"),
        (times('<event code="X" displayName="with the evening news"/>', "EIVL_TS"), "", "with the evening news"),
        ("", '<doseQuantity><high value="2" unit="tablet"/></doseQuantity>', "up to 2 tablet"),
        ("", '<rateQuantity value="50" unit="mL/h"/>', "at 50 mL/h"),
        (
            "",
            (
                '<doseQuantity value="1" unit="drop"/><routeCode code="1" displayName="ophthalmic"/>'
                '<approachSiteCode code="2" displayName="left eye"/>'
            ),
            "1 drop, ophthalmic, left eye",
        ),
        (
            "",
            (
                '<doseQuantity value="1"/><precondition><criterion><value code="1" displayName="pain"/></criterion>'
                "</precondition>"
            ),
            "1, when needed (pain)",
        ),
    ],
)
def test_directions_leave_no_part_of_them_out(sent: str, more: str, directions: str) -> None:
    line = one(MEDICINES, made.medicine("X", times=sent, more=more)).line
    assert isinstance(line, MedicineLine)
    assert line.directions == directions


def test_a_labelled_drug_has_its_name() -> None:
    entry = made.medicine("X").replace("manufacturedMaterial", "manufacturedLabeledDrug")
    assert one(MEDICINES, entry).words == "X"


# --- Results ---------------------------------------------------------------------------------------------------------


def result(*values: str, **more: str) -> ResultLine:
    line = one(RESULTS, made.results("Panel", *values, **more)).line
    assert isinstance(line, ResultLine)
    return line


def said(value: str, more: str = "", mark: str = "") -> tuple[str, str, str]:
    """Value, range and flag of one value."""
    entry = made.value("X", value, more=more).replace("<observation ", f"<observation {mark}", 1)
    (found,) = result(entry).values
    return found["v"], found.get("r", ""), found.get("f", "")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('<value xsi:type="RTO"><numerator value="1"/><denominator value="128"/></value>', "1:128"),
        ('<value xsi:type="IVL_INT"><low value="2"/><high value="5"/></value>', "2-5"),
        ('<value xsi:type="TS" value="20201101"/>', "2020-11-01"),
        ('<value xsi:type="BL" value="true"/>', "yes"),
        (made.number("1", "g") + made.number("2", "g"), "1 g; 2 g"),
    ],
)
def test_a_value_of_each_type_is_read_whole(value: str, read: str) -> None:
    assert said(value)[0] == read


def test_what_was_not_found_is_not_a_finding_and_a_germ_that_resists_says_so() -> None:
    growth = '<value xsi:type="CD" code="1" displayName="Growth"/>'
    assert said(growth, mark='negationInd="true" ')[0] == "not: Growth"
    resistant = '<interpretationCode code="R" displayName="Resistant"/>'
    assert said(made.number("8", "mg/L"), resistant)[0] == "8 mg/L, resistant"
    assert said(made.number("8"), '<interpretationCode code="X1" displayName="Critically high"/>')[2] == "HH"


def test_a_range_of_others_or_in_another_unit_is_told_and_flags_nothing() -> None:
    def of(words: str, low: str, high: str) -> str:
        return made.between(low, high).replace("<observationRange>", f"<observationRange><text>{words}</text>")

    assert said(made.number("15"), of("women", "12", "16") + of("men", "16", "18")) == (
        "15",
        "women 12-16; men 16-18",
        "",
    )
    assert said(made.number("5", "mmol/L"), made.between("70", "100", "mg/dL")) == ("5", "70-100 mg/dL", "")
    assert said(made.number("5", "mmol/L"), made.between("7", "10", "mmol/L")) == ("5", "7-10", "L")


def test_what_a_result_leaves_out_is_said_and_so_is_that_it_is_preliminary() -> None:
    values = (made.value("Na", made.number("140")), made.value("K", '<value xsi:type="PQ" nullFlavor="UNK"/>'))
    offer = one(RESULTS, made.results("A", *values, state="active"))
    assert isinstance(offer.line, ResultLine)
    assert (offer.line.title, offer.more) == ("A (preliminary)", "without K")


def test_a_value_of_another_day_says_which() -> None:
    later = made.value("Na", made.number("141"), more='<effectiveTime value="20251103"/>')
    assert [each["n"] for each in result(made.value("Na", made.number("140")), later).values] == [
        "Na",
        "Na (2025-11-03)",
    ]


def test_comments_specimens_and_groups_in_groups_are_read() -> None:
    act = '<act><code code="48767-8"/><text>Haemolysed.</text></act>'
    noted = made.value("K", made.number("6.9"), more=f"<entryRelationship>{act}</entryRelationship>")
    urine = (
        '<specimen><specimenRole><specimenPlayingEntity><code code="1" displayName="Urine"/></specimenPlayingEntity>'
        "</specimenRole></specimen>"
    )
    inner = made.results("Inner", made.value("Na", made.number("140"), more='<interpretationCode code="HH"/>'))
    line = result(urine, noted, f"<component>{inner}</component>")
    assert line.comment == "Specimen: Urine\nK: Haemolysed."
    assert [each["n"] for each in line.values] == ["K", "Na"]
    assert line.severity == CRITICAL


def test_a_measurement_has_the_reading_of_the_senders_clock() -> None:
    pulse = made.value("Pulse", made.number("74", "/min"), loinc="8867-4")
    line = one(VITALS, made.results("Vitals", pulse, on="20251101083000+1100")).line
    assert isinstance(line, MeasuredSet)
    assert (line.on, line.time) == ("2025-11-01", "08:30")
    denied_ = pulse.replace("<observation ", '<observation negationInd="true" ')
    assert one(VITALS, made.results("Vitals", denied_)).why_not == "nothing of it is measured here"


# --- Narrative -------------------------------------------------------------------------------------------------------


def test_a_power_of_ten_stays_one_and_a_cut_says_so() -> None:
    (block,) = narrated("<paragraph>4.1 x 10<sup>9</sup>/L of H<sub>2</sub>O</paragraph>").blocks
    assert block.text == "4.1 x 10^9/L of H2O"
    long = narrated(f"<paragraph>{'x' * (LONGEST + 5)}</paragraph>").blocks[0].text
    assert (len(long), long.endswith("x … (cut)")) == (LONGEST + 8, True)


def test_every_section_of_a_list_of_problems_is_read() -> None:
    found = opened(section(PROBLEMS, "Now", made.problem("A")), section("11348-0", "Past", made.problem("B"))).sections
    assert [offer.words for each in found for offer in each.offers] == ["A", "B"]


# --- What some senders write of everything ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ('displayName="Unknown"><translation code="8" displayName="Decongestant 120 MG"/>', "", "Decongestant 120 MG"),
        ('displayName="Unknown"><originalText><reference value="#m"/></originalText>', "Nose drops", "Nose drops"),
        ('displayName="Other"><originalText>Bee stings</originalText>', "", "Bee stings"),
        ('displayName="Asthma"><originalText>J45</originalText>', "", "Asthma"),
        ('displayName="Unknown">', "", "Unknown"),
    ],
)
def test_a_code_that_says_nothing_gives_way_to_what_was_written(code: str, text: str, words: str) -> None:
    name = parsed(f'<value code="x" {code}</value>'.encode())
    there = Texts.of(parsed(f'<text><content ID="m">{text}</content></text>'.encode()))
    assert words_of(name, there) == words


def test_a_medicine_or_a_problem_without_a_name_is_only_shown() -> None:
    assert one(MEDICINES, made.medicine("Unknown")).why_not == "it names no medicine"
    assert one(PROBLEMS, made.problem("Problem")).why_not == "it names no problem"


@pytest.mark.parametrize("state", ["active", "completed"])
def test_a_medicine_whose_end_nobody_knows_is_not_over(state: str) -> None:
    times = '<effectiveTime xsi:type="IVL_TS"><low value="20250101"/><high nullFlavor="UNK"/></effectiveTime>'
    offer = one(MEDICINES, made.medicine("Ramipril", times=times, state=state))
    assert (offer.over, offer.why_not) == ("", "")
    assert "its end is not known there" in offer.more


def test_vital_signs_are_read_as_older_documents_code_them() -> None:
    codes = {"50373000": ("66", "[in_us]"), "27113001": ("86", "kg"), "271649006": ("132", "mm[Hg]")}
    codes |= {"271650006": ("86", "mm[Hg]"), "364075005": ("72", "/min")}
    entries = (
        made.value("x", made.number(value, unit), loinc=code).replace(made.LOINC, made.SNOMED)
        for code, (value, unit) in codes.items()
    )
    offer = one(VITALS, made.results("Vitals", *entries))
    assert offer.words == "132/86 mmHg, pulse 72 /min, weight 86 kg, height 66 in"
