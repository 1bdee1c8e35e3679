"""Two people changed the same record: both sides field by field, and nothing of either lost.

A form is opened on some values and carries them, sealed. When it is saved, the record may hold others: every write is
conditioned on the version that was read. What somebody changed outside the form's own fields is no conflict: the form
is saved on top of it. What they changed within is shown (`Conflict`); the choices are saved against what was shown, and
if that is out of date again, it is shown again.

Values are taken apart first: an address into its lines, a list into its entries, so that of two people who each add a
phone neither loses one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from clinnet.table import Scope
from clinnet.table.errors import Refused, Stale

TRIES = 4
MINE, THEIRS = "yours", "theirs"
OUT_OF_DATE = "This form is out of date. Look again and send it once more."

Values = Mapping[str, Any]
Lists = Mapping[str, Callable[[Any], str]]  # of each list that is taken apart: what tells its entries from one another


def apart(values: Values, lists: Lists) -> dict[str, Any]:
    """`{"address": {"city": "Leeds"}}` → `{"address/city": "Leeds"}`; entries of `lists` alike. Empty ones left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}/{part}": each for part, each in value.items()}
        elif name in lists:
            for entry in value or ():
                found[_free(found, f"{name}/{lists[name](entry)}")] = entry
        else:
            found[name] = value
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _free(taken: Values, name: str) -> str:
    """Two entries that cannot be told apart stay two."""
    return name if name not in taken else _free(taken, name + "+")


def together(parts: Values, names: Iterable[str], lists: Lists) -> dict[str, Any]:
    """The reverse of `apart`; every one of `names` is in it, with None where nothing is left."""
    found: dict[str, Any] = {}
    for path, value in parts.items():
        name, _, part = path.partition("/")
        if not part:
            found[name] = value
        elif name in lists:
            found.setdefault(name, []).append(value)
        else:
            found.setdefault(name, {})[part] = value
    return {name: found.get(name) for name in names}


def seal(scope: Scope, about: str, content: Any) -> str:
    """For a hidden field: what a form was opened on, and cannot be changed. `about` is the form and the record."""
    return signing.dumps(content, salt=f"opened {scope.clinic_id} {about}", compress=True)


def unseal(scope: Scope, about: str, sealed: str) -> Any:
    """Raises Refused for what was not sealed for this clinic and `about`."""
    try:
        return signing.loads(sealed, salt=f"opened {scope.clinic_id} {about}")
    except signing.BadSignature:
        raise Refused(OUT_OF_DATE) from None


@dataclass(frozen=True, slots=True, repr=False)
class Conflict:
    """Both sides, taken apart. `pick` says which side each differing path starts with, in the order of theirs."""

    mine: dict[str, Any]
    theirs: dict[str, Any]
    pick: dict[str, str] = field(default_factory=dict)

    def seal(self, scope: Scope, about: str) -> str:
        return seal(scope, f"both sides {about}", [self.mine, self.theirs])

    @classmethod
    def unseal(cls, scope: Scope, about: str, sealed: str) -> "Conflict":
        mine, theirs = unseal(scope, f"both sides {about}", sealed)
        return cls(mine, theirs, dict.fromkeys(differing(theirs, mine), THEIRS))

    def chosen(self, picks: Mapping[str, str]) -> dict[str, Any]:
        """The values to keep; `picks` are form fields pick-0, pick-1 … in the order of `pick`. Raises Refused."""
        sides = self.picked(picks, otherwise="").pick
        if "" in sides.values():
            raise Refused("Choose a side in every row.")
        mine = {path: self.mine.get(path) for path, side in sides.items() if side == MINE}
        return {path: value for path, value in (self.theirs | mine).items() if value is not None}

    def picked(self, picks: Mapping[str, str], otherwise: str = THEIRS) -> "Conflict":
        """The same with the sides that a person has chosen so far."""
        sides = {path: picks.get(f"pick-{number}", "") for number, path in enumerate(self.pick)}
        known = {path: side if side in (MINE, THEIRS) else otherwise for path, side in sides.items()}
        return Conflict(self.mine, self.theirs, known)

    def rows(self, label: Callable[[str], str], words: Callable[[str, Any], Any]) -> list[dict[str, Any]]:
        """For templates/parts/compare.html."""
        return [
            {
                "name": number,
                "label": label(path),
                "left": words(path, self.mine.get(path)),
                "right": words(path, self.theirs.get(path)),
                "pick": side,
            }
            for number, (path, side) in enumerate(self.pick.items())
        ]


def differing(one: Values, other: Values) -> list[str]:
    return [path for path in dict.fromkeys([*one, *other]) if one.get(path) != other.get(path)]


def compare(base: Values, mine: Values, theirs: Values) -> Conflict | None:
    """None unless somebody changed one of the values since `base`, to something else than `mine`."""
    paths = differing(theirs, mine)
    if not any(theirs.get(path) != base.get(path) for path in paths):
        return None
    pick = {path: THEIRS if mine.get(path) == base.get(path) else MINE for path in paths}
    return Conflict(dict(mine), dict(theirs), pick)


def save(opened: Values, mine: Values, read: Callable[[], Values], write: Callable[[], object]) -> Conflict | None:
    """Writes `mine`, unless somebody else changed one of its values since `opened`: then nothing is written.

    All values are taken apart. `read` reads the record anew and gives its values; `write` writes on what was read last
    and may raise Stale: somebody was quicker, and everything is looked at again.
    """
    for attempt in range(TRIES):
        if conflict := compare(opened, mine, read()):
            return conflict
        try:
            write()
        except Stale:
            if attempt == TRIES - 1:
                raise
        else:
            break
    return None
