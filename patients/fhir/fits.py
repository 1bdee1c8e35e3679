"""What a form would refuse stands aside: nobody is to clear another's text before they can save."""

import re

from patients.rules.shape import PatientData

from .aside import Aside

LONGEST = {
    "title": 30,
    "gender_identity": 60,
    "pronouns": 40,
    "national_id": 40,
    "general_practitioner": 120,
    "family_name": 120,
    "given_name": 120,
    "further_names": 120,
    "preferred_name": 120,
}
LONGEST_POSTCODE, LONGEST_COUNTRY, LONGEST_PHONE, FEWEST_DIGITS = 20, 60, 40, 3
LONGEST_MAIL, LONGEST_POLICY, LONGEST_PAYER = 254, 60, 200
_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)


def keep_refused_aside(data: PatientData, aside: Aside) -> None:
    for name, most in LONGEST.items():
        words = str(data.get(name) or "")
        if len(words) > most:
            aside.keep(f"{name.replace('_', ' ').capitalize()} as written", words)
            if name.endswith("_name") or name == "further_names":
                data[name] = words[:most].rsplit(" ", 1)[0]  # type: ignore[literal-required]  # a name is needed
            else:
                del data[name]  # type: ignore[misc]
    _address(data, aside)
    for link in data.get("links", []):
        if len(link["name"]) > LONGEST["family_name"]:
            aside.keep("Contacts in the file", link["name"])
            link["name"] = link["name"][: LONGEST["family_name"]].rsplit(" ", 1)[0]
    for policy in data.get("policies", []):
        if len(policy["number"]) > LONGEST_POLICY or len(policy["payer"]) > LONGEST_PAYER:
            aside.keep("Insurance as written", f"{policy['payer']} {policy['number']}")
            policy["number"], policy["payer"] = policy["number"][:LONGEST_POLICY], policy["payer"][:LONGEST_PAYER]
    listed = data.get("phones") or []
    stays = [each for each in listed if is_phone(each["number"])]
    for each in listed:
        if each not in stays:
            aside.keep("Phone as written", each["number"])
    if len(stays) < len(listed):
        data["phones"] = stays
        if stays and not any(each["preferred"] for each in stays):
            stays[0]["preferred"] = True


def is_mail(written: str) -> bool:
    return bool(_MAIL.fullmatch(written)) and len(written) <= LONGEST_MAIL


def is_phone(number: str) -> bool:
    return len(number) <= LONGEST_PHONE and sum(map(str.isdecimal, number)) >= FEWEST_DIGITS


def _address(data: PatientData, aside: Aside) -> None:
    address = data.get("address") or {}
    for name, most in (("postcode", LONGEST_POSTCODE), ("country", LONGEST_COUNTRY)):
        words = str(address.get(name) or "")
        if len(words) > most:
            aside.keep(f"{name.capitalize()} as written", words)
            del address[name]  # type: ignore[misc]
