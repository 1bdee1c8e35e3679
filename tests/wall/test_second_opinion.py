"""A second engine with the same items is asked what every page asks, and must answer the same.

The embedded engine accepts some requests that AWS refuses, and nothing in it could show that; dynalite is another
reading of the same documentation. It has no transactions, so it is asked only for reads.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config
from django.conf import settings

from clinnet.accounts.permissions import Role
from clinnet.local import process
from clinnet.table import Scope, connection, get_many
from tests.people import signed_in_client
from tests.wall.asking import ask, clinic_pages
from tests.wall.world import World, settle
from tests.written import written

ROOT = Path(__file__).resolve().parents[2]
DYNALITE = ROOT / "static" / "node_modules" / "dynalite" / "cli.js"
READS = {"GetItem", "BatchGetItem", "Query"}
Raw = dict[str, Any]


def client(endpoint: str | None) -> Any:
    """boto3's own: PynamoDB's connection is the program's."""
    once = Config(retries={"total_max_attempts": 2})
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=settings.AWS_REGION,
        config=once,
        **(settings.AWS_KEYS or {"aws_access_key_id": "x", "aws_secret_access_key": "x"}),
    )


@pytest.fixture(scope="module")
def second() -> Iterator[Any]:
    """dynalite with an empty table of the same shape."""
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    with process.listen("127.0.0.1", 0) as reserved:
        port = process.port_of(reserved)
    command = [node, str(DYNALITE), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        assert process.wait_until_up(f"http://127.0.0.1:{port}/", running)
        other = client(f"http://127.0.0.1:{port}")
        shape = client(settings.DYNAMODB_ENDPOINT).describe_table(TableName=settings.CLINNET_TABLE)["Table"]
        indexes = [
            {name: each[name] for name in ("IndexName", "KeySchema", "Projection")}
            for each in shape["GlobalSecondaryIndexes"]
        ]
        wanted = {name: shape[name] for name in ("TableName", "AttributeDefinitions", "KeySchema")}
        other.create_table(**wanted, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=indexes)
        other.get_waiter("table_exists").wait(TableName=settings.CLINNET_TABLE, WaiterConfig={"Delay": 1})
        yield other
        running.kill()


@pytest.fixture
def copied(second: Any) -> World:
    """A clinic that is in both engines."""
    with written() as keys:
        world = settle("Larksong", "7700900111")
    items = get_many(Scope.system("tests"), list(keys)).raws
    assert len(items) > 50
    for first in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[first : first + 25]]
        assert not second.batch_write_item(RequestItems={settings.CLINNET_TABLE: puts})["UnprocessedItems"]
    return world


@pytest.fixture
def asked() -> Iterator[list[tuple[str, Raw, Raw]]]:
    """What was read while a test ran: operation, arguments, answer."""
    found: list[tuple[str, Raw, Raw]] = []
    real: Callable[..., Raw] = connection.call

    def call(operation: Any, **arguments: Any) -> Raw:
        answer = real(operation, **arguments)
        if operation in READS:
            found.append((operation, arguments, answer))
        return answer

    with patch.object(connection, "call", call):
        yield found


def _plain(operation: str, answer: Raw) -> Any:
    """What two engines must agree on; a batch has no order."""
    if operation == "Query":
        return {"items": answer["Items"], "count": answer["Count"], "more": "LastEvaluatedKey" in answer}
    if operation == "GetItem":
        return answer.get("Item")
    items = answer["Responses"].get(settings.CLINNET_TABLE, [])
    return sorted(items, key=lambda item: json.dumps([item["PK"], item["SK"]]))


def _as_sent(arguments: Raw) -> Raw:
    """As the other client takes it: without what PynamoDB adds for capacity."""
    return {name: value for name, value in arguments.items() if name != "ReturnConsumedCapacity"}


@pytest.mark.django_db
def test_another_engine_answers_every_page_the_same(
    copied: World, second: Any, asked: list[tuple[str, Raw, Raw]]
) -> None:
    own = copied
    browser = signed_in_client(own.clinic, role=Role.ADMIN)
    for page in clinic_pages():
        ask(browser, "GET", page.url(own))
    for text in ("lark", "larksong mar", "14/3/1985", "0111", "larksung"):
        browser.post(f"/c/{own.clinic}/patients/search/", {"q": text})
    assert {operation for operation, *_ in asked} == READS
    methods = {"GetItem": second.get_item, "BatchGetItem": second.batch_get_item, "Query": second.query}
    for operation, arguments, answer in asked:
        theirs = methods[operation](**_as_sent(arguments))
        assert _plain(operation, theirs) == _plain(operation, answer), f"{operation} {arguments}"
