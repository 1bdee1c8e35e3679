"""What is done quicker with plain values is what ministack does."""

import copy
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import dynamodb

from clinnet.local import plain

ORIGINAL = dynamodb.copy, dynamodb._attribute_value_size, dynamodb._item_size_bytes
texts = st.text(max_size=9) | st.sampled_from(["", "ä", "日本", "\U0001f600", "plain"])
numbers = st.integers().map(str) | st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.just("1e9")
leaves = st.one_of(
    texts.map(lambda text: {"S": text}),
    numbers.map(lambda number: {"N": number}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.just({"B": "aGVsbG8="}),
    st.lists(texts, max_size=3).map(lambda some: {"SS": some}),
    st.lists(numbers, max_size=3).map(lambda some: {"NS": some}),
    st.sampled_from([{}, {"S": "a", "N": "1"}, {"S": None}, {"?": 1}, "S", None]),  # no values at all
)
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda each: (
        st.lists(each, max_size=3).map(lambda some: {"L": some})
        | st.dictionaries(texts, each, max_size=3).map(lambda some: {"M": some})
    ),
    max_leaves=9,
)
items = st.dictionaries(texts, values, max_size=5)


@pytest.fixture(scope="module", autouse=True)
def _attached() -> Iterator[None]:
    plain.attach()
    yield
    dynamodb.copy, dynamodb._attribute_value_size, dynamodb._item_size_bytes = ORIGINAL


@given(value=values)
def test_a_value_has_the_size_that_ministack_says(value: Any) -> None:
    ours = dynamodb._attribute_value_size(value)
    dynamodb._attribute_value_size = ORIGINAL[1]  # which asks itself for what is within
    try:
        assert ours == ORIGINAL[1](value)
    finally:
        plain.attach()


@given(item=items | st.none() | st.just([]))
def test_an_item_has_the_size_that_ministack_says(item: Any) -> None:
    ours = dynamodb._item_size_bytes(item)
    dynamodb._attribute_value_size = ORIGINAL[1]
    try:
        assert ours == ORIGINAL[2](item)
    finally:
        plain.attach()


@given(item=items)
def test_a_copy_is_equal_and_shares_nothing_that_can_be_changed(item: dict[str, Any]) -> None:
    before = repr(item)
    made = dynamodb.copy.deepcopy(item)
    assert repr(made) == before
    _spoil(made)
    assert repr(item) == before


def _spoil(thing: Any) -> None:
    for each in list(thing.values() if isinstance(thing, dict) else thing):
        if isinstance(each, dict | list):
            _spoil(each)
    thing.clear()


def test_what_is_not_plain_is_copied_as_python_does() -> None:
    things: list[Any] = [defaultdict(dict, a={"b": {}}), OrderedDict(a=[1]), {"a": defaultdict(list)}]
    for thing in things:
        made = dynamodb.copy.deepcopy(thing)
        assert (type(made), made) == (type(thing), thing)
        assert made["a"] is not thing["a"]
    assert type(dynamodb.copy.deepcopy({"a": defaultdict(list)})["a"]) is defaultdict
    assert dynamodb.copy.copy is copy.copy
