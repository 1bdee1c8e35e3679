"""What recorded allergies say to a medicine that is about to be prescribed: five honest steps, each reason named. Pure.

1. the same ingredient: stop. 2. the same group: stop. 3. a related group: ask, or a grey line where it is rare.
A name that nobody knows, one slip away from a known one or its beginning, is taken for that: at most ask.
4. a shared word: a grey line. 5. a name that is not known: said so. There is no check of interactions, doses, kidneys
or pregnancy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from records.rules.allergy_groups import (
    GROUPS,
    SIDE_CHAIN_CEPHALOSPORINS,
    SIDE_CHAIN_PENICILLINS,
    groups_of,
    is_group,
)
from records.rules.drug_names import Drug, drug, fold, near

Level = Literal["stop", "ask", "note"]
Severity = Literal["severe", "moderate", "mild", ""]
MILDER: dict[Level, Level] = {"stop": "ask", "ask": "note", "note": "note"}
NOT_KNOWN = "Not in our list: checked by name only."
NOTHING_ELSE = "Interactions, doses, kidneys and pregnancy are not checked."
# Words of forms and salts that two unrelated texts share.
COMMON = """tablet tablets capsule capsules cream ointment solution suspension syrup drops spray inhaler injection patch
lotion sodium potassium calcium magnesium hydrochloride sulfate phosphate maleate citrate acetate nitrate allergy
allergic reaction intolerance severe moderate after taking childhood unknown antibiotic antibiotics"""


class Unread(Exception):
    """The allergies could not be read. Nothing may be prescribed: unread is not none."""


@dataclass(frozen=True, slots=True, repr=False)
class Allergy:
    """As recorded. `since` is an ISO date, partial or whole, or empty. Entries in error are not handed in."""

    id: str
    version: int
    substance: str
    kind: Literal["allergy", "intolerance", "unknown"] = "allergy"
    reactions: tuple[str, ...] = ()
    severity: Severity = ""
    since: str = ""
    certainty: Literal["confirmed", "suspected", "refuted"] = "confirmed"


@dataclass(frozen=True, slots=True, repr=False)
class Override:
    """A reason that somebody gave against one warning. It holds for this version of the allergy and this ingredient."""

    allergy: str
    version: int
    ingredient: str
    reason: str  # "taken since without a reaction"
    by: str  # "Dr Okafor, 3 May"


@dataclass(frozen=True, slots=True)
class Finding:
    """`stop` and `ask` take a reason. `ingredient` is what an override is remembered by."""

    level: Level
    sentence: str
    allergy: str
    ingredient: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`unknown` are the names, of the medicine and of allergies, that were compared by their words alone."""

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]

    @property
    def level(self) -> Level | None:
        return self.findings[0].level if self.findings else None


def check(name: str, allergies: Sequence[Allergy] | None, overrides: Sequence[Override] = ()) -> Checked:
    """One finding for each allergy that speaks against it, the gravest first. Raises Unread for None."""
    if allergies is None:
        raise Unread
    wanted = drug(name)
    counted = [each for each in allergies if each.certainty != "refuted"]
    found = [finding for each in counted if (finding := _against(wanted, each))]
    found = [_overridden(finding, counted, overrides) for finding in found]
    found.sort(key=lambda finding: ("stop", "ask", "note").index(finding.level))
    names = [each for each in (name, *(each.substance for each in counted)) if not is_known(each)]
    return Checked(tuple(found), tuple(names))


def is_known(name: str) -> bool:
    """Whether an ingredient or a group of it is in the tables."""
    of = drug(name)
    return of.known or bool(_groups(of))


def already(substance: str, allergies: Sequence[Allergy]) -> Allergy | None:
    """The entry that a new one would repeat: the same text, ingredient or group."""
    new = drug(substance)
    for each in allergies:
        old = drug(each.substance)
        same = fold(each.substance) == fold(substance) or set(old.ingredients) & set(new.ingredients)
        if same or _groups(old) & _groups(new):
            return each
    return None


def already_sentence(listed: Allergy) -> str:
    words = ", ".join(part for part in (*listed.reactions, listed.severity, listed.since[:4]) if part)
    verb = "are" if listed.substance.endswith("s") else "is"
    return f"{_upper(listed.substance)} {verb} already listed{': ' if words else ''}{words}. Change that entry?"


def _groups(of: Drug) -> frozenset[str]:
    """Of its ingredients, and of its own words: a brand that is not known may still end in "-cillin"."""
    return frozenset().union(*(groups_of(fold(each)) for each in (of.text, *of.ingredients)))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _against(wanted: Drug, allergy: Allergy) -> Finding | None:
    recorded = drug(allergy.substance)
    for step in (_same, _same_group, _related, _spelled, _shared_word):
        if said := step(wanted, recorded, allergy):
            level, sentence, ingredient = said
            if allergy.kind == "intolerance" and allergy.severity == "mild":
                level = MILDER[level]
            return Finding(level, sentence, allergy.id, ingredient)
    return None


Said = tuple[Level, str, str] | None


def _same(wanted: Drug, recorded: Drug, allergy: Allergy) -> Said:
    """Step 1, also for two names that are not known and the same."""
    if is_group(fold(recorded.text)):  # the penicillins, not the substance that bears the name
        return None
    both = [each for each in wanted.ingredients if each in recorded.ingredients]
    if both or fold(wanted.text) == fold(recorded.text):
        what = both[0] if both else wanted.text
        return "stop", f"{_recorded(allergy)} {_is(wanted, what)}. Prescribe anyway? Reason:", what
    return None


def _same_group(wanted: Drug, recorded: Drug, allergy: Allergy) -> Said:
    shared = _groups(recorded) & _groups(wanted)
    for code in GROUPS:
        if code in shared:
            what = next((each for each in wanted.ingredients if code in groups_of(each)), wanted.text)
            name = _upper(what) if what.lower() in fold(wanted.text) else f"{_upper(wanted.text)} ({what})"
            sentence = f"{_recorded(allergy)} {name} is {GROUPS[code].one}. Prescribe anyway? Reason:"
            return "stop", sentence, what
    return None


def _related(wanted: Drug, recorded: Drug, allergy: Allergy) -> Said:
    mine, theirs = _groups(wanted), _groups(recorded)
    pair = {"penicillin", "cephalosporin"}
    what = wanted.ingredients[0] if wanted.ingredients else wanted.text
    of = allergy.substance
    words = ", ".join(part for part in (*allergy.reactions, allergy.severity) if part) or "no reaction named"
    if len(pair & mine) == 1 and pair & theirs == pair - mine and _side_chain(wanted) and _side_chain(recorded):
        cross = f"{_upper(what)} can cross-react with {of} (same side chain)."
        return "ask", f"{cross} Recorded: {words}. Prescribe?", what
    rare = (
        (mine & pair and theirs & pair) or ("penicillin" in mine | theirs and "carbapenem" in mine | theirs)
    ) and mine & theirs == frozenset()
    if rare and theirs:
        return "note", f"{_upper(what)} rarely cross-reacts with {of} (below 1 %). Recorded: {words}.", what
    return None


def _side_chain(of: Drug) -> bool:
    """A whole group, "penicillins" or "allergic to penicillin", may mean one of them; so may an unknown name."""
    chained = SIDE_CHAIN_PENICILLINS | SIDE_CHAIN_CEPHALOSPORINS
    return bool(set(of.ingredients) & chained) or all(is_group(each) for each in of.ingredients)


def _spelled(wanted: Drug, recorded: Drug, allergy: Allergy) -> Said:
    """A name that is not known, one slip away from one that is: "codiene"."""
    meant = {of.text: "" if of.known or _groups(of) else near(of.text) for of in (wanted, recorded)}
    if not any(meant.values()):
        return None
    mine, theirs = (drug(meant[of.text] or of.text) for of in (wanted, recorded))
    asked = " ".join(
        f"“{text}” is not in our list: is it {drug(name).ingredients[0]}?" for text, name in meant.items() if name
    )
    for step in (_same, _same_group, _related):
        if said := step(mine, theirs, allergy):
            return "note" if said[0] == "note" else "ask", f"{asked} {said[1]}", said[2]
    return None


def _shared_word(wanted: Drug, recorded: Drug, allergy: Allergy) -> Said:
    """Step 4: a word of five letters or more in both texts."""
    words = {word for word in re.findall(r"[^\W\d_]{5,}", fold(wanted.text)) if word not in COMMON.split()}
    shared = sorted(words & set(re.findall(r"[^\W\d_]{5,}", fold(allergy.substance))))
    if not shared:
        return None
    return "note", f"Recorded: “{allergy.substance}”, which has the word “{shared[0]}” too.", wanted.text


def _recorded(allergy: Allergy) -> str:
    """ "Allergy: penicillins, rash, severe (2011)."""
    kind = "Intolerance" if allergy.kind == "intolerance" else "Allergy"
    words = ", ".join(part for part in (allergy.substance, *allergy.reactions, allergy.severity) if part)
    return f"{kind}: {words}{f' ({allergy.since[:4]})' if allergy.since else ''}."


def _is(wanted: Drug, what: str) -> str:
    """ "This is amoxicillin", "Augmentin contains amoxicillin"."""
    return f"This is {what}" if fold(wanted.text).startswith(what) else f"{_upper(wanted.text)} contains {what}"


def _overridden(finding: Finding, allergies: Sequence[Allergy], overrides: Sequence[Override]) -> Finding:
    versions = {each.id: each.version for each in allergies}
    for each in overrides:
        current = each.allergy == finding.allergy and each.version == versions[finding.allergy]
        if current and each.ingredient == finding.ingredient and finding.level != "note":
            sentence = f"Not asked again: {each.reason} ({each.by})."
            return Finding("note", sentence, finding.allergy, finding.ingredient)
    return finding
