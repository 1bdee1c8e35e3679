"""What is kept as bytes is answered as ministack answers from its own dictionaries, page for page."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ministack.services import dynamodb

from clinnet.local import ranges, rows, setup, short, template
from clinnet.local.ranges import Ranges

Request = dict[str, Any]
NAME, THEIRS = setup.TABLE, "ministacks"  # the same items in each: as bytes, and as ministack's dictionaries
INDEXES = ("", "GSI1", "GSI2")

# Few letters, so that values meet: upper case, accents and a letter outside the basic plane among them.
words = st.text(alphabet="abBé李😀#1", min_size=1, max_size=4)
partitions = st.sampled_from(["P1", "P2"])


@st.composite
def items(draw: st.DrawFn) -> Request:
    item = {"PK": draw(partitions), "SK": draw(words), "note": draw(words)}
    for index in ("GSI1", "GSI2"):
        if draw(st.booleans()):
            item |= {f"{index}PK": draw(partitions), f"{index}SK": draw(words)}
    return {name: {"S": value} for name, value in item.items()}


@st.composite
def queries(draw: st.DrawFn) -> Request:
    index = draw(st.sampled_from(INDEXES))
    low, high = sorted((draw(words), draw(words)))
    sort = draw(
        st.sampled_from(
            [
                "",
                "#s = :a",
                "#s < :a",
                "#s <= :a",
                "#s > :a",
                "#s >= :a",
                "#s BETWEEN :a AND :b",
                "begins_with (#s, :a)",
            ]
        )
    )
    first, second = "#p = :p", f" AND {sort}" if sort else ""
    shapes = [first + second, f"({first}){f' AND ({sort})' if sort else ''}", f"({first}{second})"]
    if sort and "BETWEEN" not in sort:
        shapes.append(f"{sort} AND {first}")
    values = {":p": draw(partitions), **({":a": low} if sort else {}), **({":b": high} if ":b" in sort else {})}
    asked: Request = {
        "TableName": NAME,
        "KeyConditionExpression": draw(st.sampled_from(shapes)),
        "ExpressionAttributeNames": {"#p": f"{index}PK", **({"#s": f"{index}SK"} if sort else {})},
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        "ScanIndexForward": draw(st.booleans()),
        "ReturnConsumedCapacity": "INDEXES",
    }
    if index:
        asked["IndexName"] = index
    if draw(st.booleans()):
        asked["Limit"] = draw(st.integers(1, 4))
    if draw(st.booleans()) and draw(st.booleans()):
        asked["FilterExpression"] = "note > :f"
        asked["ExpressionAttributeValues"][":f"] = {"S": draw(words)}
    return asked


@st.composite
def scans(draw: st.DrawFn) -> Request:
    asked: Request = {"TableName": NAME, "ConsistentRead": draw(st.booleans()), "ReturnConsumedCapacity": "TOTAL"}
    if draw(st.booleans()):
        asked["Limit"] = draw(st.integers(1, 4))
    if draw(st.integers(0, 3)) == 0:
        asked |= {"FilterExpression": "note > :f", "ExpressionAttributeValues": {":f": {"S": draw(words)}}}
    return asked


@st.composite
def gets(draw: st.DrawFn) -> Request:
    key = {"PK": {"S": draw(partitions)}, "SK": {"S": draw(words)}}
    return {"TableName": NAME, "Key": key, "ReturnConsumedCapacity": draw(st.sampled_from(["NONE", "TOTAL"]))}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ranges]:
    """The engine's module in this process, with every collection worth it."""
    for name in ("_create_table", "_update_table", "_index_item", "_items_replaced", "_query", "_scan"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    monkeypatch.setattr(ranges, "WORTH_IT", 1)
    make = dynamodb._create_table
    monkeypatch.setattr(dynamodb, "_make_theirs", make, raising=False)
    rows.attach()
    yield Ranges()
    dynamodb._tables.clear()


def fresh_tables() -> None:
    dynamodb._tables.clear()
    asked = template.properties(template.load(), "Table", setup.parameters([]))
    description = {key: asked[key] for key in setup.DIRECT}
    assert dynamodb._create_table(description)[0] == 200
    assert dynamodb._make_theirs({**description, "TableName": THEIRS})[0] == 200
    assert rows.is_here(dynamodb._tables[NAME])
    assert not rows.is_here(dynamodb._tables[THEIRS])


def put(item: Request) -> None:
    for table in (NAME, THEIRS):
        assert dynamodb._put_item({"TableName": table, "Item": json.loads(json.dumps(item))})[0] == 200


def delete(item: Request) -> None:
    for table in (NAME, THEIRS):
        dynamodb._delete_item({"TableName": table, "Key": {name: item[name] for name in ("PK", "SK")}})


Handler = Callable[[Request], Any]


def theirs(handler: Handler) -> Handler:
    """Asks for the other table, and gives it this one's name in the answer."""

    def call(request: Request) -> Any:
        status, said, body = handler({**request, "TableName": THEIRS})
        return status, said, body.replace(THEIRS.encode(), NAME.encode())

    return call


def quickly(operation: str) -> Handler:
    """From the bytes; the test fails where they cannot answer."""

    def call(request: Request) -> Any:
        body = short.answer(operation, request)
        assert body is not None, request
        return 200, {}, body

    return call


def pages(handler: Handler, request: Request) -> list[Any]:
    """All pages by their cursors."""
    found: list[Any] = []
    asked = dict(request)
    while len(found) < 100:
        status, _, body = handler(dict(asked))
        answer = json.loads(body)
        found.append((status, answer))
        if "LastEvaluatedKey" not in answer:
            break
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found


def is_plain(request: Request) -> bool:
    """Whether the bytes alone must be able to answer it."""
    condition = request.get("KeyConditionExpression", "#p")
    return "FilterExpression" not in request and condition.startswith("#p")


def check(engine: Ranges, operation: str, request: Request) -> None:
    own = {"Query": engine.query, "Scan": engine.scan, "GetItem": dynamodb._get_item}[operation]
    plain = {"Query": engine._query, "Scan": engine._scan, "GetItem": dynamodb._get_item}[operation]
    right = pages(theirs(plain), request)
    assert pages(own, request) == right
    if is_plain(request):
        assert pages(quickly(operation), request) == right


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(items(), min_size=10, max_size=40),
    asked=st.lists(
        st.one_of(
            st.tuples(st.just("Query"), queries()),
            st.tuples(st.just("Scan"), scans()),
            st.tuples(st.just("GetItem"), gets()),
        ),
        min_size=1,
        max_size=5,
    ),
    data=st.data(),
)
def test_every_page_is_the_engines_own(
    engine: Ranges, before: list[Request], asked: list[tuple[str, Request]], data: st.DataObject
) -> None:
    fresh_tables()
    for item in before:
        put(item)
    for operation, request in asked:
        check(engine, operation, request)
        # The order of the keys is kept by now: writes must keep it right.
        for changed in data.draw(st.lists(items(), max_size=3)):
            put(changed)
        for gone in data.draw(st.lists(st.sampled_from(before), max_size=3)):
            delete(gone)
        check(engine, operation, request)


def test_several_items_are_those_of_the_engine(engine: Ranges) -> None:
    fresh_tables()
    for number in range(5):
        put({"PK": {"S": "P"}, "SK": {"S": str(number)}, "n": {"M": {"é": {"L": [{"N": "1.5"}, {"NULL": True}]}}}})
    keys = [{"PK": {"S": "P"}, "SK": {"S": sort}} for sort in ("3", "x", "0")]
    own = short.answer("BatchGetItem", {"RequestItems": {NAME: {"Keys": keys, "ConsistentRead": True}}})
    right = dynamodb._batch_get_item({"RequestItems": {THEIRS: {"Keys": keys, "ConsistentRead": True}}})[2]
    assert own is not None
    assert json.loads(own) == json.loads(right.replace(THEIRS.encode(), NAME.encode()))
    twice = {"RequestItems": {NAME: {"Keys": [keys[0], keys[0]]}}}
    assert short.answer("BatchGetItem", twice) is None
    assert dynamodb._batch_get_item(twice)[0] == 400


def test_a_scan_reads_a_large_table_once(engine: Ranges, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_tables()
    monkeypatch.setattr(short, "PAGE_BYTES", 2_000)
    for number in range(200):
        put({"PK": {"S": f"P{number % 7}"}, "SK": {"S": f"{number:03}"}, "note": {"S": "x" * 50}})
    found = [item for _, page in pages(quickly("Scan"), {"TableName": NAME}) for item in page["Items"]]
    assert found == [item for _, page in pages(theirs(engine._scan), {"TableName": NAME}) for item in page["Items"]]
    shown: list[int] = []
    sizes = dynamodb._item_size_bytes

    def size(item: Request) -> Any:
        shown.append(1)
        return sizes(item)

    monkeypatch.setattr(dynamodb, "_item_size_bytes", size)
    monkeypatch.setattr(dynamodb, "_DDB_PAGE_SIZE_BYTES", 1_000)
    assert engine.scan({"TableName": NAME, "FilterExpression": "attribute_exists(SK)"})[0] == 200
    assert len(shown) < 70


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("sort", ["", "S < :a", "S BETWEEN :a AND :b", "begins_with(S, :a)"])
def test_the_engine_is_shown_one_page_of_a_large_collection(
    engine: Ranges, monkeypatch: pytest.MonkeyPatch, index: str, sort: str
) -> None:
    fresh_tables()
    for number in range(500):
        item = {name: {"S": "P"} for name in ("PK", "GSI1PK", "GSI2PK")}
        item |= {name: {"S": f"{number:04}"} for name in ("SK", "GSI1SK", "GSI2SK")}
        put(item)
    seen: list[int] = []
    evaluated = dynamodb._evaluate_condition

    def evaluate(*arguments: Any, **named: Any) -> Any:
        seen.append(1)
        return evaluated(*arguments, **named)

    monkeypatch.setattr(dynamodb, "_evaluate_condition", evaluate)
    condition = f"{index}PK = :p" + (f" AND {sort.replace('S', f'{index}SK', 1)}" if sort else "")
    values = {":p": "P", ":a": "02", ":b": "03"}
    request = {
        "TableName": NAME,
        **({"IndexName": index} if index else {}),
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {name: {"S": values[name]} for name in values if name in condition},
        "Limit": 10,
    }
    status, _, body = engine.query(request)
    assert status == 200
    assert dynamodb.json.loads(body)["Count"] == 10
    assert len(seen) <= 11


@pytest.mark.parametrize(
    "wrong",
    [
        {"KeyConditionExpression": "SK = :p"},
        {"KeyConditionExpression": "PK = :p AND note = :p"},
        {"KeyConditionExpression": "PK = :p OR SK = :p"},
        {"KeyConditionExpression": "PK = :missing"},
        {"KeyConditionExpression": ""},
        {"ExpressionAttributeValues": {":p": {"N": "1"}}},
        {"ExpressionAttributeValues": {":p": {"S": ""}}},
        {"Limit": 0},
        {"Limit": True},
        {"ExpressionAttributeNames": {"#p": "PK"}},
        {"ExpressionAttributeValues": {":p": {"S": "P"}, ":q": {"S": "P"}}},
        {
            "KeyConditionExpression": "PK = :p AND SK BETWEEN :p AND :q",
            "ExpressionAttributeValues": {":p": {"S": "P"}, ":q": {"S": "A"}},
        },
        {"ConsistentRead": True, "IndexName": "GSI1", "KeyConditionExpression": "GSI1PK = :p"},
        {"ReturnConsumedCapacity": "ALL"},
        {"Limit": -1},
        {"IndexName": "GSI9"},
        {"ExclusiveStartKey": {"PK": {"S": "P"}}},
        {"ExclusiveStartKey": {"PK": {"N": "1"}, "SK": {"S": "1"}}},
        {"TableName": "other"},
    ],
)
def test_a_wrong_request_is_refused_in_the_engines_words(engine: Ranges, wrong: Request) -> None:
    fresh_tables()
    for number in range(3):
        put({"PK": {"S": "P"}, "SK": {"S": str(number)}})
    request = {"TableName": NAME, "KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "P"}}}
    request |= wrong
    status, said, body = engine.query(dict(request))
    name = wrong.get("TableName", THEIRS)
    right = engine._query({**request, "TableName": name})
    assert (status, said, body) == (*right[:2], right[2].replace(THEIRS.encode(), NAME.encode()))
    assert short.answer("Query", dict(request)) is None
