"""Whose appointment a time of a letter is, in words that name nobody unless the clinic allows first names. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

YOU = {"en": "You", "fr": "Vous", "es": "Usted", "de": "Sie"}
CHILD = {"en": "Child", "fr": "Enfant", "es": "Menor", "de": "Kind"}
ADULT = {"en": "Adult", "fr": "Adulte", "es": "Persona adulta", "de": "Erwachsene Person"}
CHILDREN = {
    "en": ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"),
    "fr": ("Premier", "Deuxième", "Troisième", "Quatrième", "Cinquième", "Sixième", "Septième", "Huitième"),
    "es": ("Primer", "Segundo", "Tercer", "Cuarto", "Quinto", "Sexto", "Séptimo", "Octavo"),
    "de": ("Erstes", "Zweites", "Drittes", "Viertes", "Fünftes", "Sechstes", "Siebtes", "Achtes"),
}
BORN = {
    "en": "{who}, born in {year}",
    "fr": "{who}, année de naissance {year}",
    "es": "{who}, año de nacimiento {year}",
    "de": "{who}, Jahrgang {year}",
}


@dataclass(frozen=True, slots=True)
class Member:
    """Whom a visit is for. `own`: the letter goes to themselves. `born` is YYYY-MM-DD, or less of it, or empty."""

    given_name: str = field(repr=False)
    born: str = field(repr=False)
    child: bool
    own: bool


def labels(members: Sequence[Member], language: str, *, names: bool, among: bool = False) -> list[str]:
    """One for each; empty where a letter is about the reader alone, and they have none `among` those of others.

    Children are counted by age, so that those who know them can tell who is meant.
    """
    if len(members) == 1 and members[0].own and not among:
        return [""]
    alone = sum(each.own for each in members) == 1
    children = sorted((each for each in members if each.child), key=lambda each: each.born)
    return [_label(each, language, children, names=names, alone=alone) for each in members]


def _label(member: Member, language: str, children: Sequence[Member], *, names: bool, alone: bool) -> str:
    if names and member.given_name:
        return member.given_name
    if member.own and alone:
        return YOU[language]
    who = ADULT[language]
    if member.child:
        number = next(n for n, each in enumerate(children) if each is member)
        counted = len(children) > 1 and number < len(CHILDREN[language])
        child = CHILD[language]
        who = f"{CHILDREN[language][number]} {child if language == 'de' else child.lower()}" if counted else child
    return BORN[language].format(who=who, year=member.born[:4]) if member.born else who
