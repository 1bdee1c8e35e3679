"""The engine's items as bytes, and their order: a quarter of the memory, and a Query costs what it returns.

ministack 1.5.33 keeps an item as dictionaries of dictionaries, 5 kB where its JSON has 0.5, and copies and sorts a
whole collection for each Query. Here an item is its JSON, decoded when ministack looks at it, and each collection and
each index partition knows its order. Both look to ministack like the dictionaries that it made.
"""

import json
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import dynamodb

from clinnet.local.journal import Packed

Item = dict[str, Any]
Table = dict[str, Any]
Row = tuple[str, ...]  # in a partition's order: (sort key,); in an index partition's: (index sort key, PK, SK)

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(item: Any) -> bytes:
    return _compact(item).encode()


def decode(kept: bytes) -> Item:
    item: Item = json.loads(kept)
    return item


class Collection(dict[str, Any]):
    """One partition: sort key to item. Bytes inside; `raw` and `order` are for those who know."""

    __slots__ = ("_order",)

    def __init__(self) -> None:
        self._order: list[str] | None = None

    def __getitem__(self, sort: str) -> Item:
        return decode(super().__getitem__(sort))

    def __setitem__(self, sort: str, item: Item) -> None:
        self.keep(sort, encode(item))

    def get(self, sort: str, default: Any = None) -> Any:
        kept = super().get(sort)
        return default if kept is None else decode(kept)

    def pop(self, sort: str, default: Any = None) -> Any:
        kept = super().pop(sort, None)
        if kept is None:
            return default
        if self._order is not None:
            del self._order[bisect_left(self._order, sort)]
        return decode(kept)

    def values(self) -> Any:
        return [decode(kept) for kept in super().values()]

    def items(self) -> Any:
        return [(sort, decode(kept)) for sort, kept in super().items()]

    def raw(self, sort: str) -> bytes | None:
        return super().get(sort)

    def raws(self) -> Iterable[tuple[str, bytes]]:
        return super().items()

    def keep(self, sort: str, kept: bytes) -> None:
        if self._order is not None and sort not in self:
            insort(self._order, sort)
        super().__setitem__(sort, kept)

    @property
    def order(self) -> list[str]:
        """The sort keys in their order; it is kept from the first time that somebody asks."""
        if self._order is None:
            self._order = sorted(self)
        return self._order


class Items(dict[str, Collection]):
    """A table's items: partition to collection."""

    __slots__ = ("_order",)

    def __init__(self) -> None:
        self._order: list[str] | None = None

    def setdefault(self, partition: str, _default: object = None) -> Collection:
        found = super().get(partition)
        if found is None:
            found = Collection()
            super().__setitem__(partition, found)
            if self._order is not None:
                insort(self._order, partition)
        return found

    def __delitem__(self, partition: str) -> None:
        super().__delitem__(partition)
        if self._order is not None:
            del self._order[bisect_left(self._order, partition)]

    @property
    def order(self) -> list[str]:
        if self._order is None:
            self._order = sorted(self)
        return self._order


class Members(dict[str, list[Row]]):
    """One index: partition to the rows of its items, sorted. To ministack it holds pairs of keys."""

    __slots__ = ()

    def get(self, partition: str, default: Any = None) -> Any:
        rows = super().get(partition)
        return default if rows is None else [row[1:] for row in rows]

    def rows(self, partition: str) -> list[Row]:
        return super().get(partition) or []

    def add(self, partition: str, row: Row) -> None:
        insort(super().setdefault(partition, []), row)

    def remove(self, partition: str, row: Row) -> None:
        rows = super().get(partition)
        if rows is None:
            return
        at = bisect_left(rows, row)
        if at < len(rows) and rows[at] == row:
            del rows[at]
            if not rows:
                del self[partition]


@dataclass(frozen=True)
class Keys:
    """The names of the attributes that make rows: the table's own ("" for the index), or an index's."""

    partition: str
    sort: str


def keys_of(table: Table, index: str) -> Keys:
    partition, sort, _ = dynamodb._resolve_index_keys(table, index)
    return Keys(partition, sort)


def index_names(table: Table) -> list[str]:
    return [index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or ()]


def fits(table: Table) -> bool:
    """Whether all of the table's keys are strings, each with a sort key: others stay ministack's own."""
    every = [keys_of(table, index) for index in ("", *index_names(table))]
    kinds = {each["AttributeName"]: each["AttributeType"] for each in table.get("AttributeDefinitions") or ()}
    plain = all(kinds.get(name) == "S" for keys in every for name in (keys.partition, keys.sort))
    single = all(len(index["KeySchema"]) == 2 for index in table.get("GlobalSecondaryIndexes") or ())
    return plain and single and not table.get("LocalSecondaryIndexes") and not table.get("VectorIndexes")


def take_over(table: Table) -> None:
    """Keep a table's items here from now on, or leave them to ministack when they no longer fit."""
    old = table["items"]
    if not fits(table):
        table["items"] = defaultdict(dict, {partition: dict(rows.items()) for partition, rows in old.items()})
        table.pop(dynamodb._INDEX_MEMBERS, None)
        return
    table["items"] = Items()
    table[dynamodb._INDEX_MEMBERS] = {index: Members() for index in index_names(table)}
    for partition, collection in old.items():
        for sort, item in collection.items():
            put(table, partition, sort, item)


def packed(table: Table, partitions: Iterable[str]) -> Packed:
    """All items of these partitions, as far as they are still there."""
    keys: list[list[Any]] = []
    raws: list[bytes] = []
    for partition in partitions:
        collection = table["items"].get(partition) or Collection()
        for sort, raw in collection.raws():
            keys.append([partition, sort, list(places(table, decode(raw)))])
            raws.append(raw)
    return Packed(table["TableName"], keys, raws)


def unpack(table: Table, some: Packed) -> None:
    """Put them in. Their index rows are in no order until `settle`."""
    items, members = table["items"], table[dynamodb._INDEX_MEMBERS]
    for (partition, sort, indexes), raw in zip(some.keys, some.raws, strict=True):
        dict.__setitem__(items.setdefault(partition), sort, raw)
        for index, index_partition, index_sort in indexes:
            dict.setdefault(members[index], index_partition, []).append((index_sort, partition, sort))


def settle(table: Table) -> None:
    for members in table[dynamodb._INDEX_MEMBERS].values():
        for found in dict.values(members):
            found.sort()


def raw_of(table: Table, partition: str, sort: str) -> bytes | None:
    collection = table["items"].get(partition) if is_here(table) else None
    return None if collection is None else collection.raw(sort)


def is_here(table: Mapping[str, Any] | None) -> bool:
    return table is not None and type(table["items"]) is Items


def put(table: Table, partition: str, sort: str, item: Item) -> None:
    """Set one item and its rows, without ministack's counts: for a start."""
    collection = table["items"].setdefault(partition)
    old = collection.get(sort)
    if old is not None:
        _index_item(table, partition, sort, old, add=False)
    collection[sort] = item
    _index_item(table, partition, sort, item, add=True)


def delete(table: Table, partition: str, sort: str) -> None:
    collection = table["items"].get(partition)
    old = None if collection is None else collection.pop(sort)
    if old is not None:
        _index_item(table, partition, sort, old, add=False)
        if not collection:
            del table["items"][partition]


def places(table: Table, item: Item) -> Iterator[tuple[str, str, str]]:
    """Index, partition and sort key of each index that the item is in."""
    for index in index_names(table):
        keys = keys_of(table, index)
        if keys.partition in item and keys.sort in item:
            yield index, item[keys.partition]["S"], item[keys.sort]["S"]


def _index_item(table: Table, partition: str, sort: str, item: Item, add: bool) -> None:
    if type(table["items"]) is not Items:
        _theirs(table, partition, sort, item, add)
        return
    members = table[dynamodb._INDEX_MEMBERS]
    for index, index_partition, index_sort in places(table, item):
        change = members[index].add if add else members[index].remove
        change(index_partition, (index_sort, partition, sort))


_theirs = dynamodb._index_item


def _items_replaced(table: Table) -> None:
    """The indexes of a table that is kept here are never out of date."""
    if type(table["items"]) is not Items:
        table.pop(dynamodb._INDEX_MEMBERS, None)
    dynamodb._update_counts(table)


def attach() -> None:
    """Put these in the place of ministack's dictionaries, for each table made or changed from now on."""
    for name in ("_create_table", "_update_table"):
        setattr(dynamodb, name, _then_taken_over(getattr(dynamodb, name)))
    dynamodb._index_item, dynamodb._items_replaced = _index_item, _items_replaced


def _then_taken_over(handler: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def call(request: dict[str, Any]) -> Any:
        answer = handler(request)
        table = dynamodb._tables.get(request.get("TableName"))
        if answer[0] < 400 and table is not None:
            take_over(table)
        return answer

    return call
