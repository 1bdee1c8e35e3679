"""Letters: what a template of them is, what stands in it at first, for how long somebody is unfit for work. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from records.rules.notes import BLANK
from records.rules.recalls import IN, after

KINDS: Mapping[str, str] = {"letter": "Letter", "sick": "Sick note"}
FACTS: Mapping[str, str] = {
    "allergies": "Allergies",
    "problems": "Problems",
    "medicines": "Medicines",
    "measurements": "Measurements",
}
LONGEST = 24_000  # characters of a letter
LONGEST_SICK = timedelta(days=366)
NAMES = re.compile(r"\{(patient|born|number|today|doctor|clinic)\}")


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """`text` is there at first, with its NAMES filled in; `facts` are the keys of FACTS that are ticked at first."""

    id: str
    name: str
    text: str
    kind: str = "letter"
    facts: tuple[str, ...] = ()


# What a clinic begins with, until it has templates of its own.
BUILT_IN = (
    LetterTemplate(
        "referral",
        "Referral",
        "Dear colleague,\n\nThank you for seeing {patient}, born {born}, because of {what?}.\n\n{What was found?}\n\n"
        "{What do you ask?}\n\nWith kind regards\n{doctor}",
        facts=("allergies", "problems", "medicines"),
    ),
    LetterTemplate("sick", "Sick note", "{patient}, born {born}, is not fit for work.", "sick"),
    LetterTemplate("patient", "Letter to the patient", "Dear {patient},\n\n{text?}\n\nWith kind regards\n{doctor}"),
)


def filled(text: str, words: Mapping[str, str]) -> str:
    """With the names that a template may use in their places; blanks like {what?} stay."""
    return NAMES.sub(lambda found: words.get(found[1], ""), text)


def blanks(text: str) -> list[str]:
    return [found[1:-1] for found in BLANK.findall(text)]


def sick_until(typed: str, first: date) -> date | None:
    """The last day of "5d" or "2w", `first` counted; None for what is neither, or longer than a year."""
    found = IN.fullmatch(typed.strip())
    following = after(first, int(found[1]), found[2].lower()) if found else None
    if following is None or not first < following <= first + LONGEST_SICK:
        return None
    return following - timedelta(days=1)


def apart(typed: str) -> tuple[str, str]:
    """The beginning of a name, and how long it holds where that was typed behind it: "sick 5d"."""
    name, _, last = typed.strip().rpartition(" ")
    return (name, last) if name and IN.fullmatch(last) else (typed, "")


def match(templates: Iterable[LetterTemplate], typed: str) -> list[LetterTemplate]:
    """Those in whose name each typed word begins a word."""
    wanted = typed.casefold().split()
    return [
        each
        for each in templates
        if all(any(word.startswith(one) for word in each.name.casefold().split()) for one in wanted)
    ]


def reads_from_right(text: str) -> bool:
    """Whether the first letter that has a direction is of Hebrew or Arabic."""
    kinds = (unicodedata.bidirectional(each) for each in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
