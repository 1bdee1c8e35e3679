"""Resources as DSTU2 and STU3 write them, in the elements of R4. Pure.

What these say in flags of their own ("not given", "not taken") is a status in R4: passed over, a dose that was
refused would count.
"""

from collections.abc import Mapping
from typing import Any

from patients.fhir.parts import Json, text, thing, things

Body = dict[str, Any]
SURE = ("unconfirmed", "confirmed", "refuted", "entered-in-error")  # of a status of DSTU2, which joins two
NOT_DONE = ("notGiven", "wasNotGiven", "notDone", "notPerformed")
REMARKS = {"Observation": ("comment", "comments"), "Condition": ("notes",)}  # texts that are notes by now
LONGEST_NOTE = 4_000
# R4's name by the older one, for any kind of resource.
RENAMED = {
    "assertedDate": "recordedDate", "dateRecorded": "recordedDate", "dateWritten": "authoredOn",
    "notDoneReason": "statusReason", "reasonNotPerformed": "statusReason", "reasonNotTaken": "statusReason",
    "codedDiagnosis": "conclusionCode", "reasonCodeableConcept": "reasonCode", "reasonForUse": "reasonCode",
    "substance": "code", "reasonForUseCodeableConcept": "reasonCode",
}  # fmt: skip
PROTOCOL = ("series", "doseNumberPositiveInt", "targetDisease")
RATES = ("rateRatio", "rateRange", "rateQuantity")


def from_older(body: Json) -> Body:
    """What is of R4 stays as it is."""
    made, kind = dict(body), text(body.get("resourceType"))
    for old, new in RENAMED.items():
        if old in made and new not in made:
            made[new] = made.pop(old)
    for name in ("clinicalStatus", "verificationStatus"):
        if said := text(made.get(name)):
            made[name] = _coded(said)
    _flags(made)
    _remarks(made, kind)
    if text(thing(made.get("context")).get("reference")):
        made.setdefault("encounter", made.pop("context"))
    do = {
        "DocumentReference": _document,
        "AllergyIntolerance": _allergy,
        "Immunization": _dose,
        "Encounter": _visit,
    }.get(kind, _medicine)
    do(made)
    return made


def _flags(made: Body) -> None:
    if True in [made.pop(name, None) for name in NOT_DONE]:
        made["status"] = "not-done"
    if True in [made.pop("wasNotTaken", None), text(made.pop("taken", None)) == "n"]:
        made["status"] = "not-taken"


def _remarks(made: Body, kind: str) -> None:
    for name in ("note", *REMARKS.get(kind, ())):
        if said := text(made.get(name), LONGEST_NOTE):
            del made[name]
            made["note"] = [*things(made.get("note")), {"text": said}]


def _document(made: Body) -> None:
    if at := made.get("created") or made.get("indexed"):
        made.setdefault("date", at)


def _visit(made: Body) -> None:
    if any("text" in each or "coding" in each for each in things(made.get("reason"))):
        made.setdefault("reasonCode", made.pop("reason"))


def _medicine(made: Body) -> None:
    for name in ("dosage", "dosageInstruction"):
        if name in made:
            made[name] = [_dosage(each) for each in things(made[name])]


def _coded(code: str) -> Json:
    return {"coding": [{"code": code}]}


def _allergy(made: Body) -> None:
    if said := text(made.get("status")):
        made.setdefault("verificationStatus" if said in SURE else "clinicalStatus", _coded(said))
    if text(made.get("criticality")).startswith("CRIT"):  # CRITL, CRITH, CRITU
        made["criticality"] = "high" if made["criticality"] == "CRITH" else ""


def _dose(made: Body) -> None:
    if "date" in made:
        made.setdefault("occurrenceDateTime", made.pop("date"))
    if listed := things(made.pop("vaccinationProtocol", None)):
        counted = ({**each, "doseNumberPositiveInt": each.get("doseSequence")} for each in listed)
        made.setdefault(
            "protocolApplied", [{name: each[name] for name in PROTOCOL if name in each} for each in counted]
        )


def _dosage(dosage: Json) -> Json:
    """The dose and its rate, which stand in a list of their own by now; DSTU2 calls a dose a quantity."""
    made = dict(dosage)
    dose = {
        new: made.pop(old)
        for old, new in (
            ("doseQuantity", "doseQuantity"),
            ("quantityQuantity", "doseQuantity"),
            ("doseRange", "doseRange"),
            ("quantityRange", "doseRange"),
            *zip(RATES, RATES, strict=True),
        )
        if isinstance(made.get(old), Mapping)
    }
    if dose:
        made.setdefault("doseAndRate", [dose])
    for old, new in (("additionalInstructions", "additionalInstruction"), ("siteCodeableConcept", "site")):
        if old in made:
            made.setdefault(new, made.pop(old))
    repeat = thing(thing(made.get("timing")).get("repeat"))
    if "periodUnits" in repeat:
        made["timing"] = {**made["timing"], "repeat": {**repeat, "periodUnit": repeat["periodUnits"]}}
    return made
