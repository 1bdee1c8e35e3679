"""A look at the whole table that is killed in the middle."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clinnet import clock
from clinnet.table import Scope, scans
from clinnet.table.scan_log import ScanLog

PAGES, SEGMENTS = 4, 2


class Killed(BaseException):
    pass


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A table of two segments of four pages; each page that was asked for."""
    found: list[str] = []

    def page(what: tuple[int, dict[str, Any]], segments: int) -> dict[str, Any]:
        segment, start = what
        number = int(start["ExclusiveStartKey"]["PK"]["S"]) if start else 0
        found.append(f"{segment}.{number}")
        items = [{"PK": {"S": f"{segment}.{number}"}, "type": {"S": kind}} for kind in ("ENTRY", "PATIENT")]
        more = {"LastEvaluatedKey": {"PK": {"S": str(number + 1)}}} if number + 1 < PAGES else {}
        return {"Items": items, **more}

    monkeypatch.setattr(scans, "_page", page)
    monkeypatch.setattr(scans, "_segments", lambda: SEGMENTS)
    return found


def look(log: ScanLog, dies_after: int = 99) -> Iterator[str]:
    for at, raw in enumerate(scans.every_raw(Scope.system("tests"), log)):
        if at == dies_after:
            raise Killed
        if raw["type"]["S"] == "ENTRY":
            yield raw["PK"]["S"]


def killed(log: ScanLog, after: int) -> None:
    with suppress(Killed):
        list(look(log, after))


def test_it_goes_on_where_it_was(asked: list[str], tmp_path: Path) -> None:
    log = ScanLog(tmp_path / "look", {"ENTRY"})
    every = [f"{segment}.{page}" for segment in range(SEGMENTS) for page in range(PAGES)]
    killed(log, 2)  # in the second round of pages
    before = len(asked)
    assert sorted(look(log)) == every
    assert len(asked) == before + len(every) - 3  # of the second round one page was kept, and one was not yet
    assert sorted(look(log)) == every
    assert len(asked) == before + len(every) - 3  # nothing is asked again
    assert "PATIENT" not in "".join(path.read_text() for path in log.folder.iterdir())
    assert {path.stat().st_mode & 0o777 for path in log.folder.iterdir()} == {0o600}
    log.drop()
    assert list(tmp_path.iterdir()) == []


def test_half_a_page_is_read_anew(asked: list[str], tmp_path: Path) -> None:
    log = ScanLog(tmp_path, {"ENTRY"})
    killed(log, 4)
    path = tmp_path / f"0-of-{SEGMENTS}.jsonl"
    path.write_text(path.read_text()[:-9])
    assert sorted(look(log))[:PAGES] == [f"0.{page}" for page in range(PAGES)]
    assert asked.count("0.2") == 2
    assert len(list(look(log))) == SEGMENTS * PAGES


def test_what_is_a_day_old_is_read_anew(asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ScanLog(tmp_path, {"ENTRY"})
    killed(log, 2)
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert len(list(look(log))) == SEGMENTS * PAGES
    assert asked.count("0.0") == 2
