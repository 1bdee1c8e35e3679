"""The wall at the table: no key, item, cursor or token of another clinic opens anything."""

import pytest

from clinnet.table import Transaction, find_row
from clinnet.table.errors import NotFound
from tests.wall.table import EVENT, table_holes, unowned
from tests.wall.world import World


def test_no_door_of_the_table_opens_to_another_clinic(own: World, foreign: World) -> None:
    assert list(table_holes(own, foreign)) == []


def test_what_belongs_to_no_clinic_is_not_found_inside_one(own: World) -> None:
    at = unowned()
    assert find_row(own.scope, at) is None
    tx = Transaction(own.scope)
    tx.change_row(at, sets={"notes": "x"})
    with pytest.raises(NotFound):
        tx.commit(EVENT)
