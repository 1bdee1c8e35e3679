"""THE table: keys, items, reads, writes, and what they cost."""

from clinnet.table import errors, keys
from clinnet.table.batches import Batch
from clinnet.table.events import Action, Event, Topic, changed
from clinnet.table.items import Flag, Item, ListOf, MapOf, Number, Text
from clinnet.table.keys import Key, Range
from clinnet.table.once import Once
from clinnet.table.reads import Page, find_row, get, get_many, get_rows, query, query_whole, side_by_side
from clinnet.table.scope import Actor, Scope
from clinnet.table.values import Row
from clinnet.table.writes import Transaction

__all__ = [
    "Action", "Actor", "Batch", "Event", "Flag", "Item", "Key", "ListOf", "MapOf", "Number", "Once", "Page", "Range",
    "Row", "Scope", "Text", "Topic", "Transaction", "changed", "errors", "find_row", "get", "get_many", "get_rows",
    "keys", "query", "query_whole", "side_by_side",
]  # fmt: skip
