"""What ministack does with plain values, done quicker: the copy of an item, and its size.

ministack 1.5.33 copies an item six times for each update of a transaction, by a function made for any object there is,
and measures it four times value by value: together three fifths of what a transaction costs the engine.
"""

import copy
import marshal
from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

_their_copy = copy.deepcopy
_their_size = dynamodb._attribute_value_size


def deepcopy(value: Any) -> Any:
    """A copy of its own, whatever it is."""
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302  what was written in the same line
    except ValueError:  # something in it is not plain
        return _their_copy(value)


def value_size(value: Any) -> int:
    """Bytes of one value: of texts and maps, which most are; ministack measures the others."""
    if type(value) is dict and len(value) == 1:
        ((kind, held),) = value.items()
        if kind == "S" and type(held) is str:
            return len(held) if held.isascii() else len(held.encode())
        if kind == "M" and type(held) is dict:
            return 3 + len(held) + item_size(held)
    size: int = _their_size(value)  # it comes back here for what a list holds
    return size


def item_size(item: Any) -> int:
    if not isinstance(item, dict):
        return 0
    return sum([len(name.encode()) + value_size(value) for name, value in item.items()])


def attach() -> None:
    """Put these in the place of ministack's own."""
    dynamodb.copy = SimpleNamespace(copy=copy.copy, deepcopy=deepcopy)
    dynamodb._attribute_value_size, dynamodb._item_size_bytes = value_size, item_size
