"""A FHIR Patient as a file says it, read as an import reads it."""

from datetime import date
from pathlib import Path
from typing import Any

from patients import fhir
from patients.fhir import Mapped, Resource

FIXTURES = Path(__file__).parent.parent / "fixtures" / "fhir"


TODAY = date(2026, 11, 22)


SSN = "http://hl7.org/fhir/sid/us-ssn"


def mapped(**fields: Any) -> Mapped:
    body = {"resourceType": "Patient", "name": [{"family": "Berg", "given": ["Anna"]}], **fields}
    return fhir.patient(Resource(kind="Patient", body=body), today=TODAY, country="GB")


def data(**fields: Any) -> dict[str, Any]:
    return dict(mapped(**fields).data)


def from_file(name: str) -> Mapped:
    resources = [each for each in fhir.read_file(FIXTURES / name) if isinstance(each, Resource)]
    return fhir.patient(next(each for each in resources if each.kind == "Patient"), today=TODAY, country="GB")


def coded(code: str, system: str = "http://terminology.hl7.org/CodeSystem/v2-0203") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
