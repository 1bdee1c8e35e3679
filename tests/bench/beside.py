"""`python -m tests.bench.beside REV`: this build and another revision's, measured in turns.

The other is unpacked into a folder of its own under var/ and gets an engine of its own; each row is asked of both
alternately, so that what else the machine does meets both. A row is printed, and written to var/beside.json, as soon
as it is measured. Ratios below 1 are ours.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from clinnet.local import place
from tests.bench.worker import ONCE, PAGES, Figures

WORKER = Path(__file__).with_name("worker.py")
ROWS = [*PAGES, *ONCE]


class Side:
    """One build, waiting for rows."""

    def __init__(self, name: str, folder: Path, patients: int) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [folder / ".venv/bin/python", "-W", "ignore", WORKER, str(patients)],
            cwd=folder,
            env={**os.environ, "CLINNET_VAR": "", "PYTHONDONTWRITEBYTECODE": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl C is ours: it then sees the end of its input, and stops its engine
        )

    def ask(self, row: str, repeat: int) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # `answer` says that the build ended
            self._process.stdin.write(json.dumps({"row": row, "repeat": repeat}) + "\n")
            self._process.stdin.flush()

    def answer(self) -> Figures:
        """Nothing from a build that failed; it says why."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        said: dict[str, Any] = json.loads(line) if line else {"failed": "the build ended"}
        if "failed" in said:
            sys.stdout.write(f"{self.name}: {said['failed']}\n")
            return {}
        return said

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


def build(revision: str) -> Path:
    """The folder with that revision, ready to run. It shares what is installed here where that is what it locks."""
    commit = _git("rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
    folder = place.var() / "beside" / commit[:12]
    if not (folder / "built").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
            archive.extractall(folder, filter="data")
        _share(folder)
        prepare = [sys.executable, "clinnet/local/prepare.py", "--tests"]
        if (folder / ".venv").is_symlink():
            prepare = [sys.executable, "static/build.py"]
        subprocess.run(prepare, cwd=folder, check=True)
        (folder / "built").touch()
    return folder


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=place.ROOT, check=True, stdout=subprocess.PIPE).stdout


def _share(folder: Path) -> None:
    same_front_end = _bytes(folder, "static/package-lock.json") == _bytes(place.ROOT, "static/package-lock.json")
    if all(map(_installed, _locked(folder))) and same_front_end:
        for name in (".venv", "static/node_modules"):
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to((place.ROOT / name).resolve())


def _bytes(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


def _locked(folder: Path) -> list[str]:
    """`name==version` of everything that the build wants."""
    texts = [(folder / f"requirements{name}.txt").read_text() for name in ("", "-dev")]
    return [line.split()[0] for text in texts for line in text.splitlines() if line[:1].isalnum() and "==" in line]


def _installed(pin: str) -> bool:
    name, _, wanted = pin.partition("==")
    try:
        return version(name.partition("[")[0]) == wanted
    except PackageNotFoundError:
        return False


def measure(row: str, sides: Sequence[Side], *, rounds: int, repeat: int) -> list[Figures]:
    """The figures of each side. Pages in several rounds, now one side first and now the other."""
    if row in ONCE:
        repeat = rounds = 1
    else:
        _round(row, sides, 2)  # caches and templates warm
    found: list[Figures] = [{}, {}]
    for number in range(rounds):
        order = (0, 1) if number % 2 else (1, 0)
        said = _round(row, [sides[which] for which in order], repeat)
        for which, figures in zip(order, said, strict=True):
            for unit, values in figures.items():
                found[which].setdefault(unit, []).extend(values)
    return found


def _round(row: str, sides: Sequence[Side], repeat: int) -> list[Figures]:
    """One side after the other, never both at once."""
    said = []
    for side in sides:
        side.ask(row, repeat)
        said.append(side.answer())
    return said


def lines(row: str, found: Sequence[Figures]) -> list[dict[str, Any]]:
    """What is printed and kept: medians of what was asked often; None for what one build could not do."""
    ours, theirs = ({unit: statistics.median(values) for unit, values in figures.items()} for figures in found)
    return [
        {
            "row": row,
            "unit": unit,
            "ours": _rounded(ours.get(unit)),
            "other": _rounded(theirs.get(unit)),
            "ratio": _rounded(ours[unit] / theirs[unit] if ours.get(unit) and theirs.get(unit) else None),
        }
        for unit in ours | theirs
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench BESIDE=REV", description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("--rows", default="", help=f"of {', '.join(ROWS)}; parts of names, with commas between")
    parser.add_argument("--patients", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=10, help="requests of a round")
    options = parser.parse_args()
    wanted = [part.strip() for part in options.rows.split(",") if part.strip()]
    rows = [row for row in ROWS if not wanted or any(part in row for part in wanted)]
    folders = {"ours": place.ROOT, options.revision: build(options.revision)}
    results, kept = place.var() / "beside.json", []
    sides = [Side(name, folder, options.patients) for name, folder in folders.items()]
    try:
        for row in rows:
            found = measure(row, sides, rounds=options.rounds, repeat=options.repeat)
            for line in lines(row, found):
                said = {name: "-" if value is None else value for name, value in line.items()}
                sys.stdout.write("{row:16} {unit:>12} {ours:>10} {other:>10}   x{ratio}\n".format(**said))
                kept.append({"patients": options.patients, "beside": options.revision, **line})
            sys.stdout.flush()
            results.write_text(json.dumps(kept, indent=1))
    finally:
        for side in sides:
            side.close()
    sys.stdout.write(f"\nWritten to {results}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
