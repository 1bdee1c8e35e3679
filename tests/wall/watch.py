"""Everything that leaves a request: calls to AWS, log lines, mail. Recorded where nothing can go round it."""

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from django.core import mail

from clinnet.accounts.logs import PlainFormatter

REFUSED = "refused."  # how the names of such actions begin
WRITES = {"TransactWriteItems", "BatchWriteItem", "UpdateItem", "PutItem", "DeleteItem"}


@dataclass(slots=True)
class Watch:
    """`asked` are the arguments of reads of the table; `writes` the writes sent to it, done or refused; `done` what
    those said that were acknowledged.
    """

    asked: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)  # what S3, SES and Cognito were sent
    logs: list[str] = field(default_factory=list)

    @property
    def reads(self) -> int:
        return len(self.asked)

    def names(self, parts: Collection[str]) -> list[str]:
        """The reads in which one of `parts` stands."""
        sent = [json.dumps(each, default=str) for each in self.asked]
        return [each for each in sent if any(part in each for part in parts)]

    @property
    def text(self) -> str:
        """All that a log file, a mailbox or another service has kept."""
        mails = [str(each.message()) for each in getattr(mail, "outbox", [])]
        return "\n".join([*self.logs, *self.elsewhere, *mails])


def _text(operation: str, arguments: dict[str, Any]) -> str:
    return f"{operation} {json.dumps(arguments, default=str, ensure_ascii=False)}"


class _Keeper(logging.Handler):
    def __init__(self, logs: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.logs = logs
        self.setFormatter(PlainFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.logs.append(self.format(record))


@contextmanager
def watching() -> Iterator[Watch]:
    """Logs at DEBUG, for our own loggers and the root; libraries keep the levels that our settings give them."""
    watch, real = Watch(), BaseClient._make_api_call
    keeper, root, ours = _Keeper(watch.logs), logging.getLogger(), logging.getLogger("clinnet")

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        table = client.meta.service_model.service_name == "dynamodb"
        if not table:
            watch.elsewhere.append(_text(operation, arguments))
        elif operation in WRITES:
            watch.writes.append(operation)
        else:
            watch.asked.append(arguments)
        if table and f'"{REFUSED}' in json.dumps(arguments, default=str):
            watch.writes.remove(operation)  # told when the answer has left
            return real(client, operation, arguments)
        answer = real(client, operation, arguments)
        if table and operation in WRITES:
            watch.done.append(_text(operation, arguments))
        return answer

    levels = root.level, ours.level
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    root.addHandler(keeper)
    try:
        with patch.object(BaseClient, "_make_api_call", call):
            yield watch
    finally:
        root.removeHandler(keeper)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
