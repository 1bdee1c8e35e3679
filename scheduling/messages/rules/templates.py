"""A clinic's own text of a message: plain words with places that are filled in, as {times}. Pure."""

from collections.abc import Mapping
from string import Formatter

from scheduling.messages.rules import phrases
from scheduling.messages.rules.due import Kind

TIMES, LATE = "times", "late"
PLACES: Mapping[str, str] = {
    TIMES: "Date, time, place and links; for a family those of each",
    "clinic": "The clinic's name",
    "address": "The clinic's address",
    "phone": "The clinic's phone",
    LATE: "Minutes, in a message about a delay",
}
MOST = 1500  # characters


def default(kind: Kind, language: str) -> str:
    """Our own text of one appointment, as a clinic finds it when it begins to write its own."""
    said = phrases.ANOTHER_TIME if kind == "cancelled" else phrases.PHONE
    last = [phrases.ATTACHED[language]] * (kind != "late") + [said[language], phrases.NO_REPLY[language]]
    return "\n\n".join([phrases.HELLO[language], phrases.NEWS[kind][language], "{times}", " ".join(last)])


def problem(text: str, kind: Kind, *, known: Mapping[str, str]) -> str:
    """Why a text cannot be used, as a sentence; empty where it can. `known` is what the clinic's places hold."""
    try:
        used = [(name, plain) for _, name, *plain in Formatter().parse(text) if name is not None]
    except ValueError:
        return "A { or } stands alone. Write places like {times}."
    names = [name for name, _ in used]
    wrong = next((name for name, (spec, how) in used if name not in PLACES or spec or how), None)
    if wrong is not None:
        return f"There is no place {{{wrong}}}. Choose from those below."
    if names.count(TIMES) != 1:
        return "{times} must stand in it once: the date, the time and the links come there."
    if (LATE in names) != (kind == "late"):
        return "{late} must stand in a message about a delay." if kind == "late" else "{late} is of a delay alone."
    if empty := next((name for name in names if name in known and not known[name]), None):
        return f"The clinic has no {empty} yet: enter it in Messages to patients first."
    return f"This is longer than {MOST:,} characters. Shorten it." if len(text) > MOST else ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """What is not known (a place that was taken away later) is left out; nothing but names is looked up."""
    return "".join(before + values.get(name or "", "") for before, name, *_ in Formatter().parse(text))
