"""One set of time zone rules: the locked ones, in every process, whatever files the machine has."""

import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import pytest

from clinnet import clock
from clinnet.local import card, place
from tests.clocks import compiled, zone_of

ENTRIES = ("clinnet.settings", "clinnet.wsgi", "clinnet.local.__main__", "tests.engine")
WINTER = datetime(2026, 12, 2, 21, tzinfo=UTC)


@pytest.fixture
def wrong_files(tmp_path: Path) -> Path:
    """A machine whose London is nine hours ahead."""
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "London").write_bytes(compiled("JST-9"))
    return tmp_path


@pytest.mark.processes
def test_a_machine_with_other_files_has_no_say(wrong_files: Path) -> None:
    script = (
        "import {}; from datetime import datetime; from zoneinfo import ZoneInfo; "
        "print(ZoneInfo('Europe/London').utcoffset(datetime(2026, 12, 2)))"
    )
    assert _said(wrong_files, script.format("zoneinfo")) == "9:00:00"  # as it is without us
    for entry in ENTRIES:
        assert _said(wrong_files, script.format(entry)) == "0:00:00", entry


def _said(files: Path, script: str) -> str:
    environment = {**os.environ, "PYTHONTZPATH": str(files), "DJANGO_SETTINGS_MODULE": "clinnet.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place.ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.processes
def test_what_was_asked_for_before_us_is_asked_for_again(wrong_files: Path) -> None:
    script = (
        "from zoneinfo import ZoneInfo as Z; old = Z('Europe/London'); import clinnet; print(Z('Europe/London') is old)"
    )
    assert _said(wrong_files, script) == "False"


def test_the_tests_read_the_locked_rules_too() -> None:
    assert zoneinfo.TZPATH == ()
    assert WINTER.astimezone(zoneinfo.ZoneInfo("America/Vancouver")).isoformat() == "2026-12-02T14:00:00-07:00"


def test_the_rules_are_those_of_the_lock_and_have_a_date() -> None:
    """Whoever locks newer rules writes down in clinnet/clock.py when they came out."""
    rules = clock.zone_rules()
    year, letter = rules.version[:4], ord(rules.version[4]) - ord("a") + 1
    assert f"tzdata=={year}.{letter} " in (place.ROOT / "requirements.txt").read_text()
    assert rules.released is not None
    first_line = resources.files("tzdata.zoneinfo").joinpath("tzdata.zi").read_text().partition("\n")[0]
    assert first_line == f"# version {rules.version}"


@pytest.mark.parametrize(
    ("rules", "today", "said"),
    [
        (clock.ZoneRules("2026f", date(2026, 10, 28)), date(2026, 11, 28), "Rules 2026f, 31 days old"),
        (clock.ZoneRules("2026f", date(2026, 10, 28)), date(2026, 10, 29), "Rules 2026f, 1 day old"),
        (clock.ZoneRules("2027a", None), date(2027, 4, 1), "Rules 2027a"),
    ],
)
def test_how_old_the_rules_are_is_said(rules: clock.ZoneRules, today: date, said: str) -> None:
    assert rules.sentence(today) == said


def test_whoever_starts_the_site_reads_which_rules_it_has(tmp_path: Path) -> None:
    assert f"Time zones: Rules {clock.zone_rules().version}" in card.text(tmp_path, "http://127.0.0.1:8000")


def test_compiled_rules_are_read_as_they_were_written() -> None:
    assert WINTER.astimezone(zone_of("PST8PDT,M3.2.0,M11.1.0")).isoformat() == "2026-12-02T13:00:00-08:00"
