"""The results as a person reads them."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

HEADS = {
    "page": "page", "patients": "patients", "calls_in_sequence": "in sequence", "calls": "calls",
    "read_units": "read", "read_floor": "floor", "write_units": "write", "ms_p50": "ms", "ms_bare_p50": "bare ms",
    "ratio": "ratio", "bytes_compressed": "bytes", "budget": "budget",
}  # fmt: skip


WORDS = ("page", "budget")


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    lines = [HEADS] + [{"budget": "", **row, "ratio": f"{row['ms_p50'] / row['ms_bare_p50']:.2f}"} for row in rows]
    widths = {name: max(len(str(line[name])) for line in lines) for name in HEADS}
    for line in lines:
        cells = [str(line[name]).ljust(widths[name]) if name in WORDS else str(line[name]).rjust(widths[name])
                 for name in HEADS]  # fmt: skip
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def say(rates: Mapping[str, str]) -> None:
    sys.stdout.write("\n" + "".join(f"{name}: {value}\n" for name, value in rates.items()))
