"""Reads answered from the bytes that are kept: GetItem, BatchGetItem, Query and Scan in their plain forms.

What is plainly valid and asks for whole items is answered here, as ministack would answer it (the tests compare them);
anything else, and all that is wrong, is None: ministack has the words for it.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

from clinnet.local import ranges, rows
from clinnet.local.ranges import Asked
from clinnet.local.rows import Table

Request = dict[str, Any]
PAGE_BYTES = 1_048_576  # of JSON, which is more than DynamoDB counts: a longer page is ministack's affair
LONGEST = 250  # characters of a key; the limits of DynamoDB are beyond
CAPACITY = (None, "NONE", "TOTAL", "INDEXES")
GET = {"TableName", "Key", "ConsistentRead", "ReturnConsumedCapacity"}
QUERY = {
    "TableName",
    "IndexName",
    "KeyConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "Limit",
    "ScanIndexForward",
    "ConsistentRead",
    "ExclusiveStartKey",
    "ReturnConsumedCapacity",
}
SCAN = {"TableName", "ConsistentRead", "ExclusiveStartKey", "Limit", "ReturnConsumedCapacity"}
NAME = r"(#?\w+)"
SHAPE = re.compile(
    rf"{NAME} = (:\w+)(?: AND (?:(begins_with) ?\({NAME}, ?(:\w+)\)|{NAME} (=|<|<=|>|>=) (:\w+)"
    rf"|{NAME} (BETWEEN) (:\w+) AND (:\w+)))?",
    re.ASCII,
)


class NotPlain(Exception):
    """For ministack."""


def answer(operation: str, request: Request) -> bytes | None:
    """The body of the answer 200, or None."""
    handler = HANDLERS.get(operation)
    if handler is None:
        return None
    try:
        return handler(request)
    except (NotPlain, AttributeError, KeyError, TypeError, ValueError):
        return None


def _plain(*conditions: bool) -> None:
    if not all(conditions):
        raise NotPlain


def _table(name: Any) -> Table:
    table: Table | None = dynamodb._tables.get(name) if type(name) is str else None
    if table is None or not rows.is_here(table):
        raise NotPlain
    return table


def _text(value: Any) -> str:
    """What `{"S": "…"}` holds."""
    ((kind, text),) = value.items()
    _plain(kind == "S", type(text) is str, 0 < len(text) <= LONGEST)
    return str(text)


def _key(table: Table, key: Any) -> tuple[str, str]:
    _plain(type(key) is dict, len(key) == 2)
    return _text(key[table["pk_name"]]), _text(key[table["sk_name"]])


def _allowed(request: Request, names: set[str]) -> None:
    _plain(
        request.keys() <= names,
        type(request.get("ConsistentRead", False)) is bool,
        request.get("ReturnConsumedCapacity") in CAPACITY,
    )


def _limit(request: Request) -> int | None:
    limit = request.get("Limit")
    _plain(limit is None or (type(limit) is int and limit > 0))
    return limit


def _end(request: Request, last: dict[str, Any] | None) -> bytes:
    """What comes after the items: where to go on, and the units as ministack counts them."""
    result: dict[str, Any] = {"LastEvaluatedKey": last} if last else {}
    if "ReturnConsumedCapacity" in request:
        dynamodb._add_consumed_capacity(result, request, request["TableName"], index_name=request.get("IndexName"))
    return b"," + rows.encode(result)[1:] if result else b"}"


def _get_item(request: Request) -> bytes:
    _allowed(request, GET)
    table = _table(request["TableName"])
    partition, sort = _key(table, request["Key"])
    raw = rows.raw_of(table, partition, sort)
    end = _end(request, None)
    if raw is None:
        return b"{" + end.lstrip(b",")
    return b'{"Item":' + raw + end


def _batch_get_item(request: Request) -> bytes:
    _plain(request.keys() <= {"RequestItems", "ReturnConsumedCapacity"})
    _plain(request.get("ReturnConsumedCapacity") in CAPACITY)
    ((name, asked),) = request["RequestItems"].items()
    _plain(asked.keys() <= {"Keys", "ConsistentRead"}, type(asked.get("ConsistentRead", False)) is bool)
    table = _table(name)
    keys = [_key(table, key) for key in asked["Keys"]]
    _plain(0 < len(keys) <= dynamodb._DDB_BATCH_GET_MAX, len(set(keys)) == len(keys))
    found = [raw for partition, sort in keys if (raw := rows.raw_of(table, partition, sort)) is not None]
    return b'{"Responses":{' + json.dumps(name).encode() + b":[" + b",".join(found) + b']},"UnprocessedKeys":{}}'


@lru_cache(maxsize=256)
def _shape(expression: str, names: tuple[tuple[str, str], ...], keys: rows.Keys) -> tuple[str, ...] | None:
    """The references to the values: partition, sign, low, high. All names are used, and are the keys' own."""
    found = SHAPE.fullmatch(expression)
    if found is None:
        return None
    hashed, partition, begins, *rest = found.groups()
    begun, prefix, compared, sign, value, between, words, low, high = rest
    sort = begun or compared or between
    used = {name for name in (hashed, sort) if name and name.startswith("#")}
    known = dict(names)
    if used != known.keys() or known.get(hashed, hashed) != keys.partition:
        return None
    if sort and known.get(sort, sort) != keys.sort:
        return None
    return partition, begins or sign or words or "", prefix or value or low or "", high or ""


def _asked(request: Request, keys: rows.Keys) -> Asked:
    names = request.get("ExpressionAttributeNames", {})
    shape = _shape(request["KeyConditionExpression"], tuple(names.items()), keys)
    if shape is None:
        raise NotPlain
    partition, sign, low, high = shape
    values = {name: _text(value) for name, value in request["ExpressionAttributeValues"].items()}
    used = [name for name in (partition, low, high) if name]
    _plain(
        values.keys() == set(used), len(values) == len(used), "ExpressionAttributeNames" not in request or bool(names)
    )
    asked = Asked(values[partition], sign, values.get(low, ""), values.get(high, ""))
    _plain(sign != "BETWEEN" or asked.low <= asked.high)
    return asked


def _query(request: Request) -> bytes:
    _allowed(request, QUERY)
    table, index = _table(request["TableName"]), request.get("IndexName", "")
    if "IndexName" in request:
        _plain(index in table[dynamodb._INDEX_MEMBERS], not request.get("ConsistentRead"))
    forward = request.get("ScanIndexForward", True)
    _plain(type(forward) is bool)
    keys = rows.keys_of(table, index)
    asked, limit = _asked(request, keys), _limit(request)
    names = [keys.sort, table["pk_name"], table["sk_name"]] if index else [keys.sort]
    cursor = _cursor(request, asked, keys, table, names)
    items = table["items"]
    if index:
        members = table[dynamodb._INDEX_MEMBERS][index].rows(asked.partition)
        chosen = ranges.page(members, asked, cursor=cursor, limit=limit, forward=forward, tuples=True)
        found = _projected(table, index, (items[row[1]].raw(row[2]) for row in chosen))
    else:
        collection = items[asked.partition] if asked.partition in items else rows.Collection()
        start = cursor and cursor[0]
        chosen = ranges.page(collection.order, asked, cursor=start, limit=limit, forward=forward, tuples=False)
        found = [raw for sort in chosen if (raw := collection.raw(sort)) is not None]
    _plain(sum(map(len, found)) <= PAGE_BYTES)
    last = None
    if limit is not None and len(chosen) == limit:
        place = chosen[-1] if index else (chosen[-1],)
        texts = dict(zip(names, place, strict=True)) | {keys.partition: asked.partition}
        order = [table["pk_name"], table["sk_name"], *([keys.partition, keys.sort] if index else [])]
        last = {name: {"S": texts[name]} for name in order}
    return _listed(found, _end(request, last))


def _cursor(request: Request, asked: Asked, keys: rows.Keys, table: Table, names: list[str]) -> tuple[str, ...] | None:
    start = request.get("ExclusiveStartKey")
    if start is None:
        return None
    texts = {name: _text(value) for name, value in start.items()}
    _plain(texts.keys() == {*names, keys.partition, table["pk_name"]}, texts[keys.partition] == asked.partition)
    cursor = tuple(texts[name] for name in names)
    low, high = asked.span([cursor[0]], tuples=False)
    _plain(low == 0, high == 1)  # a cursor outside of the range is a mistake
    return cursor


def _projected(table: Table, index: str, raws: Iterable[bytes]) -> list[bytes]:
    if dynamodb._index_def(table, index)["Projection"]["ProjectionType"] == "ALL":
        return list(raws)
    return [rows.encode(dynamodb._apply_index_projection(rows.decode(raw), table, index)) for raw in raws]


def _listed(found: list[bytes], end: bytes) -> bytes:
    count = str(len(found)).encode()
    return b'{"Items":[' + b",".join(found) + b'],"Count":' + count + b',"ScannedCount":' + count + end


def _scan(request: Request) -> bytes:
    """A page ends at a megabyte of JSON: earlier than ministack's, which counts as DynamoDB does."""
    _allowed(request, SCAN)
    table, limit = _table(request["TableName"]), _limit(request)
    start = request.get("ExclusiveStartKey")
    found: list[bytes] = []
    size, last = 0, None
    for partition, sort, raw in ranges.after(table, None if start is None else _key(table, start)):
        found.append(raw)
        size += len(raw)
        if size > PAGE_BYTES or len(found) == limit:
            last = {table["pk_name"]: {"S": partition}, table["sk_name"]: {"S": sort}}
            break
    return _listed(found, _end(request, last))


HANDLERS: dict[str, Callable[[Request], bytes]] = {
    "GetItem": _get_item,
    "BatchGetItem": _batch_get_item,
    "Query": _query,
    "Scan": _scan,
}
