"""What a test has written: all tests share a table, and reading it whole takes seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from clinnet.table import Key


@contextmanager
def written() -> Iterator[dict[Key, None]]:
    """The keys of what is written meanwhile, in that order; taken where every call goes through."""
    found: dict[Key, None] = {}
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        found.update(dict.fromkeys(_keys_in(operation, arguments)))
        return real(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", call):
        yield found


def _keys_in(operation: str, arguments: dict[str, Any]) -> Iterator[Key]:
    """The keys that a write names."""
    if operation == "TransactWriteItems":
        steps = [each for action in arguments["TransactItems"] for each in action.values()]
        raws = [step.get("Item") or step["Key"] for step in steps]
    elif operation == "BatchWriteItem":
        requests = [each for found in arguments["RequestItems"].values() for each in found]
        raws = [each["PutRequest"]["Item"] for each in requests if "PutRequest" in each]
    else:
        raws = []
    yield from (Key(raw["PK"]["S"], raw["SK"]["S"]) for raw in raws)
