"""What is known about a patient, as the overview shows it. Pure: no reads."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from clinnet import formats
from clinnet.accounts.models import Clinic
from patients.models import Patient
from patients.rules import phones
from patients.words import PHONE_KINDS

SOON = timedelta(days=30)  # insurance that runs out within this is amber
# What is due, and the group of the details where it is filled in.
DUE = {"birth date": "birth", "sex": "birth", "phone": "reach", "address": "address", "consent": "consents"}
PHONE_LABELS = PHONE_KINDS | {"other": "Phone"}
CITY_FIRST = {"US", "CA", "AU", "GB", "IE", "IN", "NZ"}  # where the postcode stands after the city


def reach(patient: Patient, clinic: Clinic) -> list[dict[str, Any]]:
    """Phones, the preferred one first."""
    found = [
        {
            "kind": PHONE_LABELS.get(each.get("kind", "other"), "Phone"),
            "number": phones.show(each["number"], clinic.country),
            "href": phones.link(each["number"]),
            "preferred": bool(each.get("preferred")),
            "note": each.get("note", ""),
        }
        for each in patient.phones or []
    ]
    return sorted(found, key=lambda phone: not phone["preferred"])


def address(patient: Patient, clinic: Clinic) -> list[str]:
    """Line by line, as an envelope has it; the country only when it is another one than the clinic's."""
    known: Mapping[str, str] = patient.address or {}
    city, postcode, region = (known.get(part, "") for part in ("city", "postcode", "region"))
    country = known.get("country", "")
    if (country or clinic.country) in CITY_FIRST:
        place = ", ".join(part for part in (city, region) if part) + (f" {postcode}" if postcode else "")
    else:
        place = " ".join(part for part in (postcode, city, region) if part)
    lines = [*known.get("line", "").splitlines(), place, "" if country == clinic.country else country]
    return [line.strip() for line in lines if line.strip()]


def policies(patient: Patient, clinic: Clinic, today: date) -> list[dict[str, str]]:
    """`standing` is good, soon, past or later; `words` say it."""
    return [_policy(each, clinic, today) for each in patient.policies or []]


def _policy(policy: Mapping[str, str], clinic: Clinic, today: date) -> dict[str, str]:
    start, end = policy.get("valid_from", ""), policy.get("valid_until", "")
    last = formats.date(end, clinic)
    standing, words = "good", f"until {last}" if end else ""
    if end and end < today.isoformat():
        standing, words = "past", f"ran out {last}"
    elif start > today.isoformat():
        standing, words = "later", f"from {formats.date(start, clinic)}"
    elif end and end <= (today + SOON).isoformat():
        days = (date.fromisoformat(end) - today).days
        standing, words = "soon", f"runs out {_in_days(days)}, {last}"
    return {"payer": policy.get("payer", ""), "number": policy.get("number", ""), "standing": standing, "words": words}


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def consents(patient: Patient, clinic: Clinic) -> list[dict[str, Any]]:
    said = patient.consents or {}
    return [
        {
            "label": label,
            "asked": name in said,
            "given": bool(said.get(name, {}).get("given")),
            "on": formats.date(said.get(name, {}).get("on") or "", clinic),
        }
        for name, label in (("data", "Data"), ("messages", "Messages"))
    ]


def due(patient: Patient) -> list[str]:
    """What a full registration has and this one lacks; of the dead and of test patients nothing is asked."""
    return [] if patient.deceased_on or patient.test else patient.missing


def folded(patient: Patient, people: Mapping[str, Patient], clinic: Clinic) -> list[dict[str, str]]:
    """Records that were folded into this one; `id` is set where that can be undone from here."""
    found = []
    for each in (people[id] for id in patient.absorbed or [] if id in people):
        note = each.merge or {}
        when = formats.when(note["at"], clinic) if note.get("at") else ""
        direct = each.merged_into == patient.id
        found.append(
            {"number": each.mrn or "", "when": when, "by": note.get("by", ""), "id": each.id if direct else ""}
        )
    return found
