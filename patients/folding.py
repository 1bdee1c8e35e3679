"""Two records of one person side by side: what differs, what is kept from both, and what the survivor becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patients import entries
from patients.models import Patient
from patients.rules import own

KEEP, OTHER = "keep", "other"
CHOSEN = (
    "title", "family_name", "given_name", "further_names", "preferred_name", "birth_date", "sex", "gender_identity",
    "pronouns", "email", "reach_by", "address", "national_id", "language", "interpreter", "practitioner_id",
    "general_practitioner", "consents/data", "consents/messages", "photo", "deceased_on", "test",
)  # fmt: skip
BESIDE = {"birth_date": ("birth_estimated",)}  # what goes with a choice
CAUTIOUS = {"test"}  # not taken over unless somebody chooses it


@dataclass(frozen=True, slots=True)
class Fold:
    """`keep` absorbs `other`."""

    keep: Patient
    other: Patient

    def differing(self) -> dict[str, tuple[Any, Any]]:
        """By attribute (consents by kind): both values where they are not the same."""
        names = (*CHOSEN, *own_paths(self.keep, self.other))
        pairs = {name: (_get(self.keep, name), _get(self.other, name)) for name in names}
        return {name: pair for name, pair in pairs.items() if (pair[0] or None) != (pair[1] or None)}

    def picks(self, posted: Mapping[str, str]) -> dict[str, str]:
        """The side of each that differs: as chosen, else the one that says something, else the survivor's."""
        found = {}
        for name, (mine, _) in self.differing().items():
            usual = KEEP if mine or name in CAUTIOUS else OTHER
            side = posted.get(f"pick-{name}", usual)
            found[name] = side if side in (KEEP, OTHER) else usual
        return found

    def united(self) -> dict[str, list[Any]]:
        """The lists of both, where the other record adds something."""
        lists = entries.united(self.keep.data, self.other.data, (self.keep.id, self.other.id))
        return {name: found for name, found in lists.items() if found != (getattr(self.keep, name) or [])}

    def result(self, picks: Mapping[str, str]) -> dict[str, Any]:
        """The survivor's new attributes."""
        maps = {"consents": dict(self.keep.consents or {}), own.NAME: dict(self.keep.own or {})}
        found: dict[str, Any] = dict(self.united())
        for name in (name for name, side in picks.items() if side == OTHER):
            attribute, _, part = name.partition("/")
            if part:
                maps[attribute][part] = _get(self.other, name)
            else:
                found |= {each: getattr(self.other, each) for each in (attribute, *BESIDE.get(attribute, ()))}
        found |= {name: {part: said for part, said in each.items() if said} for name, each in maps.items()}
        return found | self._of_both()

    def _of_both(self) -> dict[str, Any]:
        """Nothing of these is to be lost, and a chart stays restricted when one of the two was."""
        return {
            "notes": both_notes(self.keep.notes or "", self.other.notes or ""),
            "restricted": bool(self.keep.restricted or self.other.restricted),
            "extra": {**(self.other.extra or {}), **(self.keep.extra or {})},
        }


def own_paths(*patients: Patient) -> list[str]:
    return [f"{own.NAME}/{which}" for which in dict.fromkeys(each for one in patients for each in one.own or {})]


def _get(patient: Patient, name: str) -> Any:
    attribute, _, part = name.partition("/")
    value = getattr(patient, attribute)
    return (value or {}).get(part) if part else value


def both_notes(mine: str, theirs: str) -> str:
    if not theirs or theirs in mine:
        return mine
    return f"{mine}\n{theirs}" if mine and mine not in theirs else theirs
