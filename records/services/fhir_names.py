"""Whose a resource was that an import brought, by the name that it has everywhere: so it is found at another patient.

One row a patient's chart in a file has the digests of all its names, eight bytes each: a row for each item would cost a
clinic nearly as much again as its items. A run reads the rows once, when it meets the first resource that is new here.
"""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from clinnet import clock
from clinnet.table import Row, Scope, keys, query

SIZE = 8
AT_ONCE = 1_000
MOST = 40_000  # names of one row: an item has at most 400 kB


@dataclass(repr=False)
class Names:
    """Of one run. The latest who was given a name has it."""

    scope: Scope
    digests: "array[int] | None" = None  # in order
    owners: "array[int]" = field(default_factory=lambda: array("Q"))  # the same order: places in `ids`
    ids: list[str] = field(default_factory=list)
    here: dict[int, str] = field(default_factory=dict)  # of this run

    def owner(self, name: str) -> str:
        """The id of the record; empty where none is known."""
        wanted = self._digest(name)
        if wanted in self.here:
            return self.here[wanted]
        if self.digests is None:
            self.digests = self._read()
        at = bisect_right(self.digests, wanted) - 1
        return self.ids[self.owners[at]] if at >= 0 and self.digests[at] == wanted else ""

    def learn(self, owner: str, names: Collection[str]) -> list[Row]:
        """The rows that keep it."""
        found = sorted(map(self._digest, names))
        self.here |= dict.fromkeys(found, owner)
        return [self._row(owner, found[at : at + MOST]) for at in range(0, len(found), MOST)]

    def _row(self, owner: str, digests: Iterable[int]) -> Row:
        place = keys.imported_names(self.scope.clinic_id, clock.new_id(), owner)
        packed = b"".join(each.to_bytes(SIZE, "big") for each in digests)
        return {"PK": place.pk, "SK": place.sk, "type": "NAMES", "names": packed}

    def _read(self) -> "array[int]":
        """In order of the digests, of one digest in that of their rows."""
        found: list[tuple[int, int]] = []
        cursor = ""
        while True:
            page = query(self.scope, keys.all_imported_names(self.scope.clinic_id), limit=AT_ONCE, cursor=cursor)
            for row in page.rows:
                self.ids.append(keys.parse_imported_names(row["SK"]))
                packed = bytes(row["names"])
                places = range(0, len(packed), SIZE)
                found += ((int.from_bytes(packed[at : at + SIZE], "big"), len(self.ids) - 1) for at in places)
            if not (cursor := page.next):
                break
        found.sort()
        self.owners = array("Q", (at for _, at in found))
        return array("Q", (digest for digest, _ in found))

    def _digest(self, name: str) -> int:
        made = hashlib.sha256(f"{self.scope.clinic_id}\x1f{name}".encode()).digest()
        return int.from_bytes(made[:SIZE], "big")
