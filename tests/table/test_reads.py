"""Reading: pages, cursors, the wall, and what it costs."""

from dataclasses import replace
from threading import current_thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import Key, Range, Scope, Transaction, find_row, get_rows, query, query_whole, side_by_side
from clinnet.table.connection import call
from clinnet.table.errors import Fault, NotFound
from clinnet.table.meter import Meter, metered
from clinnet.table.values import from_raw, row_from_raw, row_to_raw, to_raw, weight
from tests.table.test_writes import EVENT, key, row, write


def fill(scope: Scope, count: int, size: int = 10) -> Range:
    tx = Transaction(scope)
    for number in range(count):
        tx.put_row(row(scope, f"{number:03}", text="x" * size))
    tx.commit(EVENT)
    return Range(f"TEST#{scope.clinic}")


@pytest.mark.parametrize(("count", "pages"), [(0, [0]), (3, [3]), (4, [3, 1]), (6, [3, 3]), (7, [3, 3, 1])])
def test_pages_are_complete_and_the_last_has_no_next(scope: Scope, count: int, pages: list[int]) -> None:
    asked, cursor, seen, sizes = fill(scope, count), "", [], []
    while True:
        page = query(scope, asked, limit=3, cursor=cursor)
        seen += [each["SK"] for each in page.rows]
        sizes.append(len(page.rows))
        cursor = page.next
        if not cursor:
            break
    assert sizes == pages
    assert seen == [f"{number:03}" for number in range(count)]


@pytest.mark.parametrize("count", [0, 3, 4, 7])
def test_a_whole_range_is_read_to_its_end(scope: Scope, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinnet.table.reads.AT_ONCE", 3)
    found = query_whole(scope, fill(scope, count))
    assert [each["SK"] for each in found.rows] == [f"{number:03}" for number in range(count)]


@pytest.mark.parametrize("too_long", [Key("TEST#" + "A" * 3000, "X"), Key("TEST", "é" * 600)])
def test_a_key_longer_than_any_finds_nothing(scope: Scope, too_long: Key) -> None:
    assert find_row(scope, too_long) is None
    assert get_rows(scope, [too_long]) == {}


def test_a_cursor_works_for_its_own_person_clinic_and_question_alone(scope: Scope, outsider: Scope) -> None:
    asked = fill(scope, 5)
    cursor = query(scope, asked, limit=2).next
    assert "TEST" not in cursor
    for asking, question, sent in (
        (replace(scope, actor=outsider.actor), asked, cursor),
        (replace(scope, clinic=outsider.clinic), asked, cursor),
        (scope, asked._replace(begins="00"), cursor),
        (scope, asked, cursor[:-2] + "AA"),
        (scope, asked, "no cursor at all"),
    ):
        with pytest.raises(NotFound):
            query(asking, question, limit=2, cursor=sent)


def test_an_item_of_another_clinic_is_as_if_it_did_not_exist(
    scope: Scope, outsider: Scope, caplog: pytest.LogCaptureFixture
) -> None:
    write(scope, "mine", text="María")
    mine = key(scope, "mine")
    assert find_row(outsider, mine) is None
    assert get_rows(outsider, [mine]) == {}
    assert query(outsider, Range(mine.pk), limit=1).rows == []
    assert caplog.text.count("another clinic") == 1  # one line a minute and person; the probes are counted
    assert "María" not in caplog.text


def test_more_than_a_hundred_items_are_read_by_key(scope: Scope) -> None:
    fill(scope, 70)
    wanted = [key(scope, f"{number:03}") for number in range(130)]
    assert len(get_rows(scope, wanted)) == 70


def test_a_page_must_not_scan(meter: Meter) -> None:
    with pytest.raises(Fault):
        call("Scan", TableName="any")


def test_read_units_follow_the_sizes(scope: Scope) -> None:
    asked = fill(scope, 10, size=1000)
    with metered() as meter:
        query(scope, asked, limit=10)
    assert meter.read_units == 3  # ten items of some 1,050 bytes in steps of 4 KiB
    with metered() as meter:
        get_rows(scope, [key(scope, "000"), key(scope, "001")])
    assert meter.read_units == 2  # by key, each item is rounded up alone
    with metered() as meter:
        find_row(scope, Key("TEST#nothing", "there"), consistent=False)
    assert meter.read_units == 0.5


def test_calls_side_by_side_count_as_one_of_the_sequence(scope: Scope) -> None:
    fill(scope, 2)
    with metered() as meter:
        side_by_side(*[lambda n=n: find_row(scope, key(scope, n)) for n in ("000", "001")])
        find_row(scope, key(scope, "000"))
    assert (meter.sequence, len(meter.calls)) == (2, 3)


def test_the_last_of_questions_side_by_side_is_asked_by_the_thread_that_waits(scope: Scope) -> None:
    other, own = side_by_side(current_thread, current_thread)
    assert other is not own is current_thread()
    assert side_by_side(current_thread) == [own]
    assert side_by_side() == []


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=10,
)


@given(plain)
def test_a_value_comes_back_as_it_was_written(value: object) -> None:
    assert from_raw(to_raw(value)) == value
    assert weight({"a": to_raw(value)}) >= 1


@given(st.dictionaries(st.text(min_size=1), plain, max_size=4))
def test_a_row_keeps_all_but_what_is_empty(row: dict[str, object]) -> None:
    kept = {name: value for name, value in row.items() if value not in (None, "", [], {})}
    assert row_from_raw(row_to_raw(row)) == kept


def test_a_float_has_no_place_in_the_table() -> None:
    with pytest.raises(TypeError):
        to_raw(1.5)


@pytest.mark.parametrize(
    ("row", "bytes_"),
    [
        ({"a": "bc"}, 3),
        ({"é": "éé"}, 6),
        ({"a": 1200}, 3),
        ({"a": {"b": "cd", "e": ["f", True]}}, 1 + 3 + 2 + (1 + 2) + 1 + (3 + 2) + (1 + 1)),
        ({"a": {"bc", "d"}, "e": b"fg"}, 4 + 3),
    ],
)
def test_an_item_weighs_its_names_and_values(row: dict[str, Any], bytes_: int) -> None:
    assert weight(row_to_raw(row)) == bytes_
