"""Plain Python values to DynamoDB's and back, and what they weigh by its published size rules."""

from decimal import Decimal
from typing import Any

Raw = dict[str, Any]
Row = dict[str, Any]


def to_raw(value: Any) -> Raw:  # noqa: PLR0911  one line a type
    """One value as DynamoDB writes it. Floats are refused: money and measures are integers or strings."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case dict():
            return {"M": {name: to_raw(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [to_raw(each) for each in value]}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case bytes():
            return {"B": value}
    raise TypeError(f"no place in the table for {type(value).__name__}")


def from_raw(raw: Raw) -> Any:  # noqa: PLR0911  one line a type
    """The value that `to_raw` wrote; whole numbers come back as int."""
    text = raw.get("S")
    if text is not None:  # most are
        return text
    ((kind, value),) = raw.items()
    match kind:
        case "N":
            return int(value) if value.lstrip("-").isdigit() else Decimal(value)
        case "M":
            return {name: from_raw(each) for name, each in value.items()}
        case "L":
            return [from_raw(each) for each in value]
        case "SS":
            return set(value)
        case "NULL":
            return None
    return value


def row_to_raw(row: Row) -> Raw:
    """A row without its empty values: the table does not keep what says nothing."""
    return {name: to_raw(value) for name, value in row.items() if value not in (None, "", [], {}, set())}


def row_from_raw(raw: Raw) -> Row:
    return {name: from_raw(value) for name, value in raw.items()}


def weight(raw: Raw) -> int:
    """Bytes of an item: names and values, by the rules AWS publishes under "item sizes and formats"."""
    total = 0
    for name, value in raw.items():
        total += len(name) if name.isascii() else len(name.encode())
        text = value.get("S")  # most are texts, and each item of each page is weighed
        if text is None:
            total += _weight(value)
        else:
            total += len(text) if text.isascii() else len(text.encode())
    return total


def _weight(raw: Raw) -> int:  # noqa: PLR0911  one line a type
    ((kind, value),) = raw.items()
    match kind:
        case "S":
            return _bytes(value)
        case "N":
            return min(21, (len(value.lstrip("-").replace(".", "").strip("0")) + 1) // 2 + 1)
        case "M":
            return 3 + len(value) + weight(value)
        case "L":
            return 3 + len(value) + sum([_weight(each) for each in value])
        case "SS" | "NS":
            return sum([_bytes(each) for each in value])
        case "B":
            return len(value)
    return 1


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
