"""Any number of invented people, in households of their own, each the same whatever the number asked for.

People come in blocks, each with its own random numbers, so the thousandth person can be made without the others and
seeding goes on where it stopped.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from patients.rules.names import fold
from patients.rules.shape import Link, PatientData, Phone

from . import manners, places
from .households import Member, household
from .ids import demo_id
from .picks import family_name, for_sex, given_name
from .pools import MIX, Culture

BLOCK = 20
YEARS_OPEN = 9  # how long the demo clinic has been registering people


@dataclass(frozen=True)
class Setting:
    """What all people of one seeding have in common."""

    clinic: str
    seed: str
    now: datetime
    country: str
    doctors: Sequence[str] = ()  # ids of practitioners

    def id_of(self, index: int) -> str:
        return demo_id(self.clinic, self.seed, f"person {index}")

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, repr=False)
class Person:
    index: int
    id: str
    joined: datetime
    data: PatientData = field(repr=False)
    key: str = ""  # by which the demo day finds one of the cast


@dataclass(repr=False)
class _Home:
    """What a household shares."""

    culture: Culture
    families: list[str]
    first: int  # index of its first member
    members: list[Member]
    common: PatientData
    landline: str


def people(
    n: int, *, clinic: str, seed: str, now: datetime, country: str, doctors: Sequence[str] = (), start: int = 0
) -> Iterator[Person]:
    """The people from `start` up to `n`. `now` (aware) gives ages; `country` is GB or US."""
    setting = Setting(clinic, seed, now, country, doctors)
    blocks = -(-n // BLOCK)
    absent = {setting.id_of(index) for index in range(n, blocks * BLOCK)}
    for block in range(start // BLOCK, blocks):
        for person in _block(setting, block):
            if start <= person.index < n:
                _untie(person, absent)
                yield person


def _untie(person: Person, absent: set[str]) -> None:
    """The last household may be cut: nobody is tied to somebody who is not there."""
    if any(link["patient_id"] in absent for link in person.data.get("links", [])):
        person.data["links"] = [link for link in person.data["links"] if link["patient_id"] not in absent]


def _block(setting: Setting, block: int) -> Iterator[Person]:
    rng = random.Random(f"{setting.clinic} {setting.seed} {block}")  # noqa: S311 - invented people, not secrets
    index, end = block * BLOCK, (block + 1) * BLOCK
    while index < end:
        home = _home(rng, setting, index, household(rng, end - index))
        given: list[str] = []
        for place in range(len(home.members)):
            yield _person(rng, setting, home, place, given)
        index += len(home.members)


def _home(rng: random.Random, setting: Setting, first: int, members: list[Member]) -> _Home:
    mix = MIX[setting.country]
    culture = rng.choices([each for each, _ in mix], [weight for _, weight in mix])[0]
    common: PatientData = {"address": places.address(rng, setting.country)}
    if rng.random() < culture.at_home:
        common["language"] = culture.language
    else:
        common["language"] = "en"
    if shared := places.policy(rng, setting.country, setting.today.year):
        common["policies"] = [shared]
    if setting.doctors and rng.random() < 0.7:
        common["practitioner_id"] = rng.choice(setting.doctors)
    families = [family_name(rng, culture) for _ in range(2)]
    landline = places.home_number(setting.country, 2 * first + 1) if rng.random() < 0.35 else ""
    return _Home(culture, families, first, members, common, landline)


def _person(rng: random.Random, setting: Setting, home: _Home, place: int, taken: list[str]) -> Person:
    index, member = home.first + place, home.members[place]
    born = _birthday(rng, setting.today, member.age)
    joined = _joined(rng, setting.now, born)
    data = _named(rng, home, place, taken)
    data.update(home.common)
    data.update({"birth_date": born.isoformat(), "sex": member.sex})
    if len(home.members) > 1 and "policies" in data:
        data["policies"] = [{**each, "number": f"{each['number']}-{place + 1}"} for each in data["policies"]]
    if numbers := _phones(setting, home, place):
        data["phones"] = numbers
    _reached(rng, setting, data, member, index)
    if ties := _links(setting, home, place):
        data["links"] = ties
    manners.lead(rng, data, member, setting.today, joined.date())
    return Person(index, setting.id_of(index), joined, data)


def _birthday(rng: random.Random, today: date, age: int) -> date:
    return today - timedelta(days=int(age * 365.25) + rng.randint(1, 364))


def _joined(rng: random.Random, now: datetime, born: date) -> datetime:
    """More of them lately than long ago, and nobody before birth; to the millisecond, in opening hours."""
    days = min(int(rng.random() ** 1.5 * YEARS_OPEN * 365), (now.date() - born).days)
    moment = now - timedelta(days=days)
    at = moment.replace(hour=rng.randint(8, 17), minute=rng.randint(0, 59), second=rng.randint(0, 59), microsecond=0)
    return min(at, now.replace(microsecond=0))


def _named(rng: random.Random, home: _Home, place: int, taken: list[str]) -> PatientData:
    member, culture = home.members[place], home.culture
    given = given_name(rng, culture, member.sex)
    if given in taken and member.is_child:  # two children of one name are rare
        given = given_name(rng, culture, member.sex)
    taken.append(given)
    data: PatientData = {"family_name": _family(rng, home, place), "given_name": given}
    if rng.random() < culture.further:
        data["further_names"] = given_name(rng, culture, member.sex)
    if member.age > 30 and member.partner is not None and member.sex == "female" and rng.random() < 0.3:
        data["other_names"] = [f"{given} {for_sex(family_name(rng, culture), culture, 'female')}"]
    return data


def _family(rng: random.Random, home: _Home, place: int) -> str:
    """Children have their parents' name; in Spanish and Portuguese each parent brings one of the two."""
    member, culture = home.members[place], home.culture
    own = home.families[1 if place == 1 and culture.two_families else 0]
    if member.is_child or not culture.two_families:
        name = " ".join(home.families) if culture.two_families else own
        return for_sex(name, culture, member.sex)
    return f"{own} {family_name(rng, culture)}" if rng.random() < 0.8 else own


def _phones(setting: Setting, home: _Home, place: int) -> list[Phone]:
    """Children are reached through the first of the household."""
    grown = home.members[place].age >= 16
    own = places.own_number(setting.country, home.first + (place if grown else 0))
    numbers: list[Phone] = [{"number": own.number, "kind": "mobile" if own.mobile else "home", "preferred": True}]
    if home.landline and home.landline != own.number:
        numbers.append({"number": home.landline, "kind": "home", "preferred": False})
    return numbers


def _reached(rng: random.Random, setting: Setting, data: PatientData, member: Member, index: int) -> None:
    latin = fold(f"{data['given_name']}.{data['family_name'].split()[0]}").replace(" ", ".")
    if member.age >= 16 and latin.isascii() and rng.random() < (0.75 if member.age < 70 else 0.35):
        data["email"] = f"{latin}{index % 100:02d}@example.{rng.choice(('org', 'com', 'net'))}"
    if rng.random() < 0.6:
        data["national_id"] = places.national_id(setting.country, index)


def _links(setting: Setting, home: _Home, place: int) -> list[Link]:
    """Both ends of a tie carry one id. A child's first parent receives messages, books and pays."""
    member, ties = home.members[place], []
    for parent in member.parents:
        minor = member.age < 18
        ties.append(_tie(setting, home, place, parent, "parent", full=minor and parent == 0))
    for other, each in enumerate(home.members):
        if place in each.parents:
            ties.append(_tie(setting, home, other, place, "child", full=False))
    if member.partner is not None:
        ties.append(_tie(setting, home, place, member.partner, "partner", full=False))
    return ties


def _tie(setting: Setting, home: _Home, low: int, high: int, kind: str, *, full: bool) -> Link:
    """`low` and `high` are the child and the parent, or the partners; a parent's own list names the child."""
    pair = sorted((home.first + low, home.first + high))
    other = home.first + (low if kind == "child" else high)
    return {
        "id": demo_id(setting.clinic, setting.seed, f"tie {pair[0]} {pair[1]}"),
        "kind": kind,  # type: ignore[typeddict-item]  # one of three of its kinds
        "patient_id": setting.id_of(other),
        "name": "",
        "phone": "",
        "messages": full,
        "books": full,
        "pays": full,
    }
