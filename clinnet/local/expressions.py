"""What ministack asks of an expression's text alone, answered once for each text; and what an update makes of an item.

ministack 1.5.33 takes each condition apart twice a transaction, and looks for mistakes of grammar each time. The texts
are few: they hold placeholders, not values. It works out each update three times: twice for what could be wrong with
the result, and once for the result.
"""

import marshal
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

MOST = 1024  # texts; DynamoDB takes 4 KB each
UPDATES = 20  # most transactions have fewer; an item and its update have up to 400 KB each


def attach() -> None:
    """Put these in the place of ministack's own."""
    tokenize = lru_cache(MOST)(dynamodb._tokenize)

    def tokens(text: str) -> list[Any]:
        return list(tokenize(text))  # of the asker's own, who may change it

    dynamodb._tokenize = tokens
    dynamodb._condition_syntax_error = lru_cache(MOST)(dynamodb._condition_syntax_error)
    dynamodb._apply_update_expression = _once(dynamodb._apply_update_expression)


def _once(update: Any) -> Any:
    """`update`, asked once for each content. Whoever asks gets the item and its paths as objects of their own."""

    @lru_cache(UPDATES)
    def answer(asked: bytes) -> bytes:
        return marshal.dumps(update(*marshal.loads(asked)))  # noqa: S302  what was written below

    def updated(item: Any, text: Any, values: Any, names: Any, touched: set[Any] | None = None) -> Any:
        if touched is not None:  # it is filled even where the update is refused
            return update(item, text, values, names, touched)
        try:
            asked = marshal.dumps((item, text, values, names), 2)  # by content: 2 writes no references
        except ValueError:  # something in it is not plain
            return update(item, text, values, names)
        return marshal.loads(answer(asked))  # noqa: S302  what was written above

    return updated
