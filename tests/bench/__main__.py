"""`python -m tests.bench [--patients N] [--only money]`: every page at 1,000 and 10,000 patients, on its own engine.

Prints each row, and writes var/bench.json, as soon as it is measured. Calls and units are counted by the page's own
meter; the floor is what the bytes that were read would cost if they were read once, alone. The bare time is that of a
Django view that makes the same calls to the table and returns as many bytes.
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clinnet.local import place, process, setup

SIZES, INVOICES = (1_000, 10_000), (200, 2_000)
PARTS = ("patients", "day", "chart", "money")
PAYMENTS = "payments"  # what gnu_health.sh is beside: asked for alone


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--patients", type=int, action="append", help="a size of your own; may be repeated")
    parser.add_argument("--repeat", type=int, default=40, help="how often each page is asked for its time")
    parser.add_argument("--only", choices=(*PARTS, PAYMENTS), help="one part of it")
    parser.add_argument("--invoices", type=int, action="append", help="how many money's clinics have; may be repeated")
    options = parser.parse_args()
    results = place.var() / "bench.json"
    with tempfile.TemporaryDirectory(prefix="clinnet-bench-") as folder:
        var = Path(folder)
        with process.listen("127.0.0.1", 0) as listener:
            engine = process.start_engine(var, listener)
            try:
                endpoint = f"http://127.0.0.1:{process.port_of(listener)}"
                if not process.wait_until_up(f"{endpoint}/_ministack/health", engine):
                    return 1
                setup.create(var, endpoint=endpoint, site="http://127.0.0.1:8000")
                os.environ |= {
                    "CLINNET_VAR": str(var),
                    "DJANGO_SETTINGS_MODULE": "clinnet.settings",
                    "CLINNET_SHOW_COST": "1",
                }
                return _measure(options, results)
            finally:
                process.stop(engine)


def _measure(options: argparse.Namespace, results: Path) -> int:
    sizes, repeat, only = options.patients or SIZES, options.repeat, options.only
    invoices = options.invoices or INVOICES
    import django

    django.setup()  # only now: the settings name the engine that was just started
    from django.core.management import call_command

    from tests import people
    from tests.bench import chart, money, pages, payments, schedule, table

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)  # names are looked up in its manifest
    people.let_in()
    rows, rates, wanted = [], {}, {only} if only else set(PARTS)
    parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "patients": lambda: itertools.chain(*(pages.measure(size, repeat) for size in sizes)),
        "day": lambda: schedule.measure(repeat),
        "chart": lambda: chart.measure(repeat),
        "money": lambda: money.measure(repeat, invoices),
    }
    table.head()
    for row in itertools.chain(*(parts[name]() for name in PARTS if name in wanted)):
        rows.append(row)
        table.show(row)
        results.write_text(json.dumps(rows, indent=1))
    rated: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
        "day": schedule.rates,
        "chart": chart.rates,
        "money": money.rates,
        PAYMENTS: lambda: payments.rates(invoices[0]),
    }
    for name, value in itertools.chain(*(rated[each]() for each in rated if each in wanted)):
        rates[name] = value
        table.say(name, value)
        results.write_text(json.dumps([*rows, rates], indent=1))
    sys.stdout.write(f"\nWritten to {results}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
