"""An item is read as PynamoDB reads it, and copied whole."""

from typing import Any

import pytest

from clinnet.table.items import Item
from clinnet.table.values import to_raw
from patients.models import Patient
from scheduling.models import Appointment

EXAMPLES: dict[str, Any] = {"S": "a text", "N": 3, "BOOL": True, "M": {"a": {"b": 1}}, "L": ["a", {"b": None}]}


def kinds() -> list[type[Item]]:
    """Every entity that there is, of all apps."""
    found, todo = [], [Item]
    while todo:
        found += (more := todo.pop().__subclasses__())
        todo += more
    return found


def raw_of(kind: type[Item], leave: str = "") -> dict[str, Any]:
    """An item with every attribute but those whose name begins so."""
    raw = {each.attr_name: to_raw(EXAMPLES[each.attr_type]) for each in kind.get_attributes().values()}
    raw["type"] = {"S": kind.get_attributes()["type"].get_discriminator(kind)}  # type: ignore[attr-defined]
    return {name: value for name, value in raw.items() if not leave or not name.startswith(leave)}


def test_entities_are_read_as_pynamodb_reads_them() -> None:
    assert len(kinds()) > 20
    for kind in kinds():
        for raw in (raw_of(kind), raw_of(kind, "s"), raw_of(kind, "v"), raw_of(kind, "type"), {}):
            ours, theirs = kind.read(raw), kind.from_raw_data(raw)
            assert type(ours) is type(theirs)
            assert ours.attribute_values == theirs.attribute_values


def test_what_is_null_is_as_if_it_were_not_there() -> None:
    raw = raw_of(Patient) | {"version": {"NULL": True}, "line": {"NULL": True}}
    assert Patient.read(raw).attribute_values == Patient.from_raw_data(raw).attribute_values


def test_no_two_share_what_they_begin_with() -> None:
    for kind in kinds():
        first, second = kind.read({}).attribute_values, kind.read({}).attribute_values
        assert not any(value is second[name] for name, value in first.items() if isinstance(value, list | dict))


def test_the_class_is_that_of_the_item() -> None:
    assert type(Item.read(raw_of(Patient))) is Patient
    with pytest.raises(ValueError, match="is no Appointment"):
        Appointment.read(raw_of(Patient))


def test_a_copy_has_values_of_its_own() -> None:
    first = Patient.read(raw_of(Patient))
    second = first.copied()
    assert second.plain() == first.plain()
    second.state = "other"
    assert (first.state, type(second)) == ("a text", Patient)
