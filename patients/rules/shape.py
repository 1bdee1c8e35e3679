"""What is known about a patient, as plain data: the names of the attributes and what each may hold."""

from typing import Literal, TypedDict

Sex = Literal["female", "male", "other", "unknown"]
PhoneKind = Literal["mobile", "home", "work", "other"]
LinkKind = Literal["parent", "guardian", "child", "partner", "carer", "payer", "other"]


class Phone(TypedDict, total=False):
    number: str  # E.164 where it could be understood, else as typed
    kind: PhoneKind
    preferred: bool
    note: str


class Address(TypedDict, total=False):
    line: str
    city: str
    region: str
    postcode: str
    country: str


class Identifier(TypedDict, total=False):
    system: str
    value: str
    label: str


class Policy(TypedDict, total=False):
    payer: str
    number: str
    valid_from: str
    valid_until: str


class Consent(TypedDict):
    given: bool
    on: str  # the day it was said, in the clinic


class Consents(TypedDict, total=False):
    data: Consent
    messages: Consent


class Alert(TypedDict):
    id: str
    text: str
    stop: bool  # seen by all, and acknowledged when booking


class Link(TypedDict, total=False):
    id: str
    kind: LinkKind
    patient_id: str  # empty for a relative who is not a patient; then name and phone stand here
    name: str
    phone: str
    messages: bool
    books: bool
    pays: bool


class Archived(TypedDict):
    at: str
    by: str
    reason: str


class PatientData(TypedDict, total=False):
    title: str
    family_name: str
    given_name: str
    further_names: str
    preferred_name: str
    other_names: list[str]
    birth_date: str  # "1985-03-14", or "1985-03" or "1985" when only that is known
    birth_estimated: bool
    sex: Sex
    gender_identity: str
    pronouns: str
    phones: list[Phone]
    email: str
    reach_by: str  # email or sms
    address: Address
    national_id: str
    identifiers: list[Identifier]
    mrn: str
    language: str  # BCP 47
    interpreter: bool
    policies: list[Policy]
    practitioner_id: str
    general_practitioner: str
    consents: Consents
    alerts: list[Alert]
    photo: str  # storage key
    notes: str
    checked_at: str  # a stamp: the patient said that all this is still right
    links: list[Link]
    deceased_on: str
    test: bool
    restricted: bool
    archived: Archived
    merged_into: str
    absorbed: list[str]
    own: dict[str, str]  # what is in the clinic's own fields
    extra: dict[str, object]  # what an import did not understand
    sources: dict[str, dict[str, object]]  # what each source of an import said last, as digests
