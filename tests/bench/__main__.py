"""`python -m tests.bench [--patients N]`: every page at 1,000 and 10,000 patients, on an engine of its own.

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
from pathlib import Path

from clinnet.local import place, process, setup

SIZES = (1_000, 10_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--patients", type=int, action="append", help="a size of your own; may be repeated")
    parser.add_argument("--repeat", type=int, default=40, help="how often each page is asked for its time")
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
                return _measure(options.patients or SIZES, options.repeat, results)
            finally:
                process.stop(engine)


def _measure(sizes: list[int] | tuple[int, ...], repeat: int, results: Path) -> int:
    import django

    django.setup()  # only now: the settings name the engine that was just started
    from tests import people
    from tests.bench import pages, schedule, table

    people.let_in()
    rows, rates = [], {}
    table.head()
    for row in itertools.chain(*(pages.measure(size, repeat) for size in sizes), schedule.measure(repeat)):
        rows.append(row)
        table.show(row)
        results.write_text(json.dumps(rows, indent=1))
    for name, value in schedule.rates():
        rates[name] = value
        table.say(name, value)
        results.write_text(json.dumps([*rows, rates], indent=1))
    sys.stdout.write(f"\nWritten to {results}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
