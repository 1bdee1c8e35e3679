"""What ministack asks of an expression's text alone, answered once for each text.

ministack 1.5.33 takes each condition apart twice a transaction, and looks for mistakes of grammar each time. The texts
are few: they hold placeholders, not values.
"""

from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

MOST = 1024  # texts; DynamoDB takes 4 KB each


def attach() -> None:
    """Put these in the place of ministack's own."""
    tokenize = lru_cache(MOST)(dynamodb._tokenize)

    def tokens(text: str) -> list[Any]:
        return list(tokenize(text))  # of the asker's own, who may change it

    dynamodb._tokenize = tokens
    dynamodb._condition_syntax_error = lru_cache(MOST)(dynamodb._condition_syntax_error)
