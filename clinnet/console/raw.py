"""An item as the table has it, to be read: its attributes with their sizes, what a read and a write cost, its keys.

A value that the item's own page does not show is told by its type and size alone. Nothing can be changed here: a put
without its condition would break version, wall and trail.
"""

from dataclasses import dataclass
from math import ceil

from clinnet.console.registry import ATTRIBUTES, Entity
from clinnet.table import Item, Scope, find_row
from clinnet.table.errors import NotFound
from clinnet.table.values import from_raw, row_to_raw, weight

READ, WRITE, MOST = 4096, 1024, 400 * 1024  # bytes of a read unit, of a write unit, of an item
TYPES = {
    "S": "text",
    "N": "number",
    "BOOL": "yes or no",
    "M": "map",
    "L": "list",
    "SS": "set",
    "B": "bytes",
    "NULL": "nothing",
}
LONGEST = 300  # characters of a value that are shown
KEPT = "Not shown here"
KEYS = ("PK", "SK")
INDEX = ("gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "line")


@dataclass(frozen=True, slots=True, repr=False)
class Attribute:
    """`hidden`: the item's page does not show it."""

    name: str
    type: str
    bytes: int
    value: str
    hidden: bool


@dataclass(frozen=True, slots=True, repr=False)
class Raw:
    """`reads` are units of a consistent read, `writes` of a write; each index that it is in costs a write more."""

    attributes: list[Attribute]
    bytes: int
    share: str
    reads: int
    writes: int
    indexes: list[str]


def raw(scope: Scope, entity: Entity, item: Item) -> Raw:
    """As it is at this moment. Raises NotFound."""
    row = find_row(scope, item.key)
    if row is None:
        raise NotFound
    stored = row_to_raw(row)
    told = _told(entity)
    found = [
        Attribute(
            name,
            TYPES.get(next(iter(value)), "other"),
            weight({name: value}),
            _shown(str(from_raw(value))) if name in told else KEPT,
            name not in told,
        )
        for name, value in sorted(stored.items(), key=lambda each: (each[0] not in KEYS, each[0]))
    ]
    size = weight(stored)
    indexes = [index for index in ("GSI1", "GSI2") if f"{index}PK" in stored]
    return Raw(found, size, f"{size / MOST:.1%}", ceil(size / READ), ceil(size / WRITE), indexes)


def _told(entity: Entity) -> frozenset[str]:
    """Names in the table: what every item has, and what the page of one shows. Keys of an index may hold a name."""
    known, shown = entity.model.get_attributes(), {each.name for each in entity.shown}
    return frozenset(
        each.attr_name for name, each in known.items() if name in shown or (name in ATTRIBUTES and name not in INDEX)
    )


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
