"""What other files of a run call those whom references point at: bulk exports keep practitioners and places apart.

A source is a folder. A name that two of its files use for different ones is nobody's.
"""

import zlib
from collections import ChainMap
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from .around import AROUND, names_of, whose
from .aside import numbered
from .files import LINES, kind_of, opened, read_file
from .parts import BadResource, Json, Resource, text

KINDS = frozenset(
    ("Practitioner", "PractitionerRole", "CareTeam", "Organization", "Location", "HealthcareService", "RelatedPerson")
)
KEPT = ("resourceType", "id", "name", "practitioner", "organization")
LETTERS = ("utf-8", "utf-16-le", "utf-16-be")
FIRST_BYTES = 64 * 1024
LARGEST_OF_ONE = 1024 * 1024  # bytes of a file, not of lines, that may hold them apart from patients


@dataclass(repr=False)
class Directory:
    """By folder: who or what each reference means, as far as its name."""

    _named: dict[Path, dict[str, Json]] = field(default_factory=dict, repr=False)
    _around: dict[Path, dict[str, list[Json]]] = field(default_factory=dict, repr=False)  # by patient

    def read(self, files: Iterable[Path]) -> None:
        """Only those files that can hold some of them apart: the rest resolve their references themselves."""
        for path in files:
            if _may_hold_some(path):
                try:
                    for found in read_file(path):
                        if isinstance(found, Resource) and found.kind in KINDS:
                            self._learn(path.parent, found)
                        if isinstance(found, Resource) and found.kind in AROUND:
                            self._note(path, found.body)
                except BadResource:
                    continue  # told when it is read for its patients

    def _learn(self, folder: Path, resource: Resource) -> None:
        body = {name: resource.body[name] for name in KEPT if name in resource.body}
        own, named = text(body.get("id")), self._named.setdefault(folder, {})
        names = (resource.url, own and f"{resource.kind}/{own}", *numbered(resource.kind, resource.body))
        for name in filter(None, names):
            named[name] = body if named.get(name, body) == body else {}

    def _note(self, path: Path, body: Json) -> None:
        if kind_of(path) in LINES:
            self._around.setdefault(path.parent, {}).setdefault(whose(body), []).append(body)

    def around(self, path: Path, patient: Resource) -> list[Json]:
        """What files of lines say about a patient of a file of lines: a folder of these is one source."""
        known = self._around.get(path.parent, {}) if kind_of(path) in LINES else {}
        return [each for name in names_of(patient) for each in known.get(name, ())]

    def beside(self, path: Path, resource: Resource) -> Resource:
        """The resource, with what its folder names behind what its own bundle does."""
        named = self._named.get(path.parent)
        if not named:
            return resource
        own = cast("dict[str, Json]", resource.beside)
        return replace(resource, beside=ChainMap(own, named) if own else named)


def _may_hold_some(path: Path) -> bool:
    try:
        lines, size = kind_of(path) in LINES, path.stat().st_size
        if not lines and size > LARGEST_OF_ONE:
            return False
        with opened(path) as file:
            first = file.read(FIRST_BYTES if lines else LARGEST_OF_ONE)
    except (OSError, EOFError, zlib.error):
        return False
    return any(f'"{kind}"'.encode(letters) in first for kind in (*KINDS, *AROUND) for letters in LETTERS)
