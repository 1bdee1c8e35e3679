"""The one door to DynamoDB: one shared PynamoDB connection, and its errors translated without patient data."""

import logging
import random
import time
from functools import cache
from typing import Any, Literal

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.handlers import add_retry_headers
from botocore.session import Session
from django.conf import settings
from pynamodb.connection.base import Connection
from pynamodb.exceptions import VerboseClientError

from clinnet.table import meter
from clinnet.table.answers import read_quickly
from clinnet.table.errors import Busy, Fault, Unavailable, Unsure
from clinnet.table.sending import send_quickly, sign_quickly

THROTTLED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "ThrottlingError",  # this and the next of one action of a transaction
    "ProvisionedThroughputExceeded",
}
UNDER_WAY = {"TransactionInProgressException", "TransactionConflictException", "TransactionConflict"}
BROKEN = {"InternalServerError", "ServiceUnavailable", "InternalFailure", "ServiceUnavailableException"}
# What only a request of ours can be the cause of. All else is the operation's: credentials, policies, clocks, names.
OURS = {
    "ValidationException",
    "SerializationException",
    "ItemCollectionSizeLimitExceededException",
    "IdempotentParameterMismatchException",
    "UnknownOperationException",
}
WHOLE = {"ConsumedCapacity", "Responses"}  # one of them is in each answer: PynamoDB asks for the first in each call
NOT_LET_IN = "Not saved yet: the records do not let us in just now. Your entries are here. Try again in a moment."
ATTEMPTS = 6
log = logging.getLogger("clinnet.table")

Operation = Literal[
    "GetItem", "BatchGetItem", "Query", "TransactWriteItems", "BatchWriteItem", "PutItem", "UpdateItem", "Scan"
]


class Cancelled(Exception):
    """A transaction was cancelled. `codes` in the order of its actions, `olds` the raw items found instead."""

    def __init__(self, codes: list[str], olds: list[dict[str, Any] | None]) -> None:
        self.codes, self.olds = codes, olds
        super().__init__("cancelled")


READ_SECONDS, SCAN_SECONDS = 3, 30  # a page of a Scan may have a whole megabyte to read, and nobody waits for it


@cache
def connection(*, scans: bool = False) -> Connection:
    """Opened once a process and shared: a client for every model class would each cost 130 ms and a pool."""
    made = Connection(
        region=settings.AWS_REGION,
        host=settings.DYNAMODB_ENDPOINT,
        connect_timeout_seconds=1,
        read_timeout_seconds=SCAN_SECONDS if scans else READ_SECONDS,
        max_retry_attempts=0,  # retries are ours: they have a deadline for the whole request
        max_pool_connections=settings.WEB_THREADS * 3,  # each thread of a page, and those that read side by side
        aws_access_key_id=settings.AWS_KEYS.get("aws_access_key_id"),
        aws_secret_access_key=settings.AWS_KEYS.get("aws_secret_access_key"),
    )
    read_quickly(made.session)
    _say_less(made.session)
    sign_quickly(made.session)
    send_quickly(made.client)  # made here and now: PynamoDB's session is a thread's own
    return made


def _say_less(session: Session) -> None:
    """Without what botocore tells about itself and its attempts: together a quarter of what a call costs."""
    session.set_default_client_config(Config(user_agent="clinnet"))  # else of 40 parts, put together twice a call
    session.unregister("request-created", add_retry_headers)


def call(operation: Operation, **arguments: Any) -> dict[str, Any]:
    """One call, once. Raises Busy, Unsure, Unavailable, Cancelled or Fault, from None: causes hold patient data."""
    if operation == "Scan" and meter.in_request():
        raise Fault("a page must not scan the table")
    if meter.current().is_late:
        raise Busy if _is_write(operation) else Unavailable
    began = time.perf_counter()
    opened = connection(scans=True) if operation == "Scan" else connection()
    try:
        answer = opened.dispatch(operation, arguments)
    except VerboseClientError as error:
        raise _translated(operation, error) from None
    except BotoCoreError:  # a time-out, a reset, a refused connection
        raise _unanswered(operation) from None
    finally:
        meter.current().seconds += time.perf_counter() - began
    if not answer.keys() & WHOLE:  # botocore reads a body that was cut short as {}
        raise _unanswered(operation)
    return answer


def _is_write(operation: Operation) -> bool:
    return "Write" in operation or operation in ("PutItem", "UpdateItem")


def _unanswered(operation: Operation) -> Unavailable:
    """Whether a write arrived is not known; a read can simply be asked again."""
    if _is_write(operation):
        meter.current().wrote = True
        return Unsure()
    return Unavailable()


def _translated(operation: Operation, error: VerboseClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "TransactionCanceledException":
        reasons = list(error.cancellation_reasons)
        codes = [reason.code if reason else "" for reason in reasons]
        _noted({*codes})
        return Cancelled(codes, [reason.raw_item if reason else None for reason in reasons])
    if _noted({code}):
        return Busy()
    if code in BROKEN or status >= 500:
        return _unanswered(operation)
    if code == "ConditionalCheckFailedException":
        return Cancelled(["ConditionalCheckFailed"], [None])
    if code in OURS:
        return Fault(f"{operation}: {code}")
    log.error("%s is refused: %s", operation, code or status)
    return Unavailable(NOT_LET_IN if _is_write(operation) else "")


def _noted(codes: set[str]) -> bool:
    """Whether it may be tried again because of how much is going on: counted for the page of *Health*."""
    too_much, met = bool(codes & THROTTLED), bool(codes & UNDER_WAY)
    here = meter.current()
    here.throttled += too_much
    here.conflicts += met
    return too_much or met


def patiently(operation: Operation, **arguments: Any) -> dict[str, Any]:
    """A call that may be repeated without harm: tried again with full jitter until the request's deadline."""
    for attempt in range(ATTEMPTS):
        try:
            return call(operation, **arguments)
        except Unavailable:
            if not wait(attempt):
                raise
    raise Busy  # pragma: no cover  `wait` says no at the last attempt


def wait(attempt: int, *, to_deadline: bool = False) -> bool:
    """Waits a random while that doubles with each attempt; False when there is no time or attempt left.

    `to_deadline`: short waits, and as many as there is time for, where many want the same item.
    """
    left = meter.current().deadline - time.monotonic()
    longest = min(0.25, 0.02 * 2 ** min(attempt, 9)) if to_deadline else min(1.0, 0.05 * 2**attempt)
    pause = random.uniform(0, longest)  # noqa: S311  jitter, not a secret
    if (attempt >= ATTEMPTS - 1 and not to_deadline) or pause >= left:
        return False
    time.sleep(pause)
    return True
