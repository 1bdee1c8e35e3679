"""What a laboratory's message means is what stands in the chart: nothing is cut short, mixed up or turned round."""

from collections.abc import Callable

import pytest

from clinnet.table import Scope
from patients.models import Patient
from records import queries as charts
from records.lines import ResultLine
from records.models import ERRORED, RES
from records.rules import hl7
from records.rules.hl7 import NotReadable
from records.rules.results import CRITICAL, MOST, Value
from records.services import oru
from tests.records.test_oru import HEAD, PID


def segment(name: str, **fields: str) -> str:
    """ "f5" is the fifth field."""
    found = {int(each[1:]): said for each, said in fields.items()}
    return "|".join([name, *(found.get(at, "") for at in range(1, max(found) + 1))])


def order(**more: str) -> str:
    return segment("OBR", **{"f1": "1", "f3": "F1", "f4": "P^Panel^L", "f7": "20201101083000", "f25": "F"} | more)


def value(name: str = "Glucose", said: str = "5.1", **more: str) -> str:
    return segment("OBX", **{"f1": "1", "f2": "NM", "f3": f"X^{name}^L", "f5": said, "f11": "F"} | more)


def note(words: str) -> str:
    return segment("NTE", f1="1", f3=words)


def sent(*segments: str, pid: str = PID) -> bytes:
    return "\r".join((HEAD, pid, *segments)).encode()


def reports(*segments: str) -> tuple[hl7.Reported, ...]:
    (message,) = hl7.messages(sent(*segments))
    return hl7.read(message)[0].reports


def one(*segments: str) -> hl7.Reported:
    (found,) = reports(*segments)
    return found


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"f2": "CE", "f5": "^^^G1^Growth^L"}, "Growth"),  # the other coding alone has words
        ({"f2": "CWE", "f5": "1^E. coli^SCT^^^^^^>100,000 per ml"}, "E. coli (>100,000 per ml)"),
        ({"f2": "CE", "f5": "1^Staph. & strep.^L"}, "Staph. & strep."),
        ({"f2": "NA", "f5": "125^34^-22"}, "125 34 -22"),
        ({"f2": "DT", "f5": "20201101"}, "2020-11-01"),
        ({"f2": "TS", "f5": "202011010830"}, "2020-11-01 08:30"),
        ({"f2": "TM", "f5": "0830"}, "08:30"),
        ({"f2": "SN", "f5": "<>^5"}, "<>5"),
        ({"f2": "SN", "f5": "=^5"}, "5"),
        ({"f2": "SN", "f5": "^2^+"}, "2+"),
        ({"f2": "SN", "f5": "^1^:^128~^1^:^64"}, "1:128; 1:64"),
        ({"f2": "XCN", "f5": "7^Okafor^Amara"}, "7 Okafor Amara"),
        ({"f2": "ST", "f5": r"3\.sk5\4"}, "3 4"),
        ({"f2": "ST", "f5": r"C:\temp\x"}, r"C:\temp\x"),
    ],
)
def test_a_value_of_each_type_is_read_whole(fields: dict[str, str], read: str) -> None:
    (found,) = one(order(), value(**fields)).values
    assert found.value == read


@pytest.mark.parametrize(
    ("written", "unit"),
    [("10^9/L", "10^9/L"), (r"10\S\9/L", "10^9/L"), ("^mmol/L", "mmol/L"), ("mmol/L^millimoles^UCUM", "mmol/L")],
)
def test_a_unit_is_the_one_that_was_sent(written: str, unit: str) -> None:
    (found,) = one(order(), value(f6=written)).values
    assert (found.value, found.unit) == ("5.1", unit)


@pytest.mark.parametrize(
    ("flag", "read"),
    [
        ("critical high", "HH"),
        ("^Critical high", "HH"),
        ("HH^Above upper panic limits^HL70078", "HH"),
        ("H~A", "H"),
        ("H A", "H"),
        ("N", ""),
    ],
)
def test_a_flag_is_as_grave_as_it_was_sent(flag: str, read: str) -> None:
    (found,) = one(order(), value(f8=flag)).values
    assert (found.flag, found.value) == (read, "5.1")


def test_what_flags_nothing_is_said_in_words() -> None:
    found = one(
        order(),
        value("Ampicillin", "<=2", f2="ST", f6="mg/L", f8="R"),
        value("Ciprofloxacin", "S", f2="ST", f8="S^Susceptible"),
        value("Nitrofurantoin", "16", f8="empfindlich"),
        value("HIV", "Reactive", f2="ST", f8="^Reactive"),
    ).values
    assert [(each.value, each.unit) for each in found] == [
        ("<=2 mg/L, resistant", ""),
        ("S, susceptible", ""),
        ("16, empfindlich", ""),
        ("Reactive", ""),
    ]


def test_values_of_one_name_are_told_apart_by_their_group_and_time() -> None:
    isolates = one(
        order(),
        value("Organism", "E. coli", f2="ST", f4="1"),
        value("Organism", "Klebsiella", f2="ST", f4="2"),
        value("Ampicillin", "R", f2="ST", f4="2"),
    )
    assert [each.name for each in isolates.values] == ["Organism (1)", "Organism (2)", "Ampicillin (2)"]
    curve = one(order(), value(f14="202011010830"), value(said="9.0", f14="202011011030"))
    assert [each.name for each in curve.values] == ["Glucose (2020-11-01 08:30)", "Glucose (2020-11-01 10:30)"]
    plain = one(order(), value(f4="1", f14="202011010830"), value("Potassium", "4", f4="2", f14="202011010830"))
    assert [each.name for each in plain.values] == ["Glucose", "Potassium"]


def test_a_note_names_the_value_that_it_is_about() -> None:
    found = one(
        note("Fasting."),
        order(),
        note("Taken late."),
        value(),
        value("Potassium", "6.9"),
        note("Haemolysed."),
        note("!"),
    )
    assert found.comment == "Fasting.\nTaken late.\nPotassium: Haemolysed.\n!"


def test_what_it_was_found_in_and_on_what_germ_is_said() -> None:
    found = one(
        order(f15="UR&Urine&HL70070^^^B&Left kidney", f26="6463-4&Bacteria&LN^1^Escherichia coli"),
        value("Ampicillin", "R", f2="ST"),
        segment("SPM", f4="119376003^Tissue^SCT", f8="1^Left leg^SCT"),
    )
    assert found.comment == "Of Escherichia coli\nSpecimen: Urine, Left kidney\nSpecimen: Tissue, Left leg"


@pytest.mark.parametrize("event", ["ORU^R30", "ORU^R31", "ORU^R32^ORU_R30", "OUL^R21", "OUL^R24"])
def test_results_of_a_device_and_of_a_laboratory_s_specimens_are_results(event: str) -> None:
    (message,) = hl7.messages(sent(order(), value()).replace(b"ORU^R01", event.encode()))
    (read,) = hl7.read(message)
    assert [each.values for each in read.reports] == [(Value("Glucose", "5.1"),)]


@pytest.mark.parametrize("event", ["OUL^R22", "OUL^R23"])
def test_a_specimen_that_comes_first_is_that_of_all_behind_it(event: str) -> None:
    urine, blood = segment("SPM", f4="U^Urine^L"), segment("SPM", f4="B^Blood^L")
    tests = [order(f4=f"{each}^{each}^L", f3=each) for each in ("Culture", "Protein", "Potassium")]
    parts = (urine, tests[0], value(), tests[1], value(), blood, tests[2], value())
    (message,) = hl7.messages(sent(*parts).replace(b"ORU^R01", event.encode()))
    (read,) = hl7.read(message)
    assert [(each.title, each.comment) for each in read.reports] == [
        ("Culture", "Specimen: Urine"),
        ("Protein", "Specimen: Urine"),
        ("Potassium", "Specimen: Blood"),
    ]


def test_values_without_a_report_and_reports_without_a_patient_are_not_passed_over() -> None:
    assert one(value()).values == (Value("Glucose", "5.1"),)
    (message,) = hl7.messages("\r".join((HEAD, order(), value())).encode())
    with pytest.raises(NotReadable, match="names no patient"):
        hl7.read(message)


def test_what_could_not_be_obtained_was_taken_back_or_is_empty_is_said() -> None:
    found = one(
        order(),
        value("Potassium", "", f11="X"),
        value("Sodium", "Clotted", f2="ST", f11="X"),
        value("Chloride", "99", f11="W"),
        value("Calcium", "1", f11="D"),
        value("Calcium", "2.3", f11="C"),
        value("Iron", ""),
        value("Not asked", "", f11="N"),
    )
    assert found.values == (Value("Calcium", "2.3"),)
    assert found.comment == (
        "Potassium: no result could be obtained.\nSodium: no result could be obtained (Clotted)\n"
        "Iron: no value was sent.\nChloride: the laboratory took this back."
    )
    assert found.corrected


def test_a_value_that_is_not_final_makes_the_report_preliminary() -> None:
    assert one(order(f25=""), value(f11="P")).early
    assert not one(order(f25="F"), value(f11="P")).early
    assert not one(order(f25=""), value(f11="F")).early


def test_of_too_many_values_the_grave_ones_stay_and_words_can_be_grave() -> None:
    many = [value(f"V{at}", "1", f6="g", f7="0-2") for at in range(MOST)]
    found = one(order(), *many, value("Potassium", "8", f8="HH"))
    assert (found.values[-1].name, len(found.values), found.severity) == ("Potassium", MOST, CRITICAL)
    assert found.comment == f"V{MOST - 1} 1 g (0-2)"
    assert one(order(), value("Biopsy", "Carcinoma.", f2="TX", f8="AA")).severity == CRITICAL


@pytest.mark.parametrize(
    ("taken", "observed", "on"),
    [
        ("202011", "", "2020-11"),
        ("", "20201031", "2020-10-31"),
        ("20201345", "", "2020-11-02"),  # no such day: that of the message
    ],
)
def test_a_day_is_one_that_was_sent(taken: str, observed: str, on: str) -> None:
    assert one(order(f7=taken), value(f14=observed)).on == on


def test_a_document_of_plain_text_is_read() -> None:
    assert one(order(), value("Letter", "LAB^TEXT^^A^Dear doctor~all well", f2="ED")).comment == (
        "Letter: Dear doctor\nall well"
    )


# --- Filed -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lab(clinic: str) -> Scope:
    return Scope.system("import_oru", clinic)


@pytest.fixture
def patient(register: Callable[..., Patient]) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14", mrn="4711")


@pytest.fixture
def other(register: Callable[..., Patient]) -> Patient:
    return register(given_name="Ada", family_name="Okonkwo", birth_date="1980-02-03", mrn="4712")


OTHER = PID.replace("4711", "4712").replace("Berg^Pieter", "Okonkwo^Ada").replace("19540314", "19800203")


def filed(scope: Scope, patient: Patient) -> list[tuple[str, list[str], str, bool]]:
    """Title, values, comment, and whether it is in error; the latest first."""
    found = charts.of_kind(scope, patient, RES, 20)
    lines = [(ResultLine.unpack(row["line"]), row.get("state") == ERRORED) for row in found]
    return [(line.title, [each["v"] for each in line.values], line.comment, wrong) for line, wrong in lines]


def test_a_result_that_the_laboratory_takes_back_is_in_error_and_told(
    doctor: Scope, lab: Scope, patient: Patient
) -> None:
    assert oru.take(lab, sent(order(), value())).new == 1
    back = sent(order(f25="C"), value(f11="W"))
    assert (oru.take(lab, back).corrected, oru.take(lab, back).same) == (1, 1)
    assert filed(doctor, patient) == [
        ("Panel (corrected)", [], "Glucose: the laboratory took this back.", False),
        ("Panel", ["5.1"], "", True),
    ]


def test_results_without_a_number_do_not_take_one_another_s_place(
    doctor: Scope, lab: Scope, patient: Patient, other: Patient
) -> None:
    oru.take(lab, sent(order(f3=""), value()))
    assert oru.take(lab, sent(order(f3="", f7="20201102"), value(said="5.2"))).new == 1
    assert oru.take(lab, sent(order(f3=""), value(said="7"), pid=OTHER)).new == 1
    assert [each[1] for each in filed(doctor, patient)] == [["5.2"], ["5.1"]]
    assert oru.take(lab, sent(order(f3=""), value(said="5.0"))).corrected == 1
    assert filed(doctor, other) == [("Panel", ["7"], "", False)]


def test_several_reports_of_one_number_and_title_are_several_results(
    doctor: Scope, lab: Scope, patient: Patient
) -> None:
    isolates = sent(
        order(f26="O^1^E. coli"),
        value(said="2"),
        order(f26="O^2^Klebsiella"),
        value(said="8"),
        order(),
        value(said="9"),
    )
    assert (oru.take(lab, isolates).new, oru.take(lab, isolates).same) == (3, 3)
    assert [each[1:] for each in filed(doctor, patient)] == [
        (["9"], "", False),
        (["8"], "Of Klebsiella", False),
        (["2"], "Of E. coli", False),
    ]


def test_a_number_that_was_another_patient_s_is_left_for_a_person(
    doctor: Scope, lab: Scope, patient: Patient, other: Patient
) -> None:
    oru.take(lab, sent(order(), value()))
    counts = oru.take(lab, sent(order(), value(said="7"), pid=OTHER))
    assert (counts.left, counts.lines) == (1, [f"message 1: {oru.OF_ANOTHER.sentence}"])
    assert filed(doctor, other) == []
    assert [each[3] for each in filed(doctor, patient)] == [False]


def test_whose_it_is_is_told_by_our_number_without_its_zeros_or_by_the_national_one(
    doctor: Scope, lab: Scope, register: Callable[..., Patient]
) -> None:
    who = {"given_name": "Jo", "birth_date": "1954-03-14"}
    padded = register(family_name="Berg", mrn="000815", **who)
    national = register(family_name="Stone", national_id="943 476 5919", **who)
    for number, family in (("815", "Berg"), ("9434765919", "Stone"), ("9434765919", "Berg")):
        pid = PID.replace("4711", number).replace("Berg^Pieter", f"{family}^Jo")
        oru.take(lab, sent(order(f3=f"{number}{family}"), value(), pid=pid))
    assert [len(filed(doctor, each)) for each in (padded, national)] == [1, 1]


def test_of_several_messages_one_that_cannot_be_read_stops_no_other(
    doctor: Scope, lab: Scope, patient: Patient
) -> None:
    admitted = HEAD.replace("ORU^R01", "ADT^A01").encode()
    counts = oru.take(lab, b"\r".join((admitted, sent(order(), value()))))
    assert (counts.new, counts.left) == (1, 1)
    assert counts.lines == ["message 1: This is no ORU or OUL message: it brings no results."]
