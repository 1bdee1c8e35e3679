"""Who can sign in on one machine: the demo's staff. Their passwords are made at random for each installation."""

import secrets
from typing import NamedTuple


class Person(NamedTuple):
    username: str
    name: str
    group: str | None
    clinics: tuple[str, ...]


PEOPLE = (
    Person("ana.ruiz", "Ana Ruiz", "receptionist", ("northside",)),
    Person("ben.okoro", "Ben Okoro", "receptionist", ("northside", "harbor")),
    Person("nora.daly", "Nora Daly", "nurse", ("northside",)),
    Person("amara.okafor", "Dr Amara Okafor", "doctor", ("northside",)),
    Person("luc.bernard", "Dr Luc Bernard", "doctor", ("northside", "harbor")),
    Person("ines.admin", "Inês Duarte", "admin", ("northside", "harbor")),
    Person("hal.reed", "Hal Reed", "receptionist", ("harbor",)),
    Person("gale.stone", "Gale Stone", "doctor", ("harbor",)),
    Person("new.person", "Sam New", None, ()),
)

# Without what looks alike in print (0 O, 1 l I), so that a password can be typed from the card.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def password() -> str:
    """About 70 bits, in four groups, with the upper case, digit and sign that the pool's policy asks for."""
    groups = ["".join(secrets.choice(LETTERS + DIGITS) for _ in range(4)) for _ in range(4)]
    groups[0] = secrets.choice(LETTERS).upper() + groups[0][1:3] + secrets.choice(DIGITS)
    return "-".join(groups)
