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
UPDATES = 100  # as many as a transaction has


def attach() -> None:
    """Put these in the place of ministack's own."""
    tokenize = lru_cache(MOST)(dynamodb._tokenize)

    def tokens(text: str) -> list[Any]:
        return list(tokenize(text))  # of the asker's own, who may change it

    dynamodb._tokenize = tokens
    dynamodb._condition_syntax_error = lru_cache(MOST)(dynamodb._condition_syntax_error)
    dynamodb._apply_update_expression = _Updates(dynamodb._apply_update_expression).made


class _Updates:
    """The same question, content by content, has the same answer; each asker gets it as an object of its own."""

    def __init__(self, make: Any) -> None:
        self._make = make
        self._answers: dict[bytes, bytes] = {}

    def made(self, item: Any, text: Any, values: Any, names: Any, touched: set[Any] | None = None) -> Any:
        """The item after the update, and the paths that it names. Raises ValueError, having filled `touched` so far."""
        asked = _written(item, text, values, names) if touched is None else None
        if asked is None:
            return self._make(item, text, values, names, touched)
        if asked not in self._answers:
            answer = marshal.dumps(self._make(item, text, values, names))
            if len(self._answers) >= UPDATES:
                self._answers.clear()
            self._answers[asked] = answer
        return marshal.loads(self._answers[asked])  # noqa: S302  what was written above


def _written(*question: Any) -> bytes | None:
    """None where something in it is not plain."""
    try:
        return marshal.dumps(question, 2)  # without references, which would say who else holds a text
    except ValueError:
        return None
