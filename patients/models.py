"""A patient, and a contact with one. The rules that belong to one item stand here."""

from collections.abc import Mapping
from typing import Any

from clinnet.table import Flag, Item, Key, ListOf, MapOf, Text, keys
from patients.rules import phones

SEX_LETTERS = {"female": "F", "male": "M", "other": "X"}


class Patient(Item, discriminator="PATIENT"):
    """A person known to a clinic. patients/rules/shape.py says what each attribute may hold."""

    title = Text(null=True)
    family_name = Text(null=True, attr_name="lastName")
    given_name = Text(null=True, attr_name="firstName")
    further_names = Text(null=True, attr_name="middleNames")
    preferred_name = Text(null=True, attr_name="preferredName")
    other_names = ListOf(null=True, attr_name="otherNames")
    birth_date = Text(null=True, attr_name="dateOfBirth")
    birth_estimated = Flag(null=True, attr_name="birthEstimated")
    sex = Text(null=True)
    gender_identity = Text(null=True, attr_name="genderIdentity")
    pronouns = Text(null=True)
    phones = ListOf(null=True)
    email = Text(null=True)
    email_bounce = MapOf(null=True, attr_name="emailBounce")  # what was sent there came back: address, reason, at
    reach_by = Text(null=True, attr_name="reachBy")  # email or sms: by what they want to hear; none: as usual
    sms_failed = MapOf(null=True, attr_name="smsFailed")  # numbers that take no texts, each with its reason and at
    address = MapOf(null=True)
    national_id = Text(null=True, attr_name="nationalId")
    identifiers = ListOf(null=True)
    mrn = Text(null=True)
    language = Text(null=True)
    interpreter = Flag(null=True)
    policies = ListOf(null=True)
    practitioner_id = Text(null=True, attr_name="practitionerId")
    general_practitioner = Text(null=True, attr_name="generalPractitioner")
    consents = MapOf(null=True)
    alerts = ListOf(null=True)
    photo = Text(null=True)
    notes = Text(null=True)
    checked_at = Text(null=True, attr_name="checkedAt")  # when the patient last said that all this is still right
    links = ListOf(null=True)
    deceased_on = Text(null=True, attr_name="deceasedOn")
    test = Flag(null=True)
    restricted = Flag(null=True)
    archived = MapOf(null=True)
    merged_into = Text(null=True, attr_name="mergedInto")
    absorbed = ListOf(null=True)
    merge = MapOf(null=True)  # on the absorbed record: into, at, by, and what the survivor changed from and to
    own = MapOf(null=True)  # what is in the clinic's own fields, by their numbers: patients/rules/own.py
    extra = MapOf(null=True)
    sources = MapOf(null=True)  # what each source of an import said last, as digests: patients/services/imports.py

    @staticmethod
    def at(id: str) -> Key:
        return keys.patient(id)

    @property
    def data(self) -> dict[str, Any]:
        """What is known, as plain patient data: the attributes of patients/rules/shape.py that are set."""
        return self.plain(DATA)

    @property
    def came_back(self) -> str:
        """Why e-mail to the present address does not arrive; empty where it may."""
        bounce = self.email_bounce or {}
        return str(bounce["reason"]) if bounce.get("address") == (self.email or "").lower() else ""

    @property
    def mailbox(self) -> str:
        """The e-mail address, unless what was sent there came back."""
        return "" if self.came_back else self.email or ""

    @property
    def mobile(self) -> str:
        """The number to which text messages go, the preferred one first; empty where there is none that takes them."""
        return next((number for number in self._texted if number not in (self.sms_failed or {})), "")

    @property
    def no_texts(self) -> str:
        """Why texts to the first of their numbers do not arrive; empty where they may."""
        failed = self.sms_failed or {}
        return next((str(failed[number]["reason"]) for number in self._texted if number in failed), "")

    @property
    def _texted(self) -> list[str]:
        listed = sorted(self.phones or [], key=lambda phone: not phone.get("preferred"))
        return [number for each in listed if (number := phones.texted(each))]

    @property
    def is_archived(self) -> bool:
        return bool(self.archived)

    @property
    def missing(self) -> list[str]:
        """What a full registration has and this one lacks: the "details due"."""
        wanted = {"birth date": self.birth_date, "sex": self.sex, "phone": self.phones, "address": self.address}
        consented = (self.consents or {}).get("data")
        return [name for name, value in (wanted | {"consent": consented}).items() if not value]


NO_DATA = {*Item.get_attributes(), "merge", "email_bounce", "sms_failed"}
DATA = tuple(name for name in Patient.get_attributes() if name not in NO_DATA)


def line(data: Mapping[str, Any]) -> dict[str, Any]:
    """What one row of a list shows, packed: every search row carries it, so a page of results is one read."""
    flags = {
        "E": data.get("birth_estimated"),
        "A": data.get("archived"),
        "D": data.get("deceased_on"),
        "T": data.get("test"),
        "R": data.get("restricted"),
        "M": data.get("merged_into"),
        "S": data.get("alerts"),
    }
    packed = {
        "f": (data.get("family_name") or "")[:60],
        "g": (data.get("given_name") or "")[:60],
        "b": data.get("birth_date"),
        "x": SEX_LETTERS.get(data.get("sex") or ""),
        "n": data.get("mrn"),
        "p": phones.tail(phones.preferred(data.get("phones")).get("number", "")),
        "k": "".join(letter for letter, set_ in flags.items() if set_),
    }
    return {name: value for name, value in packed.items() if value}


class Contact(Item, discriminator="CONTACT"):
    """A call, visit or message with a patient, in one line; with a call-back while somebody still has to act."""

    patient_id = Text(attr_name="patientId")
    at_time = Text(attr_name="at")
    direction = Text()  # in, out
    channel = Text()  # phone, e-mail, desk, letter, message
    text = Text()
    by = Text()
    by_name = Text(attr_name="byName")
    callback_on = Text(null=True, attr_name="callbackOn")  # a date in the clinic
    callback_at = Text(null=True, attr_name="callbackAt")  # by the clinic's clock, "14:30"; none: some time that day
    callback_by = Text(null=True, attr_name="callbackBy")  # a person's id or a role
    callback_name = Text(null=True, attr_name="callbackName")
    done_at = Text(null=True, attr_name="doneAt")
    done_by = Text(null=True, attr_name="doneBy")

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.contact(patient_id, id)
