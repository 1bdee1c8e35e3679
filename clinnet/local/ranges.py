"""Which rows a Query or a Scan can return: one page of them, found by bisection.

Where a request is too special to be answered from bytes (`short.py`), ministack answers it, and is shown only the rows
of the page for as long as the call lasts: it would copy and sort everything, and with it keep everybody waiting. It
still checks, filters, cuts and projects them itself. Whatever is not plainly understood goes to it as it came.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import dynamodb

from clinnet.local import rows
from clinnet.local.rows import Row, Table

WORTH_IT = 100  # a smaller collection is sorted as quickly
Request = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A key condition: a partition, and what is asked of the sort key ("" for nothing)."""

    partition: str
    sign: str = ""
    low: str = ""
    high: str = ""

    def span(self, order: list[Any], *, tuples: bool) -> tuple[int, int]:  # noqa: PLR0911  one line a sign
        """Where the rows of this range begin and end in `order`: sort keys, or tuples that begin with one."""

        def before(value: str) -> int:
            return bisect_left(order, (value,) if tuples else value)

        def after(value: str) -> int:
            return before(value + "\0")  # the least text that is greater

        match self.sign:
            case "=":
                return before(self.low), after(self.low)
            case "<":
                return 0, before(self.low)
            case "<=":
                return 0, after(self.low)
            case ">":
                return after(self.low), len(order)
            case ">=":
                return before(self.low), len(order)
            case "BETWEEN":
                return before(self.low), after(self.high)
            case "begins_with":
                cut = len(self.low)
                start = before(self.low)
                key = (lambda row: row[0][:cut]) if tuples else (lambda row: row[:cut])
                return start, bisect_right(order, self.low, lo=start, key=key)
        return 0, len(order)


def page(order: list[Any], asked: Asked, *, cursor: Any, limit: int | None, forward: bool, tuples: bool) -> list[Any]:
    """The rows of the range behind the cursor, as many as one page can have, from the end it begins at."""
    low, high = asked.span(order, tuples=tuples)
    if forward:
        low = low if cursor is None else max(low, bisect_right(order, cursor))
        return order[low : high if limit is None else min(high, low + limit)]
    high = high if cursor is None else min(high, bisect_left(order, cursor))
    found = order[low if limit is None else max(low, high - limit) : high] if high > low else []
    found.reverse()
    return found


class Ranges:
    """Puts itself before the engine's queries and scans of tables that `rows` keeps."""

    def __init__(self) -> None:
        self._query, self._scan = dynamodb._query, dynamodb._scan
        dynamodb._query, dynamodb._scan = self.query, self.scan

    def query(self, request: Request) -> Any:
        return self._shown(self._query, request, queried)

    def scan(self, request: Request) -> Any:
        return self._shown(self._scan, request, scanned)

    def _shown(self, handler: Any, request: Request, choose: Any) -> Any:
        table = dynamodb._tables.get(request.get("TableName"))
        try:
            shown = choose(table, request) if rows.is_here(table) else None
        except (AttributeError, KeyError, TypeError, ValueError):
            shown = None  # not a valid request, or not of strings: the engine as it is
        if shown is None:
            return handler(request)
        part, view = shown
        whole = table[part]
        table[part] = view
        try:
            return handler(request)
        finally:
            table[part] = whole


def queried(table: Table, request: Request) -> tuple[str, dict[str, Any]] | None:
    """What to put for which part of the table during a Query; None to leave it whole."""
    index = request.get("IndexName") or ""
    keys = rows.keys_of(table, index)
    asked = _condition(request, keys)
    if asked is None:
        return None
    limit, start = request.get("Limit"), request.get("ExclusiveStartKey")
    limit = None if limit is None else max(int(limit), 0)
    names = [keys.sort, table["pk_name"], table["sk_name"]] if index else [keys.sort]
    cursor = tuple(start[name]["S"] for name in names) if start else None
    forward = request.get("ScanIndexForward", True)
    if index:
        members = table[dynamodb._INDEX_MEMBERS][index].rows(asked.partition)
        if len(members) < WORTH_IT:
            return None
        chosen: list[Row] = page(members, asked, cursor=cursor, limit=limit, forward=forward, tuples=True)
        return dynamodb._INDEX_MEMBERS, {index: {asked.partition: dict.fromkeys(row[1:] for row in chosen)}}
    collection = table["items"].get(asked.partition)
    if collection is None or len(collection) < WORTH_IT:
        return None
    sorts = page(collection.order, asked, cursor=cursor and cursor[0], limit=limit, forward=forward, tuples=False)
    return "items", {asked.partition: {sort: collection[sort] for sort in sorts}}


def after(table: Table, cursor: tuple[str, str] | None) -> Iterator[tuple[str, str, bytes]]:
    """Every item behind the cursor (partition, sort key) in a Scan's order, with its keys."""
    items = table["items"]
    first = bisect_left(items.order, cursor[0]) if cursor else 0
    for partition in items.order[first:]:
        collection = items[partition]
        sorts = sorted(collection)
        if cursor and partition == cursor[0]:
            sorts = sorts[bisect_right(sorts, cursor[1]) :]
        yield from ((partition, sort, collection.raw(sort)) for sort in sorts)


def scanned(table: Table, request: Request) -> tuple[str, dict[str, Any]] | None:
    """The same for a Scan of the table itself."""
    if request.get("IndexName") or request.get("TotalSegments"):
        return None
    limit, start = request.get("Limit"), request.get("ExclusiveStartKey")
    cursor = (start[table["pk_name"]]["S"], start[table["sk_name"]]["S"]) if start else None
    view: dict[str, Any] = {}
    size = count = 0
    for partition, sort, raw in after(table, cursor):
        view.setdefault(partition, {})[sort] = item = rows.decode(raw)
        size, count = size + dynamodb._item_size_bytes(item), count + 1
        if size > 2 * dynamodb._DDB_PAGE_SIZE_BYTES or (limit is not None and count > int(limit)):
            break
    return "items", view


def _condition(request: Request, keys: rows.Keys) -> Asked | None:
    """`pk = v` with at most one plain condition on the sort key."""
    names, values = request.get("ExpressionAttributeNames") or {}, request["ExpressionAttributeValues"]
    words = [word for _, word in dynamodb._tokenize(request["KeyConditionExpression"]) if word not in "(),"]
    words = [names.get(word, word) for word in words]
    partition: str | None = None
    ends: tuple[str, ...] = ()
    while words:
        match words:
            case [name, "=", value, *words] if name == keys.partition and partition is None:
                partition = values[value]["S"]
            case ["begins_with", name, value, *words] if name == keys.sort and not ends:
                ends = ("begins_with", values[value]["S"])
            case [name, "BETWEEN", low, "AND", high, *words] if name == keys.sort and not ends:
                ends = ("BETWEEN", values[low]["S"], values[high]["S"])
            case [name, "=" | "<" | "<=" | ">" | ">=" as sign, value, *words] if name == keys.sort and not ends:
                ends = (sign, values[value]["S"])
            case _:
                return None
        if words and words.pop(0) != "AND":
            return None
    return None if partition is None else Asked(partition, *ends)
