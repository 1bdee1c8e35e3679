"""Which version of a resource an item of the chart is of, and whether a file brings an older one."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clinnet.table import Item, Row
from clinnet.table.values import row_from_raw
from patients.fhir.parts import Json, Version, came_before, version_kept
from records.fhir.shapes import unpacked, written
from records.fhir.taken import OBSERVATION, Part, Taken, name

MOST_PAST = 8  # digests of earlier versions kept of an item
MOST_PARTS = 40  # the same of its values


def source(taken: Taken) -> dict[str, Any] | None:
    """What an item keeps; nothing where its source says nothing of its version.

    `of`: at and number of values that have another version than all of it. `parts`: digests of what values said before.
    """
    values = {each.name: each.version for each in taken.values if each.name}
    usual = taken.version if taken.is_set else Version()
    others = {id: [each.at, each.number] for id, each in values.items() if each != usual}
    said = {"at": taken.version.at, "number": taken.version.number, "of": others, "parts": list(taken.seen)}
    return {name_: value for name_, value in said.items() if value} or None


def after(now: Mapping[str, Any] | None, row: Row, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The same of the item that takes the place of `row`; `seen` are digests of the values that it has no more."""
    before = row.get("source") or {}
    past = [*before.get("past", []), _digest(row)]
    parts = list(dict.fromkeys([*before.get("parts", []), *seen]))[-MOST_PARTS:]
    return {**(now or {}), "past": past[-MOST_PAST:], **({"parts": parts} if parts else {})}


def is_older(taken: Taken, row: Row) -> bool:
    """Whether this is a version that came before."""
    before = row.get("source") or {}
    known = version_kept(before.get("at"), before.get("number"))
    return came_before(taken.version, known, _digest({"aside": taken.kept}), before.get("past", []))


def of_part(row: Row, body: Json, *, in_report: bool) -> Version:
    """Of one of its values, or of the report itself."""
    before = row.get("source") or {}
    if name(body) in before.get("of", {}):
        return version_kept(*before["of"][name(body)])
    return Version() if in_report else version_kept(before.get("at"), before.get("number"))


def parts_of(row: Row) -> tuple[Part, ...]:
    """What a set or a report was made of."""
    kept = unpacked(row["aside"])
    in_report = not name(kept[0]).startswith(OBSERVATION)
    return tuple(Part(each, each, of_part(row, each, in_report=in_report and at > 0)) for at, each in enumerate(kept))


def replaced(there: Iterable[Part], now: Sequence[Part]) -> tuple[str, ...]:
    """Digests of what stands no more."""
    kept = [each.kept for each in now]
    return tuple(digest(each.kept) for each in there if each.kept not in kept)


def was_seen(row: Row, part: Part, taken: Taken) -> bool:
    """Whether it came before as it is, by itself or with all that the file has beside it."""
    before = row.get("source") or {}
    return digest(part.kept) in before.get("parts", []) or _digest({"aside": taken.kept}) in before.get("past", [])


def digest(kept: Json) -> str:
    """Of a value, as it is kept."""
    return hashlib.sha256(written(kept).encode()).hexdigest()[:16]


def pretended(item: Item) -> Row:
    """As the table would have it, without what no later file of a dry run asks."""
    raw = {name_: value for name_, value in item.serialize().items() if value != {"NULL": True} and name_ != "content"}
    return row_from_raw(raw)


def _digest(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(str(row.get("aside") or "").encode()).hexdigest()[:16]
