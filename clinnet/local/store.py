"""Joins the engine's DynamoDB to the journal: what each call changed is recorded, and put back at a start.

ministack 1.5.33 keeps items in dictionaries and changes them through two functions alone, `_set_item` and
`_remove_item`, within one step of the event loop for each call. So the effects of one call are collected
there and become one record: a transaction is in the journal whole or not at all.
"""

import hashlib
import heapq
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import persistence
from ministack.services import dynamodb

from clinnet.local import rows
from clinnet.local.journal import Journal, Packed

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[dict[str, Any]], Answer]

WRITES = ("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items")
CHANGES_OF_TABLES = (
    "_create_table",
    "_delete_table",
    "_update_table",
    "_update_ttl",
    "_update_continuous_backups",
    "_tag_resource",
    "_untag_resource",
)
READS = {
    "GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable", "ListTables",
    "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeEndpoints", "DescribeLimits", "ListTagsOfResource",
}  # fmt: skip
# Anything else (PartiQL, backups, imports) changes items in ways that the journal does not see: refused.
OFFERED = READS | {
    "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "CreateTable", "DeleteTable",
    "UpdateTable", "UpdateTimeToLive", "UpdateContinuousBackups", "TagResource", "UntagResource",
}  # fmt: skip
SETTINGS = {"tags": "_tags", "ttl_settings": "_ttl_settings", "pitr_settings": "_pitr_settings"}
ITEMS_PER_RECORD = 100


class SameRequest:
    """Stands for a transaction's request in the engine's memory of ClientRequestTokens after a restart."""

    def __init__(self, digest: str) -> None:
        self.digest = digest

    def __eq__(self, other: object) -> bool:
        return digest(other) == self.digest

    __hash__ = None  # type: ignore[assignment]


def digest(request: object) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


class Store:
    """The engine's tables, kept by a journal. One for a process: it patches the engine's module."""

    def __init__(self, journal: Journal, *, as_bytes: bool = True) -> None:
        self.journal, self._as_bytes = journal, as_bytes
        self._unsettled: set[str] = set()  # tables whose index rows are in no order yet
        self._effects: list[tuple[dict[str, Any], str, str, Any, Any]] = []
        self._expiring: list[tuple[float, str, str, str]] = []
        self._set, self._remove = dynamodb._set_item, dynamodb._remove_item

    # What the journal holds

    def load(self) -> None:
        self.journal.load(self._apply)
        for table in dynamodb._tables.all_values():
            self._settle(table)
            dynamodb._items_replaced(table)
            dynamodb._index_members(table)
            for item in self._expiring_items(table):
                self._note_expiry(table, item)

    def _apply(self, record: Any) -> None:
        if isinstance(record, Packed):
            self._unpack(record)
            return
        if "tables" in record:
            self._restore_tables(json.loads(record["tables"], object_hook=persistence._json_object_hook))
        for name, effects in record.get("items", {}).items():
            table = self._table(name)
            self._settle(table)
            for effect in effects:
                if type(effect) is dict:
                    self._put(table, effect)
                else:
                    self._delete(table, effect[0], effect[1])
        if "token" in record:
            token, request, completed = record["token"]
            entry = {"signature": SameRequest(request), "response": {}, "sizes": {}, "completed_at": completed}
            dynamodb._txn_idempotency[token] = entry

    def _unpack(self, some: Packed) -> None:
        table = self._table(some.table)
        if rows.is_here(table):
            rows.unpack(table, some)
            self._unsettled.add(some.table)
            return
        for raw in some.raws:
            self._put(table, rows.decode(raw))

    def _settle(self, table: dict[str, Any]) -> None:
        if table["TableName"] in self._unsettled:
            self._unsettled.remove(table["TableName"])
            rows.settle(table)

    def _put(self, table: dict[str, Any], item: dict[str, Any]) -> None:
        partition, sort = item[table["pk_name"]]["S"], item[table["sk_name"]]["S"]
        if rows.is_here(table):
            rows.put(table, partition, sort, item)
        else:
            table["items"][partition][sort] = item

    def _delete(self, table: dict[str, Any], partition: str, sort: str) -> None:
        if rows.is_here(table):
            rows.delete(table, partition, sort)
        elif (collection := table["items"].get(partition)) is not None:
            collection.pop(sort, None)

    def _table(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(t for t in dynamodb._tables.all_values() if t["TableName"] == name)
        return found

    def _restore_tables(self, state: dict[str, Any]) -> None:
        kept = {table["TableId"]: table["items"] for table in dynamodb._tables.all_values()}
        for name in ("_tables", *SETTINGS.values()):
            getattr(dynamodb, name).clear()
        dynamodb._restore_state(state)
        for table in dynamodb._tables.all_values():
            table["items"] = kept.get(table["TableId"]) or defaultdict(dict)
            if self._as_bytes:
                rows.take_over(table)

    def _tables_record(self) -> dict[str, str]:
        tables = dynamodb.AccountRegionScopedDict()
        for (account, region, name), table in dynamodb._tables.all_items():
            bare = {k: v for k, v in table.items() if k not in ("items", dynamodb._INDEX_MEMBERS)}
            tables.set_scoped(account, region, name, bare)
        state = {"tables": tables} | {key: getattr(dynamodb, name) for key, name in SETTINGS.items()}
        return {"tables": json.dumps(state, default=persistence._json_default)}

    def content(self) -> Iterator[dict[str, Any] | Packed]:
        """The present state as records, a few milliseconds of work each."""
        yield self._tables_record()
        for table in dynamodb._tables.all_values():
            yield from self._packed(table) if rows.is_here(table) else self._unpacked(table)
        for token, entry in dynamodb._txn_idempotency.items():
            yield self._token_record(token, entry)

    def _packed(self, table: dict[str, Any]) -> Iterator[Packed]:
        some: list[str] = []
        count = 0
        for partition in list(table["items"]):
            some.append(partition)
            count += len(table["items"].get(partition, ()))
            if count >= ITEMS_PER_RECORD:
                yield rows.packed(table, some)
                some, count = [], 0
        yield rows.packed(table, some)

    def _unpacked(self, table: dict[str, Any]) -> Iterator[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        for partition in list(table["items"]):
            batch += table["items"].get(partition, {}).values()
            if len(batch) >= ITEMS_PER_RECORD:
                yield {"items": {table["TableName"]: batch}}
                batch = []
        yield {"items": {table["TableName"]: batch}}

    def _token_record(self, token: str, entry: dict[str, Any]) -> dict[str, Any]:
        request = entry["signature"]
        if not isinstance(request, SameRequest):
            entry["signature"] = request = SameRequest(digest(request))  # the request itself is not kept for minutes
        return {"token": [token, request.digest, entry["completed_at"]]}

    # What the engine does

    def attach(self) -> None:
        """Put this store between the engine's calls and its dictionaries."""
        dynamodb._set_item, dynamodb._remove_item = self._set_item, self._remove_item
        for name in WRITES:
            setattr(dynamodb, name, self._recorded(getattr(dynamodb, name)))
        for name in CHANGES_OF_TABLES:
            setattr(dynamodb, name, self._tables_recorded(getattr(dynamodb, name)))
        # The engine's own expiry deletes from a second thread without looking again, so it can delete an item
        # that was just renewed. It needs this lock for each round: it never gets it, and `expire` does the work.
        dynamodb._lock.acquire()

    def _set_item(self, table: dict[str, Any], partition: str, sort: str, item: dict[str, Any]) -> Any:
        old = self._set(table, partition, sort, item)
        self._effects.append((table, partition, sort, old, item))
        return old

    def _remove_item(self, table: dict[str, Any], partition: str, sort: str) -> Any:
        old = self._remove(table, partition, sort)
        if old is not None:
            self._effects.append((table, partition, sort, old, None))
        return old

    def _recorded(self, handler: Handler) -> Handler:
        def call(request: dict[str, Any]) -> Answer:
            self._effects = []
            try:
                answer = handler(request)
            except BaseException:
                self._undo()
                raise
            if answer[0] >= 400:
                self._undo()
            elif self._effects:
                self._record(request.get("ClientRequestToken"))
            return answer

        return call

    def _undo(self) -> None:
        """A refused or failed call leaves nothing, even where the engine had begun to apply it."""
        for table, partition, sort, old, _new in reversed(self._effects):
            if old is None:
                self._remove(table, partition, sort)
            else:
                self._set(table, partition, sort, old)

    def _record(self, token: str | None) -> None:
        changed: dict[str, list[bytes]] = {}
        for table, partition, sort, _old, new in self._effects:
            effects = changed.setdefault(table["TableName"], [])
            if new is None:
                effects.append(rows.encode([partition, sort]))
            else:
                effects.append(rows.raw_of(table, partition, sort) or rows.encode(new))
                self._note_expiry(table, new)
        tables = (rows.encode(name) + b":[" + b",".join(effects) + b"]" for name, effects in changed.items())
        record = b'{"items":{' + b",".join(tables) + b"}"
        if token and (entry := dynamodb._txn_idempotency.get(token)):
            record += b"," + rows.encode(self._token_record(token, entry))[1:-1]
        self.journal.append(record + b"}")

    def _tables_recorded(self, handler: Handler) -> Handler:
        def call(request: dict[str, Any]) -> Answer:
            answer = handler(request)
            if answer[0] < 400:
                self.journal.append(self._tables_record())
            return answer

        return call

    # Expiry

    def _expiring_items(self, table: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """At least those that have an expiry; of bytes, those in which its name stands."""
        name = (dynamodb._ttl_settings.get(table["TableName"]) or {}).get("AttributeName")
        if not name:
            return
        part = json.dumps(name, ensure_ascii=False).encode() + b":"
        for collection in table["items"].values():
            if rows.is_here(table):
                yield from (rows.decode(raw) for _, raw in collection.raws() if part in raw)
            else:
                yield from collection.values()

    def _expiry(self, table: dict[str, Any], item: dict[str, Any]) -> float | None:
        setting = dynamodb._ttl_settings.get(table["TableName"]) or {}
        value = item.get(setting.get("AttributeName") or "", {}).get("N")
        return float(value) if value is not None else None

    def _note_expiry(self, table: dict[str, Any], item: dict[str, Any]) -> None:
        expiry = self._expiry(table, item)
        if expiry is not None:
            key = (item[table["pk_name"]]["S"], item[table["sk_name"]]["S"])
            heapq.heappush(self._expiring, (expiry, table["TableName"], *key))

    def expire(self) -> None:
        """Delete what has expired, as DynamoDB does some time after; an item that was renewed meanwhile stays."""
        self._effects = []
        now = time.time()
        while self._expiring and self._expiring[0][0] <= now:
            _, name, partition, sort = heapq.heappop(self._expiring)
            table = dynamodb._tables.get(name)
            item = table and table["items"].get(partition, {}).get(sort)
            if item and (self._expiry(table, item) or now + 1) <= now:
                dynamodb._remove_item(table, partition, sort)
        if self._effects:
            self._record(None)
