"""Lines: what an item carries for lists, in the attribute `line` that the indexes copy. Stored under single letters.

A class says once which letter stands for which field, and is what the code reads and writes:

    @dataclass(frozen=True, kw_only=True, repr=False)
    class JobLine(Packed):
        kind: str = letter("k", "")
        total: int = letter("n", 0)

    JobLine(kind="late").pack() == {"k": "late"}
    JobLine.unpack({"k": "late"}).total == 0

What is empty is not stored, and is read as the field's default. A line is never changed in place, nor a map in it.
`repr=False`: most lines carry a patient's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeVar

T = TypeVar("T")


def letter(name: str, default: T) -> T:
    """A field of a line, stored as `name`. One with a map: `field(default_factory=dict, metadata={"letter": "p"})`."""
    return field(default=default, metadata={"letter": name})


@dataclass(frozen=True, kw_only=True, repr=False)
class Packed:
    """A line. Every field is made by `letter`."""

    def pack(self) -> dict[str, Any]:
        """As the table has it."""
        found = ((name, getattr(self, attribute)) for name, attribute in _attributes(type(self)).items())
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found if value}

    @classmethod
    def unpack(cls, stored: Mapping[str, Any] | None) -> Self:
        """From what the table has: without a line (None), the defaults. Letters of another release are left out."""
        known, line = _attributes(cls), cls.__new__(cls)
        values = line.__dict__  # filled at once: pages read hundreds of lines, and __init__ takes four times as long
        values |= _defaults[cls]
        for name, value in (stored or {}).items():
            if name in known and value is not None:
                values[known[name]] = value
        return line

    @classmethod
    def stored(cls, name: str) -> tuple[str, Any]:
        """Under which letter a field is stored, and what it is where nothing is."""
        letters = {attribute: each for each, attribute in _attributes(cls).items()}
        return letters[name], _defaults[cls][name]


_letters: dict[type[Packed], dict[str, str]] = {}
_defaults: dict[type[Packed], dict[str, Any]] = {}


def _attributes(kind: type[Packed]) -> dict[str, str]:
    """The attribute of each letter."""
    if kind not in _letters:
        found = {each.metadata["letter"]: each.name for each in fields(kind)}
        if len(found) < len(fields(kind)):
            raise TypeError(f"{kind.__name__} has one letter for two fields")
        _defaults[kind], _letters[kind] = vars(kind()), found
    return _letters[kind]
