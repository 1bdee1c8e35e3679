"""What is answered once for each text is what ministack answers."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import dynamodb

from clinnet.local import expressions

ORIGINAL = dynamodb._tokenize, dynamodb._condition_syntax_error
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


@given(text=texts, slot=st.sampled_from(["ConditionExpression", "FilterExpression"]))
def test_it_is_the_same_at_each_asking(text: str, slot: str) -> None:
    tokenize, mistake = ORIGINAL
    for _ in range(2):
        assert dynamodb._tokenize(text) == tokenize(text)
        assert dynamodb._condition_syntax_error(text, slot) == mistake(text, slot)


def test_who_changes_the_answer_changes_it_for_nobody_else() -> None:
    dynamodb._tokenize("#a = :b").clear()
    assert dynamodb._tokenize("#a = :b") == ORIGINAL[0]("#a = :b")
