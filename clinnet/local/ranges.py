"""Makes a Query cost what it returns, not what its collection holds.

ministack 1.5.33 copies and sorts the whole collection for each Query: 10,000 items take a fifth of a second, in
which nobody else is answered. Here the keys of each large collection that was ever queried are kept sorted, and
the engine is shown only the rows that the query can return, for as long as the call lasts. It still checks,
filters, cuts and projects them itself. Whatever is not plainly understood goes to it as it came.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

Row = tuple[str, ...]  # in a collection's order: sort key; or index sort key, partition key, sort key
Collection = tuple[str, str, str]  # table id, index ("" for none), partition
Table = dict[str, Any]
Item = dict[str, Any]
Bound = Callable[[list[Row]], int]

WORTH_IT = 100  # a smaller collection is sorted as quickly


class Ranges:
    """The sorted keys of an engine's collections. It puts itself between the engine's writes and queries."""

    def __init__(self) -> None:
        self._rows: dict[Collection, list[Row]] = {}
        self._set, self._remove, self._query = dynamodb._set_item, dynamodb._remove_item, dynamodb._query
        dynamodb._set_item, dynamodb._remove_item, dynamodb._query = self.set_item, self.remove_item, self.query

    def set_item(self, table: Table, partition: str, sort: str, item: Item) -> Any:
        old = self._set(table, partition, sort, item)
        self._moved(table, old, item)
        return old

    def remove_item(self, table: Table, partition: str, sort: str) -> Any:
        old = self._remove(table, partition, sort)
        self._moved(table, old, None)
        return old

    def _moved(self, table: Table, old: Item | None, new: Item | None) -> None:
        if not self._rows:
            return
        before, after = self._places(table, old), self._places(table, new)
        for collection in before.keys() | after.keys():
            was, is_now, rows = before.get(collection), after.get(collection), self._rows[collection]
            if was != is_now:
                if was is not None:
                    del rows[bisect_left(rows, was)]
                if is_now is not None:
                    insort(rows, is_now)

    def _places(self, table: Table, item: Item | None) -> dict[Collection, Row]:
        """The sorted collections that the item is in, and its row in each."""
        found: dict[Collection, Row] = {}
        for index in ("", *(index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or ())):
            hash_name, order = _keys(table, index)
            if item is not None and all(name in item for name in (hash_name, *order)):
                collection = (table["TableId"], index, item[hash_name].get("S"))
                if collection in self._rows:
                    found[collection] = tuple(item[name]["S"] for name in order)
        return found

    def query(self, request: dict[str, Any]) -> Any:
        table = dynamodb._tables.get(request.get("TableName"))
        try:
            shown = self._shown(table, request)
        except (AttributeError, KeyError, TypeError):
            shown = None  # not a valid request, or not of strings: the engine as it is
        if shown is None:
            return self._query(request)
        part, view = shown
        whole = table[part]
        table[part] = view
        try:
            return self._query(request)
        finally:
            table[part] = whole

    def _shown(self, table: Table, request: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """What to put for which part of the table during the call; None to leave it whole."""
        index = request.get("IndexName") or ""
        hash_name, order = _keys(table, index)
        understood = _condition(request, hash_name, order[0])
        if understood is None:
            return None
        partition, low, high = understood
        collection = dynamodb._index_members(table)[index][partition] if index else table["items"][partition]
        if len(collection) < WORTH_IT:
            return None
        rows = self._sorted(table, index, partition, collection)
        chosen = _page(rows, low(rows), high(rows), request, order)
        if index:
            return dynamodb._INDEX_MEMBERS, {index: {partition: dict.fromkeys(row[1:] for row in chosen)}}
        return "items", {partition: {sort: collection[sort] for (sort,) in chosen}}

    def _sorted(self, table: Table, index: str, partition: str, collection: dict[Any, Item]) -> list[Row]:
        place = (table["TableId"], index, partition)
        if place not in self._rows:
            items, name = table["items"], _keys(table, index)[1][0]
            if index:
                self._rows[place] = sorted((items[pk][sk][name]["S"], pk, sk) for pk, sk in collection)
            else:
                self._rows[place] = sorted((sort,) for sort in collection)
        return self._rows[place]


def _keys(table: Table, index: str) -> tuple[str, list[str]]:
    """The partition's attribute, and those that make a row: the index's sort key before the table's own keys."""
    hash_name, sort_name, _ = dynamodb._resolve_index_keys(table, index)
    return hash_name, [sort_name, table["pk_name"], table["sk_name"]] if index else [sort_name]


def _condition(request: dict[str, Any], hash_name: str, sort_name: str) -> tuple[str, Bound, Bound] | None:
    """The partition and the ends of the range, for `pk = v` with at most one plain condition on the sort key."""
    names, values = request.get("ExpressionAttributeNames") or {}, request["ExpressionAttributeValues"]
    words = [word for _, word in dynamodb._tokenize(request["KeyConditionExpression"]) if word not in "(),"]
    words = [names.get(word, word) for word in words]
    partition, ends = None, None
    while words:
        match words:
            case [name, "=", value, *words] if name == hash_name and partition is None:
                partition = values[value]["S"]
            case ["begins_with", name, value, *words] if name == sort_name and ends is None:
                ends = _prefix(values[value]["S"])
            case [name, "BETWEEN", low, "AND", high, *words] if name == sort_name and ends is None:
                ends = _left(values[low]["S"]), _right(values[high]["S"])
            case [name, "=" | "<" | "<=" | ">" | ">=" as sign, value, *words] if name == sort_name and ends is None:
                ends = _compared(sign, values[value]["S"])
            case _:
                return None
        if words and words.pop(0) != "AND":
            return None
    return None if partition is None else (partition, *(ends or (_start, len)))


def _start(_rows: list[Row]) -> int:
    return 0


def _left(value: str) -> Bound:
    return lambda rows: bisect_left(rows, value, key=lambda row: row[0])


def _right(value: str) -> Bound:
    return lambda rows: bisect_right(rows, value, key=lambda row: row[0])


def _prefix(text: str) -> tuple[Bound, Bound]:
    return _left(text), lambda rows: bisect_right(rows, text, key=lambda row: row[0][: len(text)])


def _compared(sign: str, value: str) -> tuple[Bound, Bound]:
    low = {">": _right, ">=": _left, "=": _left}.get(sign)
    high = {"<": _left, "<=": _right, "=": _right}.get(sign)
    return low(value) if low else _start, high(value) if high else len


def _page(rows: list[Row], low: int, high: int, request: dict[str, Any], order: list[str]) -> list[Row]:
    """The rows of the range behind the cursor, as many as one page can have, from the end it begins at."""
    limit, start = request.get("Limit") or len(rows), request.get("ExclusiveStartKey")
    cursor = tuple(start[name]["S"] for name in order) if start else None
    if request.get("ScanIndexForward", True):
        low = max(low, bisect_right(rows, cursor)) if cursor else low
        return rows[low : min(high, low + max(limit, 0))]
    high = min(high, bisect_left(rows, cursor)) if cursor else high
    return rows[max(low, high - max(limit, 0)) : high]
