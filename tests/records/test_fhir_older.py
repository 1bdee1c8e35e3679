"""DSTU2 and STU3, national extensions and codes for "not known": nothing of them is read as its opposite."""

from typing import Any

import pytest

from clinnet.table import Scope
from records import queries as charts
from records.fhir.reading import NOT_KNOWN, NOT_TO_BE
from records.fhir.shapes import LOINC, TERMINOLOGY
from records.fhir.taken import ASKED
from records.lines import AllergyLine, ImmunisationLine, MedicineLine, OtherLine, ProblemLine, ResultLine
from records.models import OBS, RES
from tests.records.test_fhir import only
from tests.records.test_fhir_meaning import chart, coded, taken, told
from tests.records.test_fhir_values import Told, found, height, measured, same
from tests.records.test_fhir_versions import about, current
from tests.records.test_fhir_versions import told as imported

__all__ = ["imported"]
CERTAINTY = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


# --- Older releases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Immunization", {"status": "completed", "notGiven": True, "vaccineCode": {"text": "MMR"}}),
        ("Immunization", {"status": "completed", "wasNotGiven": True, "vaccineCode": {"text": "MMR"}}),
        ("Procedure", {"status": "suspended", "notDone": True, "code": {"text": "Appendectomy"}}),
        ("Procedure", {"status": "completed", "notPerformed": True, "code": {"text": "Appendectomy"}}),
    ],
)
def test_what_an_older_release_flags_as_not_done_is_not_listed(kind: str, body: dict[str, Any]) -> None:
    made = chart(kind, **body)
    assert list(made.taken()) == []
    assert [why for _, why in made.left] == [NOT_TO_BE]


@pytest.mark.parametrize("more", [{"taken": "n"}, {"wasNotTaken": True}])
def test_what_an_older_release_says_is_not_taken_is_not_current(more: dict[str, Any]) -> None:
    found_ = taken("MedicationStatement", status="active", medicationCodeableConcept={"text": "Warfarin"}, **more)
    assert found_.state == "ended"


@pytest.mark.parametrize(
    ("kind", "more", "state"),
    [
        ("Condition", {"clinicalStatus": "resolved", "verificationStatus": "confirmed"}, "ended"),
        ("Condition", {"clinicalStatus": "active", "verificationStatus": "refuted"}, "errored"),
        ("Condition", {"clinicalStatus": {"text": "Resolved"}}, "ended"),
        ("AllergyIntolerance", {"verificationStatus": "refuted"}, "errored"),
        ("AllergyIntolerance", {"status": "inactive"}, "ended"),
        ("AllergyIntolerance", {"status": "entered-in-error"}, "errored"),
        ("AllergyIntolerance", {"verificationStatus": {"text": "Entered in error"}}, "errored"),
        ("AllergyIntolerance", {"status": "unconfirmed"}, "current"),
    ],
)
def test_a_status_without_a_list_of_codes_is_one(kind: str, more: dict[str, Any], state: str) -> None:
    assert taken(kind, code={"text": "Latex"}, **more).state == state


def test_an_allergy_of_dstu2_has_its_substance_and_its_risk() -> None:
    body = {"substance": {"text": "Latex"}, "criticality": "CRITH", "note": {"text": "Gloves"}, "recordedDate": "2013"}
    line = AllergyLine.unpack(taken("AllergyIntolerance", **body).content)
    assert (line.substance, list(line.reactions)) == ("Latex", ["high criticality, as sent", "Gloves"])


def test_a_dose_of_stu3_has_its_day_and_its_number() -> None:
    body = {"vaccineCode": {"text": "MMR"}, "notGiven": False, "date": "2015-01-02"}
    series = [{"doseSequence": 2, "series": "Childhood"}]
    line = ImmunisationLine.unpack(
        taken("Immunization", status="completed", vaccinationProtocol=series, **body).content
    )
    assert (line.vaccine, line.on) == ("MMR (Childhood dose 2)", "2015-01-02")


@pytest.mark.parametrize("name", ["doseQuantity", "quantityQuantity"])
def test_a_dosage_of_an_older_release_has_its_dose(name: str) -> None:
    repeat = {"frequency": 3, "period": 1, "periodUnits": "d"}
    dosage = [{name: {"value": 400, "unit": "mg"}, "timing": {"repeat": repeat}}]
    line = MedicineLine.unpack(
        taken("MedicationStatement", medicationCodeableConcept={"text": "Ibuprofen"}, dosage=dosage).content
    )
    assert line.directions == "400 mg, 3 times a day"


def test_what_older_releases_call_otherwise_is_found() -> None:
    assert taken("Condition", code={"text": "Gout"}, assertedDate="2015-03-04").at.year == 2015
    assert taken("Encounter", type=[{"text": "Visit"}], reason=[{"text": "Cough"}]).title == "Visit: Cough"
    value = taken("Observation", code={"text": "Pulse"}, valueString="72", comment="After the stairs")
    assert ResultLine.unpack(value.content).comment == "Pulse: After the stairs"
    stopped = taken("Procedure", code={"text": "Scan"}, status="aborted", notDoneReason={"text": "refused"})
    assert OtherLine.unpack(stopped.content).more == "because: refused"


# --- Not known, none -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({}, "current"),
        ({"verificationStatus": told("entered-in-error")}, "errored"),
        ({"verificationStatus": told("refuted")}, "errored"),
        ({"clinicalStatus": told("inactive")}, "ended"),
    ],
)
def test_that_there_are_no_allergies_is_no_fact_once_it_is_taken_back(status: dict[str, Any], state: str) -> None:
    found_ = taken("AllergyIntolerance", code=coded("716186003"), **status)
    assert (found_.kind, found_.state) == (ASKED, state)


def test_no_allergies_that_were_entered_in_error_are_not_shown_as_a_fact(doctor: Scope, imported: Told) -> None:
    none = {**about("AllergyIntolerance", "a1", code=coded("716186003")), "verificationStatus": told("confirmed")}
    wrong = {**none, "verificationStatus": told("entered-in-error")}
    imported([wrong])
    assert charts.none_known(charts.summaries(doctor, only(doctor))) is None
    imported([none])
    assert charts.none_known(charts.summaries(doctor, only(doctor)))
    imported([wrong])
    assert charts.none_known(charts.summaries(doctor, only(doctor))) is None


@pytest.mark.parametrize("kind", ["Condition", "AllergyIntolerance"])
@pytest.mark.parametrize(
    "code",
    [
        {"coding": [{"system": f"{TERMINOLOGY}/data-absent-reason", "code": "masked"}]},
        {
            "coding": [{"system": f"{TERMINOLOGY}/v3-NullFlavor", "code": "UNK"}],
            "text": "Unknown",
        },
        {"extension": [{"url": ABSENT, "valueCode": "unknown"}]},
    ],
)
def test_a_code_for_nothing_known_is_listed_as_nothing(kind: str, code: dict[str, Any]) -> None:
    made = chart(kind, code=code)
    assert list(made.taken()) == []
    assert len(made.left) == 1


def test_words_beside_a_code_for_nothing_known_are_what_is_known() -> None:
    null = {"system": f"{TERMINOLOGY}/v3-NullFlavor", "code": "OTH", "display": "other"}
    found_ = taken("Condition", code={"coding": [null], "text": "Chest trouble"})
    assert ProblemLine.unpack(found_.content).words == "Chest trouble"


def test_no_medicines_and_no_problems_are_none() -> None:
    concept = coded("787481004")
    assert list(chart("MedicationStatement", medicationCodeableConcept=concept).taken()) == []
    assert list(chart("Condition", code=coded("160245001")).taken()) == []
    masked = chart("MedicationStatement", medicationCodeableConcept={"extension": [{"url": ABSENT}]})
    assert list(masked.taken()) == []
    assert [why for _, why in masked.left] == [NOT_KNOWN]


def test_a_risk_in_the_place_of_a_code_has_its_substance() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"

    def risk(code: str) -> dict[str, Any]:
        parts = [("substance", {"text": "Penicillin"}), ("exposureRisk", told(code))]
        inner = [{"url": name, "valueCodeableConcept": value} for name, value in parts]
        return {"extension": [{"url": url, "extension": inner}]}

    found_ = taken("AllergyIntolerance", **risk("known-reaction-risk"))
    assert AllergyLine.unpack(found_.content).substance == "Penicillin"
    assert list(chart("AllergyIntolerance", **risk("no-known-reaction-risk")).taken()) == []


# --- What a nation adds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "words", "state"),
    [
        ("G", "Herzinfarkt", "current"),
        ("A", "Herzinfarkt (excluded)", "errored"),
        ("V", "Herzinfarkt (suspected)", "current"),
        ("Z", "Herzinfarkt (status post)", "ended"),
    ],
)
def test_a_german_diagnosis_is_as_certain_as_the_letter_beside_its_code(letter: str, words: str, state: str) -> None:
    said = [{"url": CERTAINTY, "valueCoding": {"code": letter}}]
    code = {"coding": [{"code": "I21.9", "display": "Herzinfarkt", "extension": said}]}
    found_ = taken("Condition", code=code)
    assert (ProblemLine.unpack(found_.content).words, found_.state) == (words, state)


def test_a_german_diagnosis_has_its_side() -> None:
    said = [{"url": "http://fhir.de/StructureDefinition/seitenlokalisation", "valueCoding": {"code": "L"}}]
    found_ = taken("Condition", code={"coding": [{"display": "Gonarthrose", "extension": said}]})
    assert ProblemLine.unpack(found_.content).words == "Gonarthrose, left"


@pytest.mark.parametrize(
    "system", ["http://hl7.org/fhir/sid/cvx", "https://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292"]
)
def test_a_system_of_codes_is_known_by_each_of_its_names(system: str) -> None:
    found_ = taken("Immunization", status="completed", vaccineCode={"coding": [{"system": system, "code": "207"}]})
    assert ImmunisationLine.unpack(found_.content).cvx == "207"


# --- Medicines and values --------------------------------------------------------------------------------------------


def medicine(**contained: Any) -> str:
    inside = [{"resourceType": "Medication", "id": "m", **contained}]
    body = {"contained": inside, "medicationReference": {"reference": "#m"}}
    return MedicineLine.unpack(taken("MedicationRequest", status="active", **body).content).name


def test_a_medicine_has_its_strength_and_form_and_a_mixture_what_is_in_it() -> None:
    part = {"itemCodeableConcept": {"text": "Metformin"}, "strength": {"numerator": {"value": 500, "unit": "mg"}}}
    assert medicine(ingredient=[part], form={"text": "tablet"}) == "Metformin 500 mg (tablet)"
    assert medicine(code={"text": "Metformin"}, ingredient=[part]) == "Metformin 500 mg"
    assert medicine(code={"text": "Metformin 500mg tablets"}, ingredient=[part], form={"text": "Tablet"}) == (
        "Metformin 500mg tablets"
    )
    strength = {"numerator": {"value": 250, "unit": "mg"}, "denominator": {"value": 5, "unit": "mL"}}
    assert medicine(code={"text": "Amoxicillin"}, ingredient=[{"strength": strength}]) == "Amoxicillin 250 mg per 5 mL"


def test_a_medicine_that_only_an_address_names_is_told() -> None:
    made = chart("MedicationRequest", status="active", medicationReference={"reference": "Medication/9"})
    assert [MedicineLine.unpack(each.content).name for each in made.taken()] == ["Not named"]
    assert len(made.told) == 1


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        (
            {
                "doseAndRate": [
                    {"type": {"text": "Calculated"}, "doseQuantity": {"value": 15, "unit": "mg/kg"}},
                    {"type": {"text": "Ordered"}, "doseQuantity": {"value": 1, "unit": "g"}},
                ]
            },
            "15 mg/kg (calculated), 1 g (ordered)",
        ),
        ({"timing": {"repeat": {"when": ["ACM"], "offset": 30}}}, "30 minutes before breakfast"),
        ({"timing": {"repeat": {"duration": 2, "durationUnit": "h"}}}, "over 2 hours"),
        ({"timing": {"repeat": {"count": 3, "countMax": 5}}}, "3-5 times in all"),
        (
            {"timing": {"code": {"text": "while awake"}, "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}},
            "2 times a day, while awake",
        ),
    ],
)
def test_directions_leave_nothing_of_a_dose_out(dosage: dict[str, Any], words: str) -> None:
    line = taken("MedicationRequest", medicationCodeableConcept={"text": "A"}, dosageInstruction=[dosage])
    assert MedicineLine.unpack(line.content).directions == words


@pytest.mark.parametrize(
    ("over", "per", "words"),
    [
        ({"value": 1, "comparator": "<"}, {"value": 128}, "<1:128"),
        ({"value": 1}, {"value": 128}, "1:128"),
        ({"value": 30, "unit": "mg"}, {"value": 1, "unit": "g"}, "30 mg per 1 g"),
    ],
)
def test_a_ratio_has_its_bound_and_its_units(over: dict[str, Any], per: dict[str, Any], words: str) -> None:
    ratio = {"numerator": over, "denominator": per}
    (value,) = ResultLine.unpack(taken("Observation", code={"text": "Titre"}, valueRatio=ratio).content).values
    assert value["v"] == words


def test_a_word_of_snomed_for_the_kind_of_thing_is_no_part_of_the_name() -> None:
    found_ = taken("AllergyIntolerance", code={"text": "Latex (substance)"})
    assert AllergyLine.unpack(found_.content).substance == "Latex"


def oxygen(*parts: tuple[str, int]) -> dict[str, Any]:
    code = {"coding": [{"system": LOINC, "code": "59408-5"}], "text": "SpO2"}
    component = [{"code": {"text": name}, "valueQuantity": {"value": value, "unit": "L/min"}} for name, value in parts]
    more = {"component": component} if component else {}
    return {**height(), "id": "s1", "code": code, "valueQuantity": {"value": 95, "unit": "%"}, **more}


def test_a_saturation_on_oxygen_is_never_shown_without_it(doctor: Scope, imported: Told) -> None:
    imported([oxygen(), height()])
    assert measured(doctor) == [{"spo2": "95", "height": "180"}]
    same(imported, [oxygen(("Oxygen", 6)), height()])
    assert measured(doctor) == [{"height": "180"}]
    assert found(doctor) == [{"SpO2": "95", "Oxygen": "6"}]


def test_a_category_of_its_own_in_front_hides_no_vital_sign(doctor: Scope, imported: Told) -> None:
    home = {"coding": [{"system": "urn:own", "code": "home"}]}
    imported([{**height(), "category": [home, told("vital-signs")]}])
    assert (len(current(doctor, only(doctor), OBS)), len(current(doctor, only(doctor), RES))) == (1, 0)


def test_of_a_pressure_what_stands_besides_is_told(imported: Told) -> None:
    parts = [("8480-6", 120), ("8462-4", 80), ("8478-0", 93)]
    component = [
        {"code": coded(code, LOINC), "valueQuantity": {"value": value, "unit": "mmHg"}} for code, value in parts
    ]
    code = coded("85354-9", LOINC)
    body = {key: value for key, value in height().items() if key != "valueQuantity"}
    assert "a further value" in imported([{**body, "code": code, "component": component}])
