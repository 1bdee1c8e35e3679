"""Who lives together: ages and ties, before anybody has a name."""

import random
from dataclasses import dataclass, field

from patients.rules.shape import Sex

# (age from, age to, weight) of adults who live alone: people who come to a clinic, so older than the street.
ALONE = ((18, 29, 20), (30, 44, 24), (45, 59, 22), (60, 74, 20), (75, 89, 12), (90, 99, 2))
KINDS = {"alone": 40, "couple": 20, "family": 25, "one parent": 9, "three generations": 6}
SAME_SEX_COUPLES = 0.04


@dataclass
class Member:
    """One of a household; the others are named by their place in it."""

    sex: Sex
    age: int  # whole years
    is_child: bool = False  # of the household's parents, whatever the age
    parents: list[int] = field(default_factory=list)
    partner: int | None = None


def household(rng: random.Random, room: int) -> list[Member]:
    """At most `room` members."""
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    members = _of_kind(rng, kind)
    return members if len(members) <= room else [_alone(rng)]


def _of_kind(rng: random.Random, kind: str) -> list[Member]:
    if kind == "alone":
        return [_alone(rng)]
    if kind == "couple":
        return _couple(rng, rng.randint(24, 90))
    if kind == "one parent":
        sex: Sex = "female" if rng.random() < 0.85 else "male"
        return _with_children(rng, [Member(sex, rng.randint(19, 52))])
    members = _with_children(rng, _couple(rng, rng.randint(21, 54)))
    if kind == "three generations":
        members.append(Member(_sex(rng), min(99, members[0].age + rng.randint(20, 38))))
        members[0].parents.append(len(members) - 1)
    return members


def _alone(rng: random.Random) -> Member:
    low, high, _ = rng.choices(ALONE, [weight for _, _, weight in ALONE])[0]
    return Member(_sex(rng), rng.randint(low, high))


def _couple(rng: random.Random, age: int) -> list[Member]:
    first = _sex(rng)
    same = rng.random() < SAME_SEX_COUPLES
    second: Sex = first if same else ("male" if first == "female" else "female")
    other = max(18, min(97, age + rng.randint(-6, 6)))
    return [Member(first, age, partner=1), Member(second, other, partner=0)]


def _with_children(rng: random.Random, parents: list[Member]) -> list[Member]:
    oldest = min(24, min(each.age for each in parents) - 18)
    count = rng.choices((1, 2, 3, 4), (40, 38, 16, 6))[0]
    if oldest < 0:
        return parents
    ages = sorted((rng.randint(0, oldest) for _ in range(count)), reverse=True)
    ids = list(range(len(parents)))
    return parents + [Member(_sex(rng), age, is_child=True, parents=list(ids)) for age in ages]


def _sex(rng: random.Random) -> Sex:
    return "female" if rng.random() < 0.53 else "male"
