"""The results as a person reads them, a line as soon as it is known."""

import sys
from collections.abc import Mapping
from typing import Any

HEADS = {
    "page": "page",
    "patients": "patients",
    "calls_in_sequence": "in sequence",
    "calls": "calls",
    "read_units": "read",
    "read_floor": "floor",
    "write_units": "write",
    "ms_p50": "ms",
    "ms_bare_p50": "bare ms",
    "ratio": "ratio",
    "bytes_compressed": "bytes",
    "budget": "budget",
}


WIDE, NARROW = 52, 8


def head() -> None:
    _line(HEADS)


def show(row: Mapping[str, Any]) -> None:
    _line({"budget": "", **row, "ratio": f"{row['ms_p50'] / row['ms_bare_p50']:.2f}"})


def say(name: str, value: str) -> None:
    sys.stdout.write(f"{name}: {value}\n")
    sys.stdout.flush()


def _line(cells: Mapping[str, Any]) -> None:
    page, *figures, budget = (str(cells[name]) for name in HEADS)
    widths = [max(NARROW, len(HEADS[name])) for name in list(HEADS)[1:-1]]
    texts = [text.rjust(width) for text, width in zip(figures, widths, strict=True)]
    say_line = "  ".join([page.ljust(WIDE), *texts, budget])
    sys.stdout.write(say_line.rstrip() + "\n")
    sys.stdout.flush()
