"""A patient of the older Clinnet table to patient data."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clinnet.rules.dates import DateOrder
from patients.rules import births, phones
from patients.rules.shape import Address, Link, PatientData, Phone, PhoneKind, Sex

from .fhir.names import from_text
from .fhir.parts import BadResource, is_after, partial_date, text
from .fhir.reach import language, relation_kind
from .legacy import Older, stamp

# Our names and the attributes that the older application and its neighbours wrote them under.
TEXTS = {
    "title": ("title", "prefix"),
    "given_name": ("firstName", "givenName"),
    "family_name": ("lastName", "familyName", "surname"),
    "further_names": ("middleName", "middleNames"),
    "preferred_name": ("preferredName", "nickname"),
    "email": ("email", "emailAddress"),
    "national_id": ("nationalId", "ssn", "socialSecurityNumber"),
    "mrn": ("mrn", "medicalRecordNumber"),
    "gender_identity": ("genderIdentity",),
    "pronouns": ("pronouns",),
    "general_practitioner": ("generalPractitioner", "primaryCarePhysician", "primaryPhysician"),
    "notes": ("notes",),
}
PHONES: dict[str, PhoneKind] = {
    "phone": "other",
    "phoneNumber": "other",
    "mobile": "mobile",
    "mobilePhone": "mobile",
    "cellPhone": "mobile",
    "homePhone": "home",
    "workPhone": "work",
}
ADDRESS = {
    "line": ("line", "street", "streetAddress", "line1", "addressLine1"),
    "city": ("city", "town"),
    "region": ("region", "state", "province", "county"),
    "postcode": ("postcode", "postalCode", "zipCode", "zip"),
    "country": ("country",),
}
SEXES: dict[str, Sex] = {
    "female": "female",
    "f": "female",
    "male": "male",
    "m": "male",
    "other": "other",
    "unknown": "unknown",
}
# What the item base has of its own, so that it is not kept twice.
OWN = ("id", "type", "createdAt", "updatedAt", "clinicId", "patientId")
ACTIVE = ("active", "")
LONGEST_NOTES = 10_000


@dataclass(repr=False)
class OlderPatient:
    data: PatientData = field(repr=False)
    created_at: str = ""
    updated_at: str = ""
    notes: list[str] = field(default_factory=list)  # sentences for the report, without patient data


class Left(dict[str, Any]):
    """The attributes not yet understood: each is taken out as it is read."""

    def pull(self, *names: str, longest: int = 250) -> str:
        """The first of these that says something in words; the others stay."""
        for name in names:
            if words := text(self.get(name), longest):
                del self[name]
                return words
        return ""


def patient(item: Older, *, today: date, country: str, order: DateOrder) -> OlderPatient:
    """Raises BadResource for a patient without a name. `order` is how the clinic writes dates."""
    left = Left({name: value for name, value in item.attributes.items() if value not in (None, "", [], {})})
    created, updated = stamp(left.get("createdAt")) or stamp(item.id), stamp(left.get("updatedAt"))
    for name in OWN:
        left.pop(name, None)
    data: PatientData = {}
    _texts(data, left)
    notes = _born(data, left, today, order)
    _reached(data, left, country)
    _insured(data, left)
    _related(data, left, country)
    notes += _status(data, left, today)
    if left:
        data["extra"] = dict(left)
    if any("allerg" in name.casefold() for name in left):
        notes.append("Allergies are kept aside as written; they belong in the chart.")
    return OlderPatient(data, created, updated, notes)


def _texts(data: PatientData, left: Left) -> None:
    found = {
        name: words
        for name, written in TEXTS.items()
        if (words := left.pull(*written, longest=LONGEST_NOTES if name == "notes" else 250))
    }
    data.update(found)  # type: ignore[typeddict-item]  # TEXTS names text fields alone
    if not (data.get("given_name") or data.get("family_name")):
        data.update(from_text(left.pull("name", "fullName")))
    if not (data.get("given_name") or data.get("family_name")):
        raise BadResource("This patient has no name.")
    if spoken := text(left.get("language") or left.get("preferredLanguage")):
        tag = language({"text": spoken, "coding": [{"code": spoken}]} if len(spoken) < 6 else {"text": spoken})
        if tag:
            data["language"] = tag
            left.pull("language", "preferredLanguage")


def _born(data: PatientData, left: Left, today: date, order: DateOrder) -> list[str]:
    gender = text(left.get("gender") or left.get("sex")).casefold()
    data["sex"] = SEXES.get(gender, "unknown")
    if gender in SEXES:
        left.pull("gender", "sex")
    written = next((name for name in ("dateOfBirth", "dob", "birthDate") if name in left), "")
    if not written:
        return []
    born = partial_date(left[written]) or _typed_date(text(left[written]), today, order)
    if not born or is_after(born, today) or int(born[:4]) < today.year - births.OLDEST:
        return ["The birth date cannot be true; kept aside."]
    data["birth_date"] = born
    del left[written]
    return []


def _typed_date(words: str, today: date, order: DateOrder) -> str:
    try:
        return births.parse(words, order, today) if words else ""
    except births.BadDate:
        return ""


def _reached(data: PatientData, left: Left, country: str) -> None:
    numbers: list[Phone] = []
    for name, kind in PHONES.items():
        if number := left.pull(name, longest=60):
            number = phones.normalise(number, country)
            if number not in [phone["number"] for phone in numbers]:
                numbers.append({"number": number, "kind": kind, "preferred": not numbers})
    if numbers:
        data["phones"] = numbers
    if where := _address(left):
        data["address"] = where


def _address(left: Left) -> Address:
    """A line, a map of its parts, or parts that stand among the other attributes."""
    written = left.get("address")
    parts = Left(written) if isinstance(written, dict) else left
    kept: Address = {}
    for name, names in ADDRESS.items():
        if words := parts.pull(*names):
            kept[name] = words  # type: ignore[literal-required]
    if isinstance(written, dict):
        left.pop("address")
        if parts:
            left["address"] = dict(parts)
    elif (line := left.pull("address")) and "line" not in kept:
        kept["line"] = line
    return kept


def _insured(data: PatientData, left: Left) -> None:
    payer = left.pull("insuranceProvider", "insuranceCompany")
    number = left.pull("insuranceNumber", "policyNumber", "insuranceId")
    if payer or number:
        data["policies"] = [{"payer": payer, "number": number, "valid_from": "", "valid_until": ""}]


def _related(data: PatientData, left: Left, country: str) -> None:
    written = left.get("emergencyContact")
    if isinstance(written, dict):
        name, phone, relation = (text(written.get(part)) for part in ("name", "phone", "relationship"))
        known = {"name", "phone", "relationship"} >= set(written)
    else:
        names = ("emergencyContactName", "emergencyContactPhone", "emergencyContactRelationship")
        name, phone, relation = (text(left.get(each)) for each in names)
        known = True
    if not name:
        return
    link: Link = {
        "id": "c1",
        "kind": relation_kind([{"text": relation}]),
        "patient_id": "",
        "name": name,
        "phone": phones.normalise(phone, country),
        "messages": False,
        "books": False,
        "pays": False,
    }
    data["links"] = [link]
    if known:
        for each in ("emergencyContact", "emergencyContactName", "emergencyContactPhone"):
            left.pop(each, None)
    if relation and link["kind"] != "other":
        left.pop("emergencyContactRelationship", None)


def _status(data: PatientData, left: Left, today: date) -> list[str]:
    status = text(left.get("status")).casefold()
    died = partial_date(left.get("deceasedDate") or left.get("dateOfDeath"))
    if died and not is_after(died, today):
        data["deceased_on"] = died
        left.pull("deceasedDate", "dateOfDeath")
    elif status == "deceased" or left.get("deceased") is True:
        data["deceased_on"] = today.isoformat()
        return ["Deceased without a usable date; today stands for it."]
    if status in ("inactive", "archived"):
        data["archived"] = {"at": "", "by": "", "reason": f"Was {status} in the older Clinnet"}
    if status in (*ACTIVE, "inactive", "archived"):
        left.pop("status", None)
    return []
