"""Relatives in words: what somebody is to a patient, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinnet import formats
from clinnet.accounts.models import Clinic
from patients.models import Patient
from patients.rules import births, names, phones
from patients.rules.shape import Link, LinkKind

KINDS: Mapping[LinkKind, str] = {
    "parent": "Parent",
    "guardian": "Guardian",
    "child": "Child",
    "partner": "Partner",
    "carer": "Carer",
    "payer": "Payer",
    "other": "Relative",
}
RIGHTS = {"messages": "receives messages", "books": "books", "pays": "pays"}


@dataclass(frozen=True, slots=True)
class Relative:
    """One row of a family. `patient` is None for somebody who is not a patient, or is not found any more."""

    id: str
    patient: Patient | None
    patient_id: str
    name: str
    letters: str
    kind: str
    guardian: str  # "guardian", "guardian of" or empty
    age: str
    birth: str
    phone: str
    phone_href: str
    deceased: bool
    may: str  # "Receives messages, books and pays"
    may_for: str  # what the patient of the page may do for this relative


def relatives(patient: Patient, known: Mapping[str, Patient], clinic: Clinic, today: date) -> list[Relative]:
    """In the order in which they were linked, guardians first."""
    found = [
        relative(patient, link, known.get(link.get("patient_id", "")), clinic, today) for link in patient.links or []
    ]
    return sorted(found, key=lambda each: each.guardian != "guardian")


def ids(patient: Patient) -> list[str]:
    """Of the relatives who are patients."""
    return [link["patient_id"] for link in patient.links or [] if link.get("patient_id")]


def find(patient: Patient, link_id: str) -> Link | None:
    return next((link for link in patient.links or [] if link["id"] == link_id), None)


def rights(link: Link) -> str:
    """As "receives messages, books and pays"; empty when none."""
    said = [words for right, words in RIGHTS.items() if link.get(right)]
    return " and ".join(part for part in (", ".join(said[:-1]), said[-1] if said else "") if part)


def told(link: Link) -> str:
    """The whole link in words, to show what somebody else made of it."""
    parts = (link.get("name"), KINDS[link["kind"]], rights(link) or "without rights", link.get("phone"))
    return ", ".join(part for part in parts if part)


def relative(patient: Patient, link: Link, other: Patient | None, clinic: Clinic, today: date) -> Relative:
    """`other` is the relative's own record, if there is one."""
    data = other.data if other else {"given_name": link.get("name") or "A record that is not found"}
    back = _link_to(other, patient.id) if other else None
    phone = link.get("phone") or phones.preferred(other.phones if other else None).get("number", "")
    born = data.get("birth_date") or ""
    helped, deceased = rights(back) if back else "", bool(other and other.deceased_on)
    return Relative(
        id=link["id"],
        patient=other,
        patient_id=link.get("patient_id", ""),
        name=names.list_name(data),
        letters=names.initials(data),
        kind=KINDS[link["kind"]],
        guardian=_guardian(link, back),
        age=births.age(born, today, estimated=bool(data.get("birth_estimated"))) if born and not deceased else "",
        birth=formats.date(born, clinic),
        phone=phones.show(phone, clinic.country) if phone else "",
        phone_href=phones.link(phone),
        deceased=deceased,
        may=capital(rights(link)),
        may_for=f"{patient.given_name or patient.family_name} {helped} for them" if helped else "",
    )


def _link_to(other: Patient, patient_id: str) -> Link | None:
    return next((link for link in other.links or [] if link.get("patient_id") == patient_id), None)


def _guardian(link: Link, back: Link | None) -> str:
    if link["kind"] == "guardian":
        return "guardian"
    return "guardian of" if back and back["kind"] == "guardian" else ""


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
