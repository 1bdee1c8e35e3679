"""Patient data to a FHIR R4 Patient: what another clinic needs to know whom a chart is about. Pure."""

from collections.abc import Sequence
from typing import Any

from patients.rules.shape import PatientData

SEX = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}
SYSTEMS = {"mobile": "mobile", "home": "home", "work": "work"}


def patient(id: str, data: PatientData, clinic: str) -> dict[str, Any]:
    """Alerts, consents, notes and links stay here."""
    name: dict[str, Any] = {"use": "official", "family": data.get("family_name", "")}
    given = [part for part in (data.get("given_name", ""), *data.get("further_names", "").split()) if part]
    name |= {"given": given} if given else {}
    name |= {"prefix": [data["title"]]} if data.get("title") else {}
    body: dict[str, Any] = {"resourceType": "Patient", "id": id}
    body |= {"identifier": numbers} if (numbers := _numbers(data, clinic)) else {}
    body |= {"name": [name], "gender": SEX.get(data.get("sex", "unknown"), "unknown")}
    body |= {"birthDate": data["birth_date"]} if data.get("birth_date") else {}
    body |= {"deceasedDateTime": data["deceased_on"]} if data.get("deceased_on") else {}
    body |= {"telecom": reach} if (reach := _reach(data)) else {}
    body |= {"address": [address]} if (address := _address(data)) else {}
    return body


def _numbers(data: PatientData, clinic: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if number := data.get("mrn"):
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
        found.append({"type": kind, "system": f"urn:clinnet:{clinic}:mrn", "value": number})
    if number := data.get("national_id"):
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NI"}]}
        found.append({"type": kind, "value": number})
    found += [
        {"system": each.get("system", ""), "value": each.get("value", "")} for each in data.get("identifiers", [])
    ]
    return found


def _reach(data: PatientData) -> list[dict[str, Any]]:
    """The preferred phone has rank 1, and so has the way by which they want messages: `telecom.reach_by` reads it."""
    phones = [
        {"system": "phone", "value": each["number"]}
        | ({"use": SYSTEMS[each["kind"]]} if each.get("kind") in SYSTEMS else {})
        | ({"rank": 1} if each.get("preferred") else {})
        for each in data.get("phones", [])
    ]
    way, mail = data.get("reach_by", ""), data.get("email", "")
    texts = [
        {"system": "sms", "value": each["number"], "rank": 1 if way == "sms" else 2}
        for each in data.get("phones", [])
        if way and each.get("preferred")
    ]
    mails = [{"system": "email", "value": mail} | ({"rank": 1} if way == "email" else {})] if mail else []
    return [*phones, *texts, *mails]


def _address(data: PatientData) -> dict[str, Any]:
    known = data.get("address", {})
    line = [known["line"]] if known.get("line") else None
    parts = {
        "line": line,
        "city": known.get("city"),
        "state": known.get("region"),
        "postalCode": known.get("postcode"),
        "country": known.get("country"),
    }
    return {name: value for name, value in parts.items() if value}
