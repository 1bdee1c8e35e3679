"""The clinical tables, which `make prepare` makes: made here too, of the packages that are kept in .venv."""

import fcntl
import sys
from pathlib import Path

import pytest

from records import build

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(sys.prefix) / "clinical"


@pytest.fixture(scope="session", autouse=True)
def _tables() -> None:
    build.DATA.mkdir(exist_ok=True)
    with (build.DATA / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two test processes one makes them
        if not (PACKAGES / "fetched").exists():
            pytest.skip("the packages of the clinical tables are not here: make prepare")
        if not build.is_made(PACKAGES):
            build.build(PACKAGES)
