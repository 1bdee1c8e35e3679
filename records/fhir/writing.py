"""What a chart keeps, as resources: what came from a file as it came, with what changed here since. Pure."""

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from patients.fhir.parts import Exact, Json
from records.fhir import letters
from records.fhir.letters import LETTER, LetterBody
from records.fhir.notes import markdown
from records.fhir.shapes import (
    CVX,
    ICD,
    LOINC,
    NO_ALLERGY,
    NOTE,
    ORDERED,
    SNOMED,
    TERMINOLOGY,
    UCUM,
    repointed,
    unpacked,
    written,
)
from records.fhir.taken import IN_ERROR
from records.lines import (
    AllergyLine,
    DocumentLine,
    ImmunisationLine,
    MeasuredLine,
    MedicineLine,
    OrderLine,
    OtherLine,
    ProblemLine,
    ResultLine,
    ValueLine,
)
from records.rules.measurements import DIASTOLIC, GLUCOSE_MG, KINDS, SYSTOLIC
from records.rules.notes import Section
from records.rules.results import KINDS as KINDS_OF_ORDERS
from records.rules.results import PERHAPS_THOUSANDS

SPACE = uuid.UUID("6f1d1f0e-8c0b-5b52-9d3c-4d3d1c7c1b11")  # of the addresses in our bundles
FLAGS = {"HH": "HH", "LL": "LL", "AA": "AA", "H": "H", "L": "L", "A": "A"}


@dataclass(frozen=True, slots=True, repr=False)
class Thing:
    """An item, as plain data. `kept` is what it came from; `touched`: it was changed here since.

    `at` is a stamp. `sections` and `by` are a note's, a letter's or an addendum's; `appends` is the id of an addendum's
    note.
    """

    kind: str
    id: str
    entry: str
    at: str
    content: Mapping[str, Any] = field(default_factory=dict)
    state: str = "current"
    kept: str = ""
    touched: bool = False
    by: str = ""
    title: str = ""
    sections: Sequence[Section] = ()
    hash: str = ""
    letter: LetterBody | None = None
    appends: str = ""
    why: str = ""  # it has ended: a key of ending.REASONS, renewed or resulted


def bundle(patient: Json, things: Sequence[Thing], *, at: str) -> str:
    """A collection, as JSON: the patient first. Each reference leads to an entry of it."""
    bodies = [patient, *_once([body for each in things for body in _about(patient, resources(each), each)])]
    names = {name(body): _url(name(body)) for body in bodies}
    kept = [each for each in things if each.kind == "ENTRY" and each.kept]  # what is written here stands in them too
    names |= {f"Encounter/{each.id}": names[name(resources(each)[0])] for each in kept}
    entries = [{"fullUrl": _url(name(body)), "resource": repointed(body, names)} for body in bodies]
    return written({"resourceType": "Bundle", "type": "collection", "timestamp": at, "entry": entries})


def _once(bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what is in error here and stands elsewhere under the same name: a value that moved."""
    stands = {name(each) for each in bodies if each.get("status") != IN_ERROR}
    return [each for each in bodies if each.get("status") != IN_ERROR or name(each) not in stands]


def name(body: Json) -> str:
    return f"{body['resourceType']}/{body['id']}"


def _url(of: str) -> str:
    return f"urn:uuid:{uuid.uuid5(SPACE, of)}"


def _about(patient: Json, bodies: Sequence[dict[str, Any]], thing_: Thing) -> Iterator[dict[str, Any]]:
    """Whose it is, and in which encounter."""
    for body in bodies:
        whose = "patient" if body["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
        body[whose] = {"reference": name(patient)}
        if not thing_.kept and thing_.entry and body["resourceType"] not in ("Encounter", "AllergyIntolerance"):
            pointed = {"reference": f"Encounter/{thing_.entry}"}
            is_document = body["resourceType"] == "DocumentReference"
            within = {"context": {**body.get("context", {}), "encounter": [pointed]}}
            body.update(within if is_document else {"encounter": pointed})
        yield body


def resources(thing_: Thing) -> list[dict[str, Any]]:
    if thing_.kept:
        bodies = unpacked(thing_.kept)
        return [_changed(body, thing_) for body in bodies] if thing_.touched else bodies
    made = MAKERS[thing_.kind](thing_)
    return [_changed(body, thing_) if thing_.state == "errored" else body for body in made]


def _changed(body: dict[str, Any], of: Thing) -> dict[str, Any]:
    """With the state that it has here."""
    kind, state = body["resourceType"], of.state
    if kind in ("Condition", "AllergyIntolerance"):
        system = "condition-ver-status" if kind == "Condition" else "allergyintolerance-verification"
        if state == "errored":
            rest = {key: value for key, value in body.items() if key != "clinicalStatus"}
            return rest | {"verificationStatus": _concept(f"{TERMINOLOGY}/{system}", "entered-in-error")}
        system = "condition-clinical" if kind == "Condition" else "allergyintolerance-clinical"
        word = "active" if state == "current" else "resolved"
        return body | {"clinicalStatus": _concept(f"{TERMINOLOGY}/{system}", word)}
    if state == "errored":
        return body | {"status": IN_ERROR}
    if kind == "ServiceRequest":
        return body | {"status": _order_status(of)}
    if kind in ("MedicationRequest", "MedicationStatement"):
        return body | {"status": "active" if state == "current" else "stopped"}
    return body


def _order_status(of: Thing) -> str:
    """Of an order that is over: whether its result came, or it was cancelled."""
    return "active" if of.state == "current" else "completed" if of.why == "resulted" else "revoked"


def _concept(system: str, code: str, words: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code} | ({"display": words} if words else {})
    return {"coding": [coding]} | ({"text": words} if words else {})


def _said(words: str, *codings: tuple[str, str]) -> dict[str, Any]:
    listed = [{"system": system, "code": code} for system, code in codings if code]
    return ({"coding": listed} if listed else {}) | {"text": words}


def _exact(value: str) -> Any:
    """A JSON number where it is one, written as it was typed."""
    plain = value.replace(",", ".")
    whole, _, part = plain.partition(".")
    fits = whole.isdecimal() and (whole == "0" or not whole.startswith("0")) and (part.isdecimal() or "." not in plain)
    return Exact(plain) if fits else value


# --- Each kind -------------------------------------------------------------------------------------------------------


def _entry(of: Thing) -> list[dict[str, Any]]:
    who = [{"individual": {"display": of.by}}] if of.by else []
    body: dict[str, Any] = {
        "resourceType": "Encounter",
        "id": of.id,
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB"},
        "type": [{"text": of.title or "Visit"}],
        "period": {"start": of.at, "end": of.at},
    }
    return [body | ({"participant": who} if who else {})]


def _allergy(of: Thing) -> list[dict[str, Any]]:
    line = AllergyLine.unpack(of.content)
    reaction: dict[str, Any] = {"manifestation": [{"text": each} for each in line.reactions or ["not told"]]}
    reaction |= {"severity": line.severity} if line.severity else {}
    body: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "id": of.id,
        "clinicalStatus": _concept(f"{TERMINOLOGY}/allergyintolerance-clinical", "active"),
        "code": {"text": line.substance},
        "recordedDate": of.at,
        "encounter": {"reference": f"Encounter/{of.entry}"},
    }
    body |= {"type": line.kind} if line.kind in ("allergy", "intolerance") else {}
    body |= {"reaction": [reaction]} if line.reactions or line.severity else {}
    return [body | ({"onsetDateTime": line.since} if line.since else {})]


def _none_known(of: Thing) -> list[dict[str, Any]]:
    """That there are no known allergies, as a fact."""
    return [
        {
            "resourceType": "AllergyIntolerance",
            "id": of.id,
            "recordedDate": of.at,
            "clinicalStatus": _concept(f"{TERMINOLOGY}/allergyintolerance-clinical", "active"),
            "code": _concept(SNOMED, NO_ALLERGY, "No known allergy"),
        }
    ]


def _problem(of: Thing) -> list[dict[str, Any]]:
    line = ProblemLine.unpack(of.content)
    state = "resolved" if of.state == "ended" else "active"
    body: dict[str, Any] = {
        "resourceType": "Condition",
        "id": of.id,
        "clinicalStatus": _concept(f"{TERMINOLOGY}/condition-clinical", state),
        "category": [_concept(f"{TERMINOLOGY}/condition-category", "problem-list-item")],
        "code": _said(line.words, (ICD, line.code)),
        "recordedDate": of.at,
    }
    return [body | ({"onsetDateTime": line.since} if line.since else {})]


def _medicine(of: Thing) -> list[dict[str, Any]]:
    line = MedicineLine.unpack(of.content)
    named = " ".join(part for part in (line.name, line.strength, line.form) if part)
    body: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "id": of.id,
        "status": "stopped" if of.state == "ended" else "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": named},
        "authoredOn": line.start or of.at,
    }
    body |= {"dosageInstruction": [{"text": line.directions}]} if line.directions else {}
    supply: dict[str, Any] = {"quantity": {"value": int(line.quantity)}} if line.quantity else {}
    supply |= {"numberOfRepeatsAllowed": int(line.refills)} if line.refills else {}
    supply |= {"validityPeriod": {"end": line.until}} if line.until else {}
    return [body | ({"dispenseRequest": supply} if supply else {})]


def _dose(of: Thing) -> list[dict[str, Any]]:
    line = ImmunisationLine.unpack(of.content)
    body: dict[str, Any] = {
        "resourceType": "Immunization",
        "id": of.id,
        "status": "completed",
        "vaccineCode": _said(line.vaccine, (CVX, line.cvx)),
        "occurrenceDateTime": line.on or of.at[:10],
        "primarySource": line.source == "here",
    }
    body |= {"lotNumber": line.lot} if line.lot else {}
    body |= {"expirationDate": line.expires} if line.expires else {}
    body |= {"manufacturer": {"display": line.maker}} if line.maker else {}
    return [body | ({"site": {"text": line.site}} if line.site else {})]


def _measured(of: Thing) -> list[dict[str, Any]]:
    return [_value(of, kind, MeasuredLine.unpack(line)) for kind, line in of.content.items() if kind in KINDS]


def _value(of: Thing, kind: str, line: MeasuredLine) -> dict[str, Any]:
    code = GLUCOSE_MG if line.unit == "mg/dL" else KINDS[kind].loinc
    body: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"{of.id}-{kind}",
        "status": "final",
        "category": [_concept(f"{TERMINOLOGY}/observation-category", "vital-signs")],
        "code": _concept(LOINC, code, KINDS[kind].label),
        "effectiveDateTime": line.at or of.at,
    }
    if kind != "bp":
        return body | {"valueQuantity": _quantity(line.text, line.unit)}
    parts = ((SYSTOLIC, line.text), (DIASTOLIC, line.lower))
    return body | {
        "component": [
            {"code": _concept(LOINC, code_), "valueQuantity": _quantity(value, line.unit)} for code_, value in parts
        ]
    }


def _quantity(value: str, unit: str) -> dict[str, Any]:
    return {"value": _exact(value), "unit": unit, "system": UCUM, "code": unit}


def _result(of: Thing) -> list[dict[str, Any]]:
    line = ResultLine.unpack(of.content)
    values = [_one_value(of, number_, ValueLine.unpack(each), line.on) for number_, each in enumerate(line.values)]
    report: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": of.id,
        "status": "final",
        "code": {"text": line.title},
        "effectiveDateTime": line.on or of.at,
        "issued": of.at,
    }
    report |= {"result": [{"reference": name(each)} for each in values]} if values else {}
    report |= {"basedOn": [{"reference": f"ServiceRequest/{line.order}"}]} if line.order else {}
    return [report | ({"conclusion": line.comment} if line.comment else {}), *values]


def _one_value(of: Thing, number_: int, line: ValueLine, on: str) -> dict[str, Any]:
    unsure = PERHAPS_THOUSANDS.fullmatch(line.value.lstrip("<>≤≥= "))
    value = line.value if unsure else _exact(line.value.lstrip("<>≤≥= "))
    sign = (
        line.value[: len(line.value) - len(line.value.lstrip("<>≤≥= "))].strip().replace("≤", "<=").replace("≥", ">=")
    )
    body: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"{of.id}-{number_}",
        "status": "final",
        "category": [_concept(f"{TERMINOLOGY}/observation-category", "laboratory")],
        "code": _said(line.name, (LOINC, line.code)),
        "effectiveDateTime": on or of.at,
    }
    if isinstance(value, Exact):
        quantity = (
            {"value": value} | ({"comparator": sign} if sign else {}) | ({"unit": line.unit} if line.unit else {})
        )
        body |= {"valueQuantity": quantity}
    else:
        body |= {"valueString": f"{line.value} {line.unit}".strip() if unsure else line.value}
    body |= {"referenceRange": [{"text": line.range}]} if line.range else {}
    flag = [_concept(f"{TERMINOLOGY}/v3-ObservationInterpretation", FLAGS[line.flag])] if line.flag in FLAGS else []
    return body | ({"interpretation": flag} if flag else {})


def _order(of: Thing) -> list[dict[str, Any]]:
    line = OrderLine.unpack(of.content)
    body: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "id": of.id,
        "status": _order_status(of),
        "intent": "order",
        "code": {"text": line.what},
        "authoredOn": of.at,
        "category": [_concept(SNOMED, ORDERED.get(line.kind, ""), KINDS_OF_ORDERS.get(line.kind, ""))],
    }
    return [body | ({"reasonCode": [{"text": line.why}]} if line.why else {})]


def _other(of: Thing) -> list[dict[str, Any]]:
    line = OtherLine.unpack(of.content)
    return [{"resourceType": "Procedure", "id": of.id, "status": "completed", "code": {"text": line.what},
             "performedDateTime": line.on or of.at}]  # fmt: skip


def _note(of: Thing) -> list[dict[str, Any]]:
    data = markdown(of.sections).encode()
    attached = {
        "contentType": "text/markdown",
        "data": base64.b64encode(data).decode(),
        "title": of.title,
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
    }
    body: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": of.id,
        "status": "current",
        "docStatus": "final",
        "type": _concept(LOINC, NOTE, "Progress note"),
        "date": of.at,
        "author": [{"display": of.by}],
        "content": [{"attachment": attached}],
    }
    body |= {"identifier": [{"system": "urn:clinnet:signature", "value": of.hash}]} if of.hash else {}
    appended = [{"code": "appends", "target": {"reference": f"DocumentReference/{of.appends}"}}] if of.appends else []
    return [body | ({"relatesTo": appended} if appended else {})]


def _letter(of: Thing) -> list[dict[str, Any]]:
    (body,) = _note(of)
    if of.letter is None:
        return [body]
    period = {"context": {"period": {"start": of.letter.since, "end": of.letter.until}}} if of.letter.since else {}
    both = [*body["content"], letters.content(of.letter)]
    return [body | {"type": _concept(LOINC, LETTER, "Letter"), "content": both} | period]


def _document(of: Thing) -> list[dict[str, Any]]:
    """That it came and what it is; its bytes are the sender's to give, or stay here."""
    line = DocumentLine.unpack(of.content)
    media, words = line.media or "application/xml", "File" if line.media else "Received document"
    body: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": of.id,
        "status": "current",
        "type": {"text": words},
        "date": of.at,
        "content": [{"attachment": {"contentType": media} | ({"title": line.title} if line.title else {})}],
    }
    of_day = {"context": {"period": {"start": line.on}}} if line.on else {}  # `date` is when it was filed
    return [body | of_day | ({"custodian": {"display": line.sender}} if line.sender else {})]


MAKERS = {
    "ENTRY": _entry, "ALG": _allergy, "PROB": _problem, "MED": _medicine, "IMM": _dose, "OBS": _measured,
    "ASKED": _none_known, "FILE": _document,
    "RES": _result, "ORD": _order, "PROC": _other, "PLAN": _other, "NOTE": _note, "LET": _letter,
}  # fmt: skip
