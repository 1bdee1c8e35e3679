"""Other releases and languages say the same of a chart in other shapes; nothing of it is lost or turned round."""

import base64
from typing import Any

import pytest

from records.fhir import bodies, measured, notes, reading
from records.fhir.releases import as_r4
from records.fhir.taken import ASKED, Taken
from records.lines import (
    AllergyLine,
    ImmunisationLine,
    MedicineLine,
    OrderLine,
    OtherLine,
    ProblemLine,
    ResultLine,
)
from tests.records.test_fhir_meaning import chart, taken, told


def concept(words: str, *codes: str) -> dict[str, Any]:
    return {"text": words, "coding": [{"code": code} for code in codes]}


def medicine(kind: str = "MedicationRequest", **body: Any) -> MedicineLine:
    return MedicineLine.unpack(taken(kind, **{"status": "active", **body}).content)


# --- R5 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "held",
    [
        {"medication": {"concept": concept("Amoxicillin")}},
        {"medication": {"reference": {"display": "Amoxicillin"}}},
        {
            "medication": {"reference": {"reference": "#m"}},
            "contained": [{"resourceType": "Medication", "id": "m", "code": concept("Amoxicillin")}],
        },
    ],
)
def test_a_medicine_of_r5_has_its_name_and_its_reason(held: dict[str, Any]) -> None:
    line = medicine(**held, reason=[{"concept": concept("cough")}], dosageInstruction=[{"text": "One at night"}])
    assert (line.name, line.directions) == ("Amoxicillin", "One at night; for cough")


def test_what_is_not_taken_in_r5_is_not_taken() -> None:
    body = {"status": "recorded", "adherence": {"code": told("not-taking")}, "medication": {"concept": concept("X")}}
    found = taken("MedicationStatement", **body)
    assert (found.state, MedicineLine.unpack(found.content).directions) == (
        "ended",
        "directions not given; not-taken, as sent",
    )


def test_an_allergy_of_r5_has_its_type_and_its_reactions() -> None:
    shown = [{"manifestation": [{"concept": concept("Hives")}]}]
    line = AllergyLine.unpack(
        taken("AllergyIntolerance", code=concept("Milk"), type=told("intolerance"), reaction=shown).content
    )
    assert (line.kind, list(line.reactions)) == ("intolerance", ["Hives"])


def test_procedures_doses_problems_and_plans_of_r5_are_read() -> None:
    done = OtherLine.unpack(
        taken(
            "Procedure",
            status="completed",
            code=concept("X-ray"),
            occurrenceDateTime="2019-02-02",
            reason=[{"concept": concept("pain")}],
        ).content
    )
    assert (done.on, done.more) == ("2019-02-02", "for pain")
    given = taken(
        "Immunization", status="completed", vaccineCode=concept("MMR"), occurrenceDateTime="2020-02-03",
        manufacturer={"reference": {"display": "GSK"}}, protocolApplied=[{"doseNumber": "2", "seriesDoses": "3"}],
        reaction=[{"date": "2020-02-04", "manifestation": {"concept": concept("fever")}}],
    )  # fmt: skip
    dose = ImmunisationLine.unpack(given.content)
    assert (dose.vaccine, dose.maker) == ("MMR (dose 2 of 3, reaction fever on 2020-02-04)", "GSK")
    place = {"bodyStructure": {"display": "Left femur"}}
    assert ProblemLine.unpack(taken("Condition", code=concept("Fracture"), **place).content).words == (
        "Fracture, Left femur"
    )
    plan = taken(
        "CarePlan", status="active", title="Diet", activity=[{"plannedActivityReference": {"display": "Walk"}}]
    )
    assert OtherLine.unpack(plan.content).more == "Walk"
    assert OrderLine.unpack(
        taken("ServiceRequest", status="active", code={"concept": concept("MRI knee")}).content
    ) == (OrderLine(what="MRI knee", kind="imaging"))


def test_an_encounter_of_r5_is_one_of_r4() -> None:
    reasons = [{"value": [{"concept": concept("cough")}, {"reference": {"display": "Asthma"}}]}]
    body = {"resourceType": "Encounter", "actualPeriod": {"start": "2020"}, "reason": reasons,
            "participant": [{"actor": {"display": "Dr A"}}]}  # fmt: skip
    assert as_r4(body) == {
        "resourceType": "Encounter",
        "period": {"start": "2020"},
        "reasonCode": [concept("cough")],
        "reasonReference": [{"display": "Asthma"}],
        "participant": [{"actor": {"display": "Dr A"}, "individual": {"display": "Dr A"}}],
    }


def test_what_is_of_r4_stays_as_it_is() -> None:
    body = {
        "resourceType": "ServiceRequest",
        "code": concept("X"),
        "reasonCode": [concept("Y")],
        "occurrenceDateTime": "2020",
    }
    assert as_r4(body) == body


# --- What is said besides --------------------------------------------------------------------------------------------


def test_a_day_on_which_an_allergy_was_written_down_is_not_since_when_it_is() -> None:
    line = AllergyLine.unpack(taken("AllergyIntolerance", code=concept("Latex"), recordedDate="2013-10-25").content)
    assert line.since == ""
    more = {"onsetAge": {"value": 5, "code": "a"}, "lastOccurrence": "2019-01", "verificationStatus": told("presumed")}
    line = AllergyLine.unpack(taken("AllergyIntolerance", code=concept("Latex"), **more).content)
    assert list(line.reactions) == ["presumed, as sent", "since the age of 5 years", "last on 2019-01"]


@pytest.mark.parametrize(
    "words",
    ["Keine bekannten Allergien", "Aucune allergie connue", "Sin alergias conocidas.", "Geen bekende allergieën"],
)
def test_that_there_are_no_allergies_is_read_in_other_languages(words: str) -> None:
    assert taken("AllergyIntolerance", code={"text": words}).kind == ASKED


@pytest.mark.parametrize("kind", ["AllergyIntolerance", "Condition", "MedicationStatement", "Observation", "Procedure"])
def test_what_carries_a_mark_that_is_not_understood_is_not_listed_and_said(kind: str) -> None:
    made = chart(
        kind, code=concept("X"), valueString="1", modifierExtension=[{"url": "http://x/not", "valueBoolean": True}]
    )
    assert list(made.taken()) == []
    assert made.left == [("", bodies.MARKED)]


def test_directions_are_in_the_order_in_which_they_are_followed() -> None:
    dosage = [{"sequence": 2, "text": "then one"}, {"sequence": 1, "text": "first two"}]
    waits: dict[str, Any] = {"status": "on-hold", "statusReason": concept("bleeding")}
    supply: dict[str, Any] = {"dispenseRequest": {"validityPeriod": {"end": "2020-05-01"}}}
    line = medicine(medicationCodeableConcept=concept("X"), dosageInstruction=dosage, **waits, **supply)
    assert line.directions == (
        "first two; then one; on-hold, as sent; because: bleeding; prescription valid until 2020-05-01"
    )
    eye = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "drop"}}], "site": concept("left eye"),
           "asNeededFor": [concept("itching")], "maxDosePerPeriod": [{
               "numerator": {"value": 4, "unit": "drop"}, "denominator": {"value": 1, "code": "d"}}]}  # fmt: skip
    assert medicine(medicationCodeableConcept=concept("X"), dosageInstruction=[eye]).directions == (
        "1 drop, left eye, when needed for itching, at most 4 drop in 1 day"
    )


@pytest.mark.parametrize("status", ["cancelled", "registered", "preliminary"])
def test_a_value_that_is_not_final_says_so_and_is_no_measurement(status: str) -> None:
    weight = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Weight"}
    body = {
        "category": [told("vital-signs")],
        "code": weight,
        "effectiveDateTime": "2020-01-02",
        "valueQuantity": {"value": 80, "unit": "kg"},
    }
    found = taken("Observation", status=status, **body)
    if status == "preliminary":
        assert found.kind == "OBS"
        return
    line = ResultLine.unpack(found.content)
    assert (found.kind, line.title, [each["n"] for each in line.values]) == (
        "RES",
        f"Weight ({status})",
        [f"Weight ({status})"],
    )


def test_what_a_value_was_found_in_is_said_and_so_is_a_remark_on_a_measurement() -> None:
    urine = {
        "specimen": {"reference": "#s"},
        "contained": [{"resourceType": "Specimen", "id": "s", "type": concept("Urine")}],
    }
    report = taken("DiagnosticReport", status="final", code=concept("Culture"), conclusion="Growth", **urine)
    assert ResultLine.unpack(report.content).comment == "Specimen: Urine\nGrowth"
    sent = {
        "code": concept("Culture"),
        "valueString": "Growth",
        "method": concept("Plate"),
        "specimen": {"display": "Blood"},
    }
    value = ResultLine.unpack(
        taken("Observation", status="final", effectiveTiming={"event": ["2020-01-02"]}, **sent).content
    )
    assert (value.comment, value.on) == ("Specimen: Blood\nMethod: Plate", "2020-01-02")
    weight = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
    body: dict[str, Any] = {"category": [told("vital-signs")], "code": weight}
    body |= {"valueQuantity": {"value": 80, "unit": "kg"}}
    made = chart("Observation", effectiveDateTime="2020-01-02", note=[{"text": "with shoes"}], **body)
    assert [each.kind for each in made.taken()] == ["OBS"]
    assert made.told == [("", measured.REMARKS)]


def test_an_order_says_for_when_for_what_and_by_whom() -> None:
    why = {"reasonCode": [concept("pain"), concept("fever")], "note": [{"text": "no contrast"}]}
    more = {"occurrenceDateTime": "2020-01-05", "performer": [{"display": "Radiology"}]}
    line = OrderLine.unpack(taken("ServiceRequest", status="active", code=concept("CT head"), **why, **more).content)
    assert (line.kind, line.why) == ("imaging", "pain; fever; for 2020-01-05; by Radiology; no contrast")


# --- Documents -------------------------------------------------------------------------------------------------------


def document(*contents: tuple[str, str], **more: Any) -> dict[str, Any]:
    listed = [{"contentType": kind, "data": base64.b64encode(words.encode()).decode()} for kind, words in contents]
    return {
        "type": concept("Letter"),
        "content": [{"attachment": each} for each in listed],
        "status": "current",
        **more,
    }


def noted(**body: Any) -> Taken:
    return taken("DocumentReference", **body)


def test_a_page_is_read_as_its_words() -> None:
    html = "<head><title>x</title></head><p>Seen <b>today</b>.</p><script>y()</script><p>BP &lt; 140</p>"
    found = notes.note_of(document(("text/html; charset=utf-8", html)))
    assert found is not None
    assert found.sections[0].text == "Seen today.\nBP < 140"


def test_a_document_that_is_not_the_last_word_says_so_and_what_of_it_is_not_read() -> None:
    assert noted(**document(("text/plain", "Old."), status="superseded")).title == "Letter (superseded)"
    assert noted(**document(("text/plain", "Soon."), docStatus="preliminary")).title == "Letter (preliminary)"
    made = chart("DocumentReference", **document(("application/pdf", "%PDF"), ("text/plain", "Read.")))
    assert [each.sections[0].text for each in made.taken()] == ["Read."]
    assert made.told == [("", reading.SEVERAL.format(1))]
