"""`python -m tests.bench.admin [--patients N] [--rows N]`: the list of patients here beside Django's own admin.

`--rows` fills the list alone, all of it under one letter, without the patients and what else finds them: that is what
the list reads, and it is filled thirteen times as soon. With it the export of the list is timed beside its bare reads.

Django's, with django-unfold, has the same people in SQLite, in a virtual environment of its own under var/: pinned, no
dependency of Clinnet. Both are asked by Django's test client in turns, so that what else the machine does meets both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clinnet.local import place, process, setup

PINNED = ("Django==5.2.19", "django-unfold==0.91.0")
SITE = Path(__file__).with_name("unfold_site.py")
SIZES, REPEAT, TURNS = (1_000, 10_000), 5, 8
LETTER = "a"  # under which all are, where the list alone is filled


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.admin", description=__doc__)
    parser.add_argument("--patients", type=int, action="append", help="a size of your own; may be repeated")
    parser.add_argument("--rows", type=int, action="append", help="a size of which the list alone is filled")
    options = parser.parse_args()
    python = _environment(place.var() / "unfold")
    with tempfile.TemporaryDirectory(prefix="clinnet-bench-") as folder, process.listen("127.0.0.1", 0) as listener:
        var = Path(folder)
        engine = process.start_engine(var, listener)
        try:
            endpoint = f"http://127.0.0.1:{process.port_of(listener)}"
            if not process.wait_until_up(f"{endpoint}/_ministack/health", engine):
                return 1
            setup.create(var, endpoint=endpoint, site="http://127.0.0.1:8000")
            os.environ |= {"CLINNET_VAR": str(var), "DJANGO_SETTINGS_MODULE": "clinnet.settings"}
            sizes = [(each, False) for each in options.patients or (() if options.rows else SIZES)]
            return _measure([*sizes, *((each, True) for each in options.rows or ())], python, var)
        finally:
            process.stop(engine)


def _environment(folder: Path) -> Path:
    """A Python that has what is pinned."""
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINNED], check=True)
    return python


def _measure(sizes: list[tuple[int, bool]], python: Path, var: Path) -> int:
    import django

    django.setup()  # only now: the settings name the engine that was just started
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)  # names are looked up in its manifest
    sys.stdout.write(f"{'patients':>9}  {'Clinnet ms':>10}  {'90th':>6}  {'unfold ms':>10}  {'90th':>6}  times\n")
    for size, bare in sizes:
        ours = _ours(size, bare=bare)
        with _theirs(size, python, var) as theirs:
            turns = [(ours(REPEAT), theirs(REPEAT)) for _ in range(TURNS)]
        own, other = ([ms for turn in turns for ms in turn[side]] for side in (0, 1))
        texts = [
            f"{statistics.median(each):>10.1f}  {statistics.quantiles(each, n=10)[-1]:>6.1f}" for each in (own, other)
        ]
        ratio = statistics.median(other) / statistics.median(own)
        sys.stdout.write(f"{size:>9,}  {'  '.join(texts)}  {ratio:.1f}\n")
        if bare:
            sys.stdout.write(_exported(f"rows{size}"))
        sys.stdout.flush()
    return 0


def _exported(clinic: str) -> str:
    """The list as CSV, and the same rows only read: in turns, the best of three."""
    from clinnet.accounts import queries as accounts
    from clinnet.accounts.permissions import Permission
    from clinnet.console import exporting
    from clinnet.console.reading import Asked
    from clinnet.console.shows import Reader
    from clinnet.table import Actor, Scope, keys, query
    from patients.console import PATIENTS

    scope = Scope(clinic, Actor("bench", "Bench"), frozenset(Permission), "bench")
    reader = Reader(scope, accounts.clinic(clinic))
    asked = Asked.of(PATIENTS, {"ask": "by-letter", "initial": LETTER}, reader)

    def read() -> int:
        count, cursor, wanted = 0, "", keys.patients_by_letter(clinic, LETTER)
        while True:
            page = query(scope, wanted, limit=500, cursor=cursor, view="bench")
            count += len(page.raws)
            if not (cursor := page.next):
                return count

    def written() -> int:
        return sum(each.count("\n") for each in exporting.rows(PATIENTS, asked, reader, exporting.CSV)) - 1

    times: dict[str, list[float]] = {"read": [], "written": []}
    for _ in range(3):
        for name, work in (("read", read), ("written", written)):
            began = time.perf_counter()
            count = work()
            times[name].append(count / (time.perf_counter() - began))
    read_, made = max(times["read"]), max(times["written"])
    return f"export of {count:,} rows: {made:,.0f} a second, bare reads {read_:,.0f}: {made / read_:.0%}\n"


Times = Callable[[int], list[float]]


def _ours(size: int, *, bare: bool) -> Times:
    from django.test import override_settings

    from clinnet.accounts.permissions import Role
    from tests import people
    from tests.bench import pages

    people.let_in()
    clinic = f"rows{size}" if bare else f"bench{size}"
    if bare:
        _fill_rows(clinic, size)
    else:
        pages._fill(clinic, size)
    browser = people.signed_in_client(clinic, role=Role.ADMIN)
    url = f"/c/{clinic}/manage/patients/" + (f"?ask=by-letter&initial={LETTER}" if bare else "")

    def times(repeat: int) -> list[float]:
        found = []
        with override_settings(**pages.SETTINGS):
            for _ in range(repeat):
                began = time.perf_counter()
                answer = browser.get(url)
                found.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, answer.content
        return found

    times(2)
    return times


def _fill_rows(clinic: str, size: int) -> None:
    """The list alone."""
    from clinnet.accounts.services import open_clinic
    from clinnet.table import Batch, Event, Scope, Transaction, keys
    from patients.demo.people import people
    from patients.models import line
    from patients.rules import names
    from patients.services.bulk import ADD_LETTERS
    from tests.bench.pages import NOW

    scope = Scope.system("bench", clinic)
    open_clinic(scope, name="Bench", time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY")
    tx = Transaction(scope)
    tx.change_row(keys.list_buckets(clinic), adds={"letters": {LETTER}}, sets={"clinicId": clinic}, new=True)
    tx.commit(Event(ADD_LETTERS, "CLINIC", clinic))
    batch = Batch(scope)
    for number, each in enumerate(people(size, clinic=clinic, seed="bench", now=NOW, country="GB"), 1):
        key = keys.list_row(clinic, LETTER, names.list_key_of(each.data), each.id)
        batch.put_rows([{"PK": key.pk, "SK": key.sk, "id": each.id, "line": line(each.data)}])
        if number % 1000 == 0:
            batch.write()
    batch.write()


@contextmanager
def _theirs(size: int, python: Path, var: Path) -> Iterator[Times]:
    from patients.demo.people import people
    from tests.bench.pages import NOW

    rows = var / f"people-{size}.jsonl"
    everybody = people(size, clinic=f"bench{size}", seed="bench", now=NOW, country="GB")
    with rows.open("w", encoding="utf-8") as file:
        for number, each in enumerate(everybody, 1):
            named = {name: each.data.get(name) or "" for name in ("family_name", "given_name", "birth_date")}
            file.write(json.dumps({**named, "number": f"{number:06d}"}) + "\n")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "CLINNET"))}
    site = subprocess.Popen(
        [python, SITE, rows], env=bare, cwd=var, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert site.stdin
    assert site.stdout

    def times(repeat: int) -> list[float]:
        assert site.stdin
        assert site.stdout
        site.stdin.write(f"{repeat}\n")
        site.stdin.flush()
        found: list[float] = json.loads(site.stdout.readline())
        return found

    try:
        if site.stdout.readline() != "ready\n":
            raise SystemExit("Django's admin did not start.")
        times(2)
        yield times
    finally:
        site.stdin.close()
        site.wait()


if __name__ == "__main__":
    sys.exit(main())
