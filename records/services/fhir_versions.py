"""Which version of a resource an item of the chart is of, and whether a file brings an older one."""

import hashlib
from collections.abc import Mapping
from typing import Any

from clinnet.table import Item, Key, Row
from patients.fhir.parts import Version, version_kept
from records.fhir.reading import Taken

MOST_PAST = 8  # digests of earlier versions kept of an item


def source(taken: Taken) -> dict[str, Any] | None:
    """What an item keeps; nothing where its source says nothing of its version."""
    said = {"at": taken.version.at, "number": taken.version.number}
    return {name: value for name, value in said.items() if value} or None


def after(now: Mapping[str, Any] | None, row: Row) -> dict[str, Any]:
    """The same of the item that takes the place of `row`."""
    past = [*(row.get("source") or {}).get("past", []), _digest(row)]
    return {**(now or {}), "past": past[-MOST_PAST:]}


def is_older(taken: Taken, row: Row) -> bool:
    """Whether this is a version that came before: by its date or number, else because it was seen already."""
    older = is_before(taken.version, row)
    return _digest({"aside": taken.kept}) in (row.get("source") or {}).get("past", []) if older is None else older


def is_before(version: Version, row: Row) -> bool | None:
    """By its date or number; None where that is not known."""
    before = row.get("source") or {}
    return version.is_before(version_kept(before.get("at"), before.get("number")))


def pretended(key: Key, item: Item) -> Row:
    """As the table would have it, as far as the next file of a dry run asks."""
    names = ("aside", "source", "state", "line", "sealed")
    known = {name: value for name in names if (value := getattr(item, name, None)) is not None}
    return {"PK": key.pk, "SK": key.sk, "version": 1, **known}


def _digest(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(str(row.get("aside") or "").encode()).hexdigest()[:16]
