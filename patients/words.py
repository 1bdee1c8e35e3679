"""What a patient's record says, attribute by attribute, as people read it: never a raw value.

A path is an attribute, or one line of a map or entry of a list, as clinnet/conflicts.py takes them apart.
"""

from collections.abc import Callable, Mapping
from typing import Any

from clinnet import formats
from clinnet.accounts import queries as staff
from clinnet.accounts.models import Clinic
from clinnet.table import Scope
from patients import family
from patients.rules import languages, own, phones

LABELS: Mapping[str, str] = {
    "title": "Title", "family_name": "Family name", "given_name": "Given name", "further_names": "Further names",
    "preferred_name": "Preferred name", "other_names": "Other name",
    "birth_date": "Date of birth", "birth_estimated": "Date of birth is estimated", "sex": "Sex",
    "gender_identity": "Gender identity", "pronouns": "Pronouns",
    "phones": "Phone", "email": "E-mail", "reach_by": "Messages by", "address": "Address",
    "address/line": "Street and number", "address/postcode": "Postcode", "address/city": "Town or city",
    "address/region": "County or state", "address/country": "Country",
    "national_id": "National id", "identifiers": "Other number", "mrn": "Record number",
    "language": "Language", "interpreter": "Needs an interpreter",
    "policies": "Insurance", "practitioner_id": "Usual practitioner", "general_practitioner": "General practitioner",
    "consents/data": "Consent to keep data", "consents/messages": "Consent to messages",
    "alerts": "Alert", "photo": "Photo", "notes": "Notes", "links": "Relative", "checked_at": "Details checked",
    "own": "Own fields", "deceased_on": "Deceased on", "test": "Test patient", "restricted": "Restricted chart",
}  # fmt: skip
UNNUMBERED = "urn:clinnet:unnumbered"
PHONE_KINDS = {"mobile": "Mobile", "home": "Home", "work": "Work", "other": "Other"}
REACH_BY = {"email": "E-mail", "sms": "Text message"}  # as scheduling/messages/queries/recipients.py calls the ways
SEXES = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Not known"}


def label(path: str) -> str:
    name = path.partition("/")[0]
    return LABELS.get(path) or LABELS.get(name) or name.replace("_", " ").capitalize()


class Words:
    """`words(path, value)` → text, empty for an empty value."""

    def __init__(self, scope: Scope, clinic: Clinic) -> None:
        self.scope, self.clinic = scope, clinic
        self.own = {each.which: each for each in own.every(clinic.patient_fields)}

    def label(self, path: str) -> str:
        """Of the clinic's own fields too."""
        name, _, part = path.partition("/")
        return self.own[part].label if name == own.NAME and part in self.own else label(path)

    def __call__(self, path: str, value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        name, _, part = path.partition("/")
        if name == own.NAME:
            return self._of_own(part, value)
        told: Callable[[Any], str] | None = getattr(self, f"_{name}", None)
        if isinstance(value, list):
            return "; ".join(self(path, each) for each in value)
        if told:
            return told(value)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str(value)

    def _of_own(self, which: str, value: Any) -> str:
        if isinstance(value, Mapping):
            told = ((each.label, self._of_own(part, value.get(part))) for part, each in self.own.items())
            return "; ".join(f"{named}: {text}" for named, text in told if text)
        is_day = which in self.own and self.own[which].kind == own.DATE
        return self.day(str(value)) if is_day and value else str(value or "")

    def day(self, iso: str) -> str:
        return formats.date(iso, self.clinic)

    def _birth_date(self, value: str) -> str:
        return self.day(value)

    _deceased_on = _birth_date

    def _sex(self, value: str) -> str:
        return SEXES.get(value, value)

    def _reach_by(self, value: str) -> str:
        return REACH_BY.get(value, value)

    def _phones(self, value: Mapping[str, Any]) -> str:
        kind = PHONE_KINDS.get(value.get("kind", ""), "").lower()
        also = [kind, "preferred" if value.get("preferred") else "", value.get("note")]
        return _with(phones.show(value.get("number", ""), self.clinic.country), also)

    def _address(self, value: Any) -> str:
        if isinstance(value, Mapping):
            order = ("line", "city", "region", "postcode", "country")
            return ", ".join(value[part] for part in order if value.get(part))
        return str(value)

    def _identifiers(self, value: Mapping[str, Any]) -> str:
        """Without what an import made up to find its patient again, and without a system's address."""
        if value.get("system") == UNNUMBERED:
            return ""
        named = value.get("label") or ""
        return f"{named}: {value.get('value', '')}" if named and ":" not in named else str(value.get("value", ""))

    def _language(self, value: str) -> str:
        return languages.name(value)

    def _policies(self, value: Mapping[str, Any]) -> str:
        dates = [
            f"from {self.day(value['valid_from'])}" if value.get("valid_from") else "",
            f"until {self.day(value['valid_until'])}" if value.get("valid_until") else "",
        ]
        return ", ".join(part for part in [value.get("payer", ""), value.get("number", ""), *dates] if part)

    def _practitioner_id(self, value: str) -> str:
        names = (each.name for each in staff.staff(self.scope) if each.id == value)
        return next(names, "Somebody who works here no longer")

    def _consents(self, value: Mapping[str, Any]) -> str:
        on = self.day(value.get("on", ""))
        return ("Given" if value.get("given") else "Refused") + (f" on {on}" if on else "")

    def _alerts(self, value: Mapping[str, Any]) -> str:
        return f"Stop: {value['text']}" if value.get("stop") else str(value["text"])

    def _checked_at(self, value: str) -> str:
        return formats.when(value, self.clinic)

    def _links(self, value: Mapping[str, Any]) -> str:
        return _with(family.KINDS[value["kind"]], [value.get("name")])

    def _photo(self, value: str) -> str:
        return "A photo"


def _with(text: str, also: list[str | None]) -> str:
    said = ", ".join(each for each in also if each)
    return f"{text} ({said})" if said else text
