"""Two people and one record: what is compared, and that nothing of either is lost. Pure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet.conflicts import MINE, THEIRS, apart, compare, save, together
from clinnet.table.errors import Refused, Stale

LISTS = {"phones": lambda phone: str(phone["number"])}
texts = st.sampled_from(["", "a", "b", "c"])
phones = st.lists(st.fixed_dictionaries({"number": st.sampled_from("123"), "kind": texts}), max_size=3)
records = st.fixed_dictionaries(
    {"name": texts, "address": st.dictionaries(st.sampled_from(["line", "city"]), texts), "phones": phones}
)


@given(records)
def test_what_was_taken_apart_comes_together_again(record: dict[str, Any]) -> None:
    whole = together(apart(record, LISTS), record, LISTS)
    assert apart(whole, LISTS) == apart(record, LISTS)
    assert sorted(map(str, whole["phones"] or [])) == sorted(map(str, record["phones"]))


@given(records, records, records)
def test_without_a_conflict_mine_holds_all_that_others_changed(base: Any, mine: Any, theirs: Any) -> None:
    was, one, other = (apart(each, LISTS) for each in (base, mine, theirs))
    conflict = compare(was, one, other)
    changed = {path for path in {*was, *other} if was.get(path) != other.get(path)}
    if conflict is None:
        assert all(one.get(path) == other.get(path) for path in changed)


@given(records, records, records)
def test_the_sides_chosen_first_keep_every_change_of_either(base: Any, mine: Any, theirs: Any) -> None:
    was, one, other = (apart(each, LISTS) for each in (base, mine, theirs))
    conflict = compare(was, one, other)
    if conflict is None:
        return
    kept = conflict.chosen({f"pick-{number}": side for number, side in enumerate(conflict.pick.values())})
    for path in {*was, *one, *other}:
        expected = one if one.get(path) != was.get(path) else other
        assert kept.get(path) == expected.get(path)


def test_a_side_must_be_chosen_in_every_row() -> None:
    conflict = compare({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, {"a": "3", "b": "3"})
    assert conflict
    for picks in ({}, {"pick-0": MINE}, {"pick-0": MINE, "pick-1": "nobody's"}):
        with pytest.raises(Refused):
            conflict.chosen(picks)
    assert conflict.chosen({"pick-0": MINE, "pick-1": THEIRS}) == {"a": "2", "b": "3"}


def test_a_quicker_save_elsewhere_is_tried_again_and_within_is_shown() -> None:
    held, writes = [{"a": "1"}, {"a": "1"}], []

    def write() -> None:
        writes.append(1)
        if len(writes) == 1:
            raise Stale({})

    assert save({"a": "1"}, {"a": "2"}, held.pop, write) is None
    assert len(writes) == 2
    held = [{"a": "9"}]
    assert save({"a": "1"}, {"a": "2"}, lambda: held[0], write)
    assert len(writes) == 2


def test_a_record_that_never_stands_still_is_stale() -> None:
    def write() -> None:
        raise Stale({})

    with pytest.raises(Stale):
        save({"a": "1"}, {"a": "2"}, lambda: {"a": "1"}, write)
