"""The short way of a DynamoDB request: our own check of the signature, then the handler itself.

The general way asks for each request which of eighty services it means, who signs it, and what each policy says. Here
there is one key, which may do everything. What the door refuses, what is not surely signed with that key, and what
fails unexpectedly goes the general way, and gets its answer there.
"""

import contextvars
import json
import zlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from ministack import app
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import dynamodb

from clinnet.local import place, short
from clinnet.local.doors import TARGETS
from clinnet.local.signature import Root
from clinnet.local.wire import Answer, Headers

PREFIX = "DynamoDB_20120810."
JSON = "application/x-amz-json-1.0"
HANDLERS = {
    "GetItem": "_get_item",
    "BatchGetItem": "_batch_get_item",
    "Query": "_query",
    "Scan": "_scan",
    "PutItem": "_put_item",
    "UpdateItem": "_update_item",
    "DeleteItem": "_delete_item",
    "BatchWriteItem": "_batch_write_item",
    "TransactWriteItems": "_transact_write_items",
    "TransactGetItems": "_transact_get_items",
}


class Shortcut:
    def __init__(self, keys: dict[str, str], own: frozenset[bytes]) -> None:
        self._own = {name.decode() for name in own}
        self._root = Root(keys["access_key"], keys["secret_key"], place.REGION)
        self._context = contextvars.copy_context()  # ministack looks there for whose tables are meant
        self._context.run(set_request_account_id, app._request_account_scope(keys["access_key"]))
        self._context.run(set_request_region, place.REGION)

    def answer(self, headers: Headers, body: bytes) -> Answer | None:
        """The answer, before it is kept; None for the general way."""
        target = headers["x-amz-target"]
        name = HANDLERS.get(target.removeprefix(PREFIX))
        if name is None or target.encode() not in TARGETS:
            return None
        if headers.get("host") not in self._own or "origin" in headers or not self._root.signed(headers, body):
            return None
        try:
            request = json.loads(body)
        except ValueError:
            return None
        if type(request) is not dict:
            return None
        return self._context.run(self._handled, target.removeprefix(PREFIX), getattr(dynamodb, name), request)

    def _handled(
        self, operation: str, handler: Callable[[dict[str, Any]], Answer], request: dict[str, Any]
    ) -> Answer | None:
        content = short.answer(operation, request)
        if content is not None:
            status, said = 200, {"Content-Type": JSON}
        else:
            try:
                status, said, content = handler(request)
            except Exception:  # the general way logs it
                return None
        said["x-amz-crc32"] = str(zlib.crc32(content))
        said["x-amzn-requestid"] = str(uuid4())
        return status, said, content
