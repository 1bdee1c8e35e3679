"""Identifiers: which are the national one, which a record number, and which say "this is the same person"."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date

from patients.rules.shape import Identifier, PatientData, Policy

from .parts import Json, Resource, codes, ended, label, partial_date, text, thing, things

SYNTHEA = "https://github.com/synthetichealth/synthea"
UNNUMBERED = "urn:clinnet:unnumbered"
# Systems whose values are national identifiers of a person, where files leave the type out.
NATIONAL_SYSTEMS = {
    "http://hl7.org/fhir/sid/us-ssn": "Social Security number",
    "urn:oid:2.16.840.1.113883.4.1": "Social Security number",
    "https://fhir.nhs.uk/Id/nhs-number": "NHS number",
    "urn:oid:2.16.840.1.113883.2.1.4.1": "NHS number",
    "http://ns.electronichealth.net.au/id/hi/ihi/1.0": "IHI",
    "https://standards.digital.health.nz/ns/nhi-id": "NHI",
    "http://fhir.nl/fhir/NamingSystem/bsn": "BSN",
    "urn:oid:1.2.250.1.213.1.4.8": "INS",
    "http://hl7.it/sid/codiceFiscale": "Codice fiscale",
    "http://rnds.saude.gov.br/fhir/r4/NamingSystem/cpf": "CPF",
    "urn:oid:2.16.756.5.32": "AHV",
}
# Cards of an insurer or a fund, which a family may share.
CARDS = {
    "http://ns.electronichealth.net.au/id/medicare-number": "Medicare",
    "http://ns.electronichealth.net.au/id/dva": "DVA",
    "http://ns.electronichealth.net.au/id/centrelink-customer-reference-number": "Centrelink",
}
# HL7 table 0203: SS and NI by name; NN and a country ("NNPOL") are a nation's number for a person.
NATIONAL_CODES = ("SS", "NI", "SB")
RECORD_CODES = ("MR", "MRN", "PI", "PT")
# Numbers that a family, an account or a visit shares: matching by them would make two people one.
SHARED_CODES = frozenset(("AN", "ANON", "ANC", "VN", "HC", "GI", "XX", "FILL", "PLAC", "U", "EI", "TAX"))
INSURANCE_CODES = frozenset(("MB", "SN", "NIIP"))
NOT_NUMBERS = frozenset((
    "unknown", "unk", "none", "na", "null", "nil", "tbd", "tba", "temp", "temporary", "pending", "missing", "test",
    "self", "same", "unbekannt", "nichtbekannt", "keine", "inconnu", "aucun", "desconocido", "ninguno", "onbekend",
    "sconosciuto", "asku", "nask", "unknownnumber", "nonumber",
))  # fmt: skip
COUNTED = "0123456789012345"
LONGEST_NUMBER = 80  # of the form
MOST_IDENTIFIERS = 15  # each is an action of the transaction that registers its patient
_LABELS = {
    "SS": "Social Security number",
    "MR": "Medical record number",
    "DL": "Driving licence",
    "PPN": "Passport",
    "MB": "Insurance",
    "SN": "Insurance",
    "MC": "Medicare",
    "MA": "Medicaid",
    "GKV": "Krankenversicherung",
    "KVZ10": "Krankenversicherung",
    "PKV": "Private Krankenversicherung",
}


@dataclass(repr=False)
class Identity:
    national_id: str = field(default="", repr=False)
    # What no two people share: the table holds each to one patient, and a later import finds the patient by it.
    identifiers: list[Identifier] = field(default_factory=list, repr=False)
    policies: list[Policy] = field(default_factory=list, repr=False)
    # (system, value) of every number under which this person was known elsewhere
    record_numbers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    aside: list[str] = field(default_factory=list, repr=False)
    besides: list[str] = field(default_factory=list, repr=False)
    synthetic: bool = False


def identity(resource: Json, today: date) -> Identity:
    found = Identity()
    for each in things(resource.get("identifier")):
        _take(found, each, today)
    return found


def numbers_of(body: Json) -> PatientData:
    """The numbers of a patient, or of a reference to one, that no two people share."""
    known = identity(body, date.min)
    found: PatientData = {"national_id": known.national_id} if known.national_id else {}
    if known.identifiers:
        found["identifiers"] = known.identifiers
    return found


def _take(found: Identity, identifier: Json, today: date) -> None:
    value, system = text(identifier.get("value")), text(identifier.get("system"))
    if not value:
        return
    kinds, use = _kinds(identifier), text(identifier.get("use"))
    past = use == "old" or ended(identifier.get("period"), today)
    words = _label(identifier, kinds, past)
    found.synthetic = found.synthetic or system == SYNTHEA
    if besides := _besides(identifier, words):
        found.besides.append(besides)
    if is_placeholder(value) or len(value) > LONGEST_NUMBER:
        found.aside.append(f"{words} {value}".strip())
    elif _is_national(kinds, system) and not (found.national_id or past):
        found.national_id = value
    elif kinds & INSURANCE_CODES or system in CARDS:
        payer = text(thing(identifier.get("assigner")).get("display")) or CARDS.get(system) or words
        found.policies.append(_policy(payer, value, thing(identifier.get("period"))))
    elif not system or kinds & SHARED_CODES or use == "temp" or len(found.identifiers) == MOST_IDENTIFIERS:
        found.aside.append(f"{words} {value}".strip())
    else:
        _keep(found, {"system": system, "value": value, "label": words}, kinds, past)


def _besides(identifier: Json, words: str) -> str:
    """Who gave the number, and whether it was verified, where its label does not say it."""
    assigner = text(thing(identifier.get("assigner")).get("display"))
    told = [f"given by {assigner}" if assigner and assigner not in words else ""]
    told += [
        label(each.get("valueCodeableConcept") or each.get("valueCoding")) or text(each.get("valueString"))
        for each in things(identifier.get("extension"))
    ]
    said = ", ".join(each for each in told if each)
    return f"{words or 'number'} {text(identifier.get('value'))}: {said}" if said else ""


def _keep(found: Identity, entry: Identifier, kinds: set[str], past: bool) -> None:
    pair = (entry["system"], entry["value"])
    if pair not in [(each["system"], each["value"]) for each in found.identifiers]:
        found.identifiers.append(entry)
    if kinds & set(RECORD_CODES) and not past:
        found.record_numbers.append(pair)


def _policy(payer: str, number: str, period: Json) -> Policy:
    start, end = partial_date(period.get("start")), partial_date(period.get("end"))
    return {"payer": payer, "number": number, "valid_from": start, "valid_until": end}


def is_placeholder(value: str) -> bool:
    """Typed to get past a mandatory field ("000-00-0000", "unknown"), and so shared by strangers."""
    plain = "".join(letter for letter in value.casefold() if letter.isalnum())
    repeated = len(plain) > 4 and len(set(plain)) == 1
    counted = len(plain) > 6 and (plain in COUNTED or plain[::-1] in COUNTED)
    masked = re.search(r"[*#\u2022]{2}|[xX]{3}", value)
    return (
        repeated
        or counted
        or bool(masked)
        or not plain.strip("0")
        or plain in NOT_NUMBERS
        or (not any(map(str.isdecimal, plain)) and plain.startswith(("no", "not")) and len(plain) > 7)
    )


def _kinds(identifier: Json) -> set[str]:
    kind = thing(identifier.get("type"))
    # Epic writes the kind as words only.
    return {code.upper() for _, code in codes(kind)} | {text(kind.get("text")).upper()} - {""}


def _is_national(kinds: set[str], system: str) -> bool:
    by_code = any(kind in NATIONAL_CODES or (kind.startswith("NN") and len(kind) == 5) for kind in kinds)
    return by_code or system in NATIONAL_SYSTEMS


def _label(identifier: Json, kinds: set[str], past: bool) -> str:
    known = next((_LABELS[kind] for kind in sorted(kinds) if kind in _LABELS), "")
    system = text(identifier.get("system"))
    assigner = text(thing(identifier.get("assigner")).get("display"))
    own = label(identifier.get("type"))
    if own.upper() in _LABELS:
        own = ""  # the bare code
    words = own or known or NATIONAL_SYSTEMS.get(system, "") or assigner
    if not words and system == SYNTHEA:
        words = "Synthea"
    return f"{words} (old)".strip() if past else words


def unnumbered(resource: Resource, data: PatientData) -> list[Identifier]:
    """For a person without any number: the address in their server; and the id, with which name and birth go.

    An id is unique in one server alone: two hospitals' "Patient/1" must never become one person.
    """
    parts = [
        text(resource.body.get("id")),
        data.get("family_name", ""),
        data.get("given_name", ""),
        data.get("further_names", ""),
        data.get("birth_date", ""),
    ]
    values = [_short("\x1f".join(parts))]
    if resource.url.startswith("http"):
        values.insert(0, _short(resource.url))
    return [{"system": UNNUMBERED, "value": value, "label": "Import"} for value in values]


def source(resource: Resource, known: Identity, file: str) -> tuple[str, bool]:
    """What tells one source of a patient from another, in each export; and whether the resource has an own id there.

    It is a number of the source's own with the resource's id; without such a number its address in the server, else
    the national number; without an id the file's name.
    """
    own = text(resource.body.get("id"))
    url = resource.url if resource.url.startswith("http") else ""
    numbers = sorted(known.record_numbers) or sorted((each["system"], each["value"]) for each in known.identifiers)
    if numbers:
        parts = [*numbers[0], own]
    elif url:
        parts = [url]
    else:
        parts = [known.national_id, own or file]
    return _short("\x1f".join(parts)), bool(own or url)


def _short(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def digest(resource: Json) -> str:
    """Changes when what the resource says of the person changes; not with each export of the same."""
    said = {name: value for name, value in resource.items() if name not in ("meta", "text", "id")}
    labels = thing(resource.get("meta")).get("security")
    plain = json.dumps([said, labels] if labels else said, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
