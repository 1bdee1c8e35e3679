"""A template of notes as an administrator types it, and abbreviations. Pure.

    # Complaint *
    Since {when?}.

    # Examination

A line that begins with # is a heading; with a star nobody signs while it is empty. What stands beneath is there at
first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from records.rules.notes import SOAP, Part

MOST = 12  # sections
LONGEST = 40  # characters of a heading
SHORT = re.compile(r"[a-z][a-z0-9]{1,11}")  # what is typed after a dot
BEGIN = "Begin with a heading: # Complaint"
KEYS = {part.label.casefold(): part.key for part in SOAP.parts}


def parts_of(text: str) -> tuple[Part, ...]:
    """The sections. Raises ValueError with the sentence that says what is wrong."""
    found: list[Part] = []
    for line in text.strip().splitlines():
        if line.startswith("#"):
            found.append(_part(line, len(found)))
        elif found:
            found[-1] = replace(found[-1], text=f"{found[-1].text}\n{line}".lstrip("\n"))
        elif line.strip():
            raise ValueError(BEGIN)
    return _known([replace(each, text=each.text.strip()) for each in found])


def _part(line: str, number: int) -> Part:
    label = line.lstrip("#").strip()
    must, label = label.endswith("*"), label.rstrip("* ")
    return Part(KEYS.get(label.casefold(), f"t{number + 1}"), label, must=must)


def _known(found: Sequence[Part]) -> tuple[Part, ...]:
    labels = [each.label.casefold() for each in found]
    if not found:
        raise ValueError(BEGIN)
    if len(found) > MOST:
        raise ValueError(f"A note has up to {MOST} sections.")
    if not all(0 < len(label) <= LONGEST for label in labels):
        raise ValueError(f"A heading has one to {LONGEST} characters.")
    if len(set(labels)) < len(labels):
        raise ValueError("Two headings are the same.")
    return tuple(found)


def typed(parts: Iterable[Part]) -> str:
    """The reverse of `parts_of`."""
    return "\n\n".join(f"# {part.label}{' *' * part.must}\n{part.text}".strip() for part in parts)


def inserted(parts: Iterable[Part]) -> str:
    """A template where it is put into a note that is begun: its headings, each with its text."""
    return "\n".join(f"{part.label}: {part.text}" if part.text else f"{part.label}:" for part in parts)


def titles(text: str) -> list[str]:
    """ "Diabetes review, Annual check" → the visits for which a template opens by itself."""
    return [each.strip() for each in text.split(",") if each.strip()]
