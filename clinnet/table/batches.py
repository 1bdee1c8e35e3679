"""The batch door, for seed, import, restore and backfill alone: many new items, each batch with its event.

It skips conditions, so what goes through it must be new or the same as before. Pages never use it. What is sealed or
frozen is not written again.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings

from clinnet import clock
from clinnet.table import meter
from clinnet.table.connection import ATTEMPTS, patiently, wait
from clinnet.table.errors import Busy, Refused, Sealed
from clinnet.table.events import Event, event_row, topic_row
from clinnet.table.items import Item
from clinnet.table.keys import Key
from clinnet.table.reads import held, side_by_side
from clinnet.table.scope import Scope
from clinnet.table.values import Raw, Row, row_to_raw

SIZE = 25
TAKEN = "Another clinic has a record with one of these ids."


class Batch:
    """Collects items and rows; `commit` writes them, 25 a call. Throttled remainders are sent again."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.at = scope, clock.stamp()
        self._raws: list[Raw] = []

    def put(self, item: Item) -> None:
        item.clinic_id = self.scope.clinic_id
        item.schema = item.SCHEMA
        item.created_at = item.created_at or self.at
        item.updated_at = item.updated_at or self.at
        self._raws.append({name: value for name, value in item.serialize().items() if value != {"NULL": True}})

    def put_row(self, row: Row) -> None:
        shared = Key(row["PK"], row["SK"]).is_shared
        self._raws.append(row_to_raw(row if shared else {"clinicId": self.scope.clinic, **row}))

    def put_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.put_row(row)

    def write(self) -> int:
        """Writes what was collected so far, several calls at a time; returns how many items.

        Raises Refused, before anything is written, if another clinic has an item at one of the keys, and Sealed if
        one of ours there is signed or issued.
        """
        raws, self._raws = self._raws, []
        self._keep_out(raws)
        slices = [raws[start : start + SIZE] for start in range(0, len(raws), SIZE)]
        side_by_side(*(partial(self._write, each) for each in slices))
        return len(raws)

    def commit(self, event: Event) -> int:
        """Writes everything, and the event last; returns how many items."""
        count = self.write()
        id = clock.new_id()
        self.put_row(event_row(self.scope, event, id, self.at, {}))
        self.put_rows(filter(None, [topic_row(self.scope, event, id, self.at)]))
        return count + self.write()

    def _keep_out(self, raws: list[Raw]) -> None:
        """The wall of this door: there are no conditions, so those keys that name no clinic are looked at first."""
        clinic = self.scope.clinic_id
        places = [Key(raw["PK"]["S"], raw["SK"]["S"]) for raw in raws]
        open_ground = {place for place in places if not place.is_under(clinic) and not place.is_shared}
        lasting = {place for place in places if place.is_record or place.is_book}
        there = held(self.scope, open_ground | lasting)
        if any(row.get("clinicId", "") != clinic for place, row in there.items() if place in open_ground):
            raise Refused(TAKEN)
        if any("sealed" in row or "frozen" in row for place, row in there.items() if place in lasting):
            raise Sealed

    def _write(self, raws: list[Raw]) -> None:
        left: list[dict[str, Any]] = [{"PutRequest": {"Item": raw}} for raw in raws]
        for attempt in range(ATTEMPTS):
            answer = patiently("BatchWriteItem", RequestItems={settings.CLINNET_TABLE: left})
            units = sum(float(each.get("CapacityUnits", 0)) for each in answer.get("ConsumedCapacity", []))
            meter.current().write("BatchWriteItem", units)
            left = answer.get("UnprocessedItems", {}).get(settings.CLINNET_TABLE, [])
            if not left:
                return
            wait(attempt)
        raise Busy
