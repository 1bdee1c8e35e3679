"""What is answered once for each text is what ministack answers."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import dynamodb

from clinnet.local import expressions

ORIGINAL = dynamodb._tokenize, dynamodb._condition_syntax_error
Item = dict[str, Any]
UPDATE = dynamodb._apply_update_expression
words = st.sampled_from(
    [
        "#a",
        ":b",
        "c",
        "AND",
        "OR",
        "NOT",
        "=",
        "<>",
        "(",
        ")",
        ",",
        "attribute_exists",
        "BETWEEN",
        ".",
        "[0]",
        "SET",
        "*",
    ]
)
texts = st.lists(words, max_size=9).map(" ".join) | st.text(max_size=9)


@pytest.fixture(scope="module", autouse=True)
def _attached() -> Iterator[None]:
    expressions.attach()
    yield
    dynamodb._tokenize, dynamodb._condition_syntax_error = ORIGINAL
    dynamodb._apply_update_expression = UPDATE


@given(text=texts, slot=st.sampled_from(["ConditionExpression", "FilterExpression"]))
def test_it_is_the_same_at_each_asking(text: str, slot: str) -> None:
    tokenize, mistake = ORIGINAL
    for _ in range(2):
        assert dynamodb._tokenize(text) == tokenize(text)
        assert dynamodb._condition_syntax_error(text, slot) == mistake(text, slot)


def test_who_changes_the_answer_changes_it_for_nobody_else() -> None:
    dynamodb._tokenize("#a = :b").clear()
    assert dynamodb._tokenize("#a = :b") == ORIGINAL[0]("#a = :b")


values = st.sampled_from([{"S": "x"}, {"N": "2"}, {"L": [{"S": "y"}]}, {"SS": ["a", "b"]}, {"M": {"c": {"N": "1"}}}])
values = values.map(deepcopy)  # as in JSON, no two attributes are one object
items = st.dictionaries(st.sampled_from(["a", "b", "c"]), values, max_size=3)
updates = st.sampled_from(
    [
        "SET #a = :b",
        "SET #a = :b, c = if_not_exists(c, :b) REMOVE b",
        "ADD #a :b",
        "DELETE #a :b",
        "SET a.c = :b",
        "SET #a = list_append(#a, :b)",
        "SET #a = #a + :b",
        "REMOVE #a",
    ]
)


def updated(make: Callable[..., Any], item: Item, text: str, value: Item, touched: set[Any] | None = None) -> object:
    given = deepcopy(item), text, {":b": value}, {"#a": "a"}, touched
    try:
        return make(*given), touched
    except ValueError as error:
        return str(error), touched


@given(item=items, text=updates, value=values)
def test_an_update_is_the_same_at_each_asking(item: Item, text: str, value: Item) -> None:
    right = updated(UPDATE, item, text, value)
    paths = updated(UPDATE, item, text, value, set())
    for _ in range(3):
        assert updated(dynamodb._apply_update_expression, item, text, value) == right
        assert updated(dynamodb._apply_update_expression, item, text, value, set()) == paths


def test_of_the_same_update_everybody_gets_an_item_of_their_own() -> None:
    question: tuple[Any, ...] = {"a": {"L": [{"S": "x"}]}}, "SET b = :b", {":b": {"L": [{"S": "y"}]}}, {}
    for _ in range(3):
        item, paths = dynamodb._apply_update_expression(*question)
        assert item == {"a": {"L": [{"S": "x"}]}, "b": {"L": [{"S": "y"}]}}
        item["b"]["L"].clear()
        paths.clear()
    assert question[2] == {":b": {"L": [{"S": "y"}]}}


def test_an_update_is_worked_out_once_for_the_three_times_that_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def update(item: Item, text: str, *_: object) -> tuple[Item, set[Any]]:
        asked.append(text)
        return item, set()

    monkeypatch.setattr(dynamodb, "_apply_update_expression", update)
    expressions.attach()
    for text in ("SET a = :b", "SET c = :b") * 3:
        dynamodb._apply_update_expression({}, text, {":b": {"S": "x"}}, {})
    assert asked == ["SET a = :b", "SET c = :b"]
