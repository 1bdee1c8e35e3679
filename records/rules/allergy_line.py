"""The line `penicillin rash severe`: an allergy as it is typed. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from records.rules.allergies import Severity

# The chips, and words that mean them.
REACTIONS: Mapping[str, tuple[str, ...]] = {
    "rash": ("rash", "exanthema"),
    "hives": ("hives", "urticaria"),
    "itching": ("itching", "itch", "pruritus"),
    "swelling": ("swelling", "angioedema", "oedema", "edema"),
    "wheeze": ("wheeze", "wheezing", "bronchospasm", "asthma"),
    "breathless": ("breathless", "dyspnoea", "dyspnea"),
    "anaphylaxis": ("anaphylaxis", "anaphylactic", "shock"),
    "nausea": ("nausea",),
    "vomiting": ("vomiting", "vomit"),
    "diarrhoea": ("diarrhoea", "diarrhea"),
    "dizziness": ("dizziness", "dizzy", "faint", "fainting"),
    "headache": ("headache",),
    "cough": ("cough", "coughing"),
}
SEVERITIES: Mapping[str, Severity] = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
KINDS: Mapping[str, Literal["allergy", "intolerance"]] = {
    "allergy": "allergy",
    "allergic": "allergy",
    "intolerance": "intolerance",
    "intolerant": "intolerance",
}
YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
NONE = re.compile(
    r"(none|no|nil|nka|nkda|nkma|denies)( (any|known|drugs?|food|medicines?|medications?|other|allerg(y|ies)))*",
    re.ASCII,
)
NO_SUBSTANCE = re.compile(r"(not|no|none|denies|unknown|unsure|unclear|never)\b.*|\W*", re.ASCII | re.DOTALL)
MEANT = {word: chip for chip, words in REACTIONS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Understood:
    """`substance` is what stands before the first word that means something else; what follows and means nothing is
    `not_understood`. No severity is made up: empty is not said."""

    substance: str
    reactions: tuple[str, ...] = ()
    severity: Severity = ""
    kind: Literal["allergy", "intolerance"] = "allergy"
    since: str = ""
    not_understood: tuple[str, ...] = ()


def is_none(text: str) -> bool:
    """Whether it says that there are none: "none known", "No known drug allergies.", "NKDA"."""
    return bool(NONE.fullmatch(" ".join(re.findall(r"\w+", text.lower()))))


def is_substance(text: str) -> bool:
    """Not of "unknown" or "not allergic to penicillin": neither may stand among allergies."""
    return not NO_SUBSTANCE.fullmatch(text.lower().strip())


def parse(text: str) -> Understood:
    substance: list[str] = []
    unknown: list[str] = []
    reactions: list[str] = []
    severity: Severity = ""
    kind: Literal["allergy", "intolerance"] = "allergy"
    since, still = "", True
    for word in text.replace(",", " ").split():
        low = word.lower()
        if low in MEANT:
            reactions.append(MEANT[low])
        elif low in SEVERITIES and not severity:
            severity = SEVERITIES[low]
        elif low in KINDS:
            kind = KINDS[low]
        elif YEAR.fullmatch(low) and substance and not since:
            since = low
        else:
            (substance if still else unknown).append(word)
            continue
        still = not substance
    chips = tuple(dict.fromkeys(reactions))
    return Understood(" ".join(substance), chips, severity, kind, since, tuple(unknown))
