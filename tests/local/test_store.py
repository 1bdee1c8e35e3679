"""The journal's records and what the store does around the engine's calls, without a process."""

import asyncio
import errno
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack.services import dynamodb

from clinnet.local import journal, setup, template
from clinnet.local.journal import Damaged, InUse, Journal
from clinnet.local.store import Store

Record = dict[str, Any]
KEY = {"PK": {"S": "P"}, "SK": {"S": "1"}}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store on the engine's module in this process, with the template's table."""
    for name in ("_set_item", "_remove_item"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    dynamodb._tables.clear()
    asked = template.properties(template.load(), "Table", setup.parameters([]))
    dynamodb._create_table({key: asked[key] for key in setup.DIRECT})
    made = Store(Journal(tmp_path))
    dynamodb._set_item, dynamodb._remove_item = made._set_item, made._remove_item
    yield made
    dynamodb._tables.clear()


def items() -> list[Any]:
    return [item for rows in dynamodb._tables[setup.TABLE]["items"].values() for item in rows.values()]


def test_a_call_that_fails_half_way_is_undone(store: Store) -> None:
    table = dynamodb._tables[setup.TABLE]
    store._recorded(dynamodb._put_item)({"TableName": setup.TABLE, "Item": KEY})

    def half(request: Record) -> Any:
        dynamodb._set_item(table, "P", "1", {**KEY, "n": {"N": "2"}})
        dynamodb._set_item(table, "P", "2", {"PK": {"S": "P"}, "SK": {"S": "2"}})
        dynamodb._remove_item(table, "P", "1")
        if request:
            raise RuntimeError
        return 400, {}, b""

    before = store.journal._appended
    assert store._recorded(half)({})[0] == 400
    with pytest.raises(RuntimeError):
        store._recorded(half)({"raise": True})
    assert items() == [KEY]
    assert store.journal._appended == before


def test_one_call_is_one_record_of_effects(store: Store) -> None:
    table = {"TableName": setup.TABLE}
    store._recorded(dynamodb._put_item)({**table, "Item": {**KEY, "n": {"N": "1"}}})
    store._recorded(dynamodb._transact_write_items)(
        {
            "TransactItems": [
                {
                    "Update": {
                        **table,
                        "Key": KEY,
                        "UpdateExpression": "ADD n :n",
                        "ExpressionAttributeValues": {":n": {"N": "1"}},
                    }
                },
                {"Put": {**table, "Item": {"PK": {"S": "P"}, "SK": {"S": "2"}}}},
            ]
        }
    )
    store._recorded(dynamodb._delete_item)({**table, "Key": KEY})
    assert [json.loads(record)["items"][setup.TABLE] for record in store.journal._pending] == [
        [{**KEY, "n": {"N": "1"}}],
        [{**KEY, "n": {"N": "2"}}, {"PK": {"S": "P"}, "SK": {"S": "2"}}],
        [["P", "1"]],
    ]


def test_what_expired_is_removed_unless_it_was_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb._update_ttl(
        {"TableName": setup.TABLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expiresAt"}}
    )
    put = store._recorded(dynamodb._put_item)
    for sort, expiry in (("gone", "100"), ("renewed", "100"), ("renewed", "300"), ("stays", None)):
        item = {"PK": {"S": "P"}, "SK": {"S": sort}, **({"expiresAt": {"N": expiry}} if expiry else {})}
        put({"TableName": setup.TABLE, "Item": item})
    monkeypatch.setattr("clinnet.local.store.time.time", lambda: 200.0)
    store.expire()
    assert {item["SK"]["S"] for item in items()} == {"renewed", "stays"}
    assert json.loads(store.journal._pending[-1])["items"][setup.TABLE] == [["P", "gone"]]


# The journal by itself


def write(folder: Path, *records: Record) -> None:
    async def all_of_it() -> None:
        kept = Journal(folder)
        kept.load(lambda record: None)
        for record in records:
            kept.append(record)
            await kept.settled()
        await kept.close()

    asyncio.run(all_of_it())


def read(folder: Path) -> list[Record]:
    found: list[Record] = []

    async def all_of_it() -> None:
        kept = Journal(folder)
        kept.load(found.append)
        await kept.close()

    asyncio.run(all_of_it())
    return found


RECORDS: list[Record] = [{"n": 1}, {"n": 2, "text": "line\nend, é, 李"}, {"n": 3}]


def test_cut_anywhere_it_reads_as_far_as_it_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "whole", *RECORDS)
    data = (tmp_path / "whole" / "log-0").read_bytes()
    for size in range(len(data)):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / "log-0").write_bytes(data[:size])
        found = read(folder)
        assert found == RECORDS[: len(found)]
        assert data[:size].count(b"\n") == len(found)
        write(folder, {"n": 9})
        assert read(folder) == [*found, {"n": 9}]


def test_a_changed_byte_before_the_last_line_is_damage(tmp_path: Path) -> None:
    write(tmp_path / "whole", *RECORDS)
    data = (tmp_path / "whole" / "log-0").read_bytes()
    for place in range(data.rstrip().rindex(b"\n")):
        if data[place : place + 1] == b"\n":
            continue  # two lines become one, which is then the torn last or damaged like any other
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "log-0").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(Damaged):
            read(folder)


def test_a_snapshot_while_writing_goes_on_loses_and_repeats_nothing(tmp_path: Path) -> None:
    state: dict[str, int] = {}

    async def all_of_it() -> None:
        kept = Journal(tmp_path)
        kept.load(state.update)

        def change(name: str, value: int) -> None:
            state[name] = value
            kept.append({name: value})

        def content() -> Iterator[Record]:
            for name in list(state):
                yield {name: state[name]}
                change(name, state[name] + 1)  # a request between two pieces of the snapshot
                change(f"{name}!", 1)

        for number in range(20):
            change(str(number), 0)
        await kept.compact(content())
        await kept.close()

    asyncio.run(all_of_it())
    again: dict[str, int] = {}
    for record in read(tmp_path):
        again |= record
    assert again == state
    assert [path.name for path in tmp_path.glob("*-*")] != []
    assert not (tmp_path / "log-0").exists()


def test_two_engines_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Journal(tmp_path)
    first.load(lambda record: None)
    monkeypatch.setattr(journal, "PATIENCE", 0.0)
    with pytest.raises(InUse):
        Journal(tmp_path).load(lambda record: None)
    asyncio.run(first.close())


def test_the_checksum_is_of_what_is_written() -> None:
    assert journal.line([b'{"n":1}']) == b'%08x [{"n":1}]\n' % zlib.crc32(b'[{"n":1}]')


def test_a_snapshot_for_which_there_is_no_room_is_left_for_later(tmp_path: Path) -> None:
    def content() -> Iterator[Record]:
        yield {"n": 1}
        raise OSError(errno.ENOSPC, "No space left on device")

    async def all_of_it() -> None:
        kept = Journal(tmp_path)
        kept.load(lambda record: None)
        kept.append({"n": 1})
        await kept.compact(content())
        assert not kept.compacting
        kept.append({"n": 2})
        await kept.settled()
        assert not list(tmp_path.glob("snapshot-*"))
        await kept.compact([{"n": 1}, {"n": 2}])
        await kept.close()

    asyncio.run(all_of_it())
    assert read(tmp_path) == [{"n": 1}, {"n": 2}]
    assert [path.name for path in tmp_path.glob("snapshot-*")] == ["snapshot-2"]


def test_an_unfinished_snapshot_gives_its_room_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = [True]
    really = os.write

    def has_begun() -> bool:
        try:
            return any(path.stat().st_size for path in tmp_path.glob("*.tmp"))
        except FileNotFoundError:  # taken away between the two looks
            return False

    def write_if_there_is_room(descriptor: int, data: Any) -> int:
        ours = os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(tmp_path))
        if ours and full[0] and has_begun():
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(descriptor, data)

    async def all_of_it() -> None:
        kept = Journal(tmp_path)
        kept.load(lambda record: None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(kept.compact({"n": 0, "long": "x" * 9_000} for _ in range(50)))
            while not has_begun():
                await asyncio.sleep(0)
            monkeypatch.setattr(os, "write", write_if_there_is_room)
            kept.append({"n": 1})
            await kept.settled()
        full[0] = False
        await kept.close()

    asyncio.run(all_of_it())
    assert read(tmp_path) == [{"n": 1}]
    assert not list(tmp_path.glob("snapshot-*"))
