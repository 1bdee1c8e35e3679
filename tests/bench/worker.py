"""One build's side of `make bench BESIDE=REV`: its own engine and pages, measured when its starter says so.

Run as a file by that build's Python in that build's folder: whatever it imports is that build's. It is the same file
for both builds, so it uses only what the oldest of them has. A line on standard input asks for a row (JSON, see
`answer`), a line on standard output has its figures.
"""

import contextlib
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path[0] = os.getcwd()  # the build, not the folder of this file

from clinnet.local import process, setup  # noqa: E402  found in the build

Figures = dict[str, list[float]]
TICKS = 1e9
PATIENCE = 120  # seconds for one call to the table


class Engine:
    """An embedded AWS of the build's own, which may be stopped and started."""

    def __init__(self, var: Path) -> None:
        self.var, self.listener = var, process.listen("127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{process.port_of(self.listener)}"
        self.start()
        self.empty = self.memory()

    def start(self) -> float:
        """Seconds until it answers."""
        began = time.perf_counter()
        self.process = process.start_engine(self.var, self.listener)
        if not process.wait_until_up(f"{self.endpoint}/_ministack/health", self.process, seconds=600):
            raise SystemExit("The embedded AWS did not start.")
        return time.perf_counter() - began

    def stop(self) -> float:
        began = time.perf_counter()
        process.stop(self.process, seconds=300)
        return time.perf_counter() - began

    def memory(self) -> int:
        """Bytes that are in memory now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu(self) -> float:
        """Seconds of processor time of all its threads."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / TICKS


def _post(post: Callable[..., Any], url: str, fields: dict[str, Any], **more: Any) -> Any:
    """As a browser sends a form without files; Django's test client would write it in parts, and read it again."""
    return post(url, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded", **more)


class Build:
    """What is measured, made when a row first needs it: `size` patients, or a clinic with so many doctors."""

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine, self.size = engine, size
        self._sends: dict[str, Any] = {}

    @cached_property
    def people(self) -> Any:
        """One of `size` patients, registered once."""
        from tests.bench import pages

        return pages._fill(self.clinic, self.size)

    @property
    def clinic(self) -> str:
        return f"bench{self.size}"

    @cache  # noqa: B019  one build a process
    def place(self, doctors: int) -> Any:
        from tests.bench import schedule

        return schedule._place(doctors)

    def client(self, clinic: str, role: str) -> Any:
        from tests import people

        getattr(people, "let_in", lambda: None)()  # older builds let everybody in
        client = people.signed_in_client(clinic, role=role, headers={"accept-encoding": "gzip"})
        client.post = partial(_post, client.post)  # type: ignore[method-assign]  # the asks of a build call it so
        return client

    def page_of_people(self, begins: str) -> tuple[Any, Any]:
        from tests.bench import pages

        asks = pages._asks(self.clinic, self.people)
        return self.client(self.clinic, "receptionist"), next(ask for ask in asks if ask.page.startswith(begins))

    def page_of_day(self, begins: str, doctors: int) -> tuple[Any, Any]:
        from tests.bench import schedule

        place = self.place(doctors)
        asks = (ask for ask, _ in schedule._asks(place))
        return self.client(place.scope.clinic, "receptionist"), next(ask for ask in asks if ask.page.startswith(begins))

    def poll_anew(self, doctors: int) -> tuple[Any, Any]:
        """A poll as if the seconds had passed for which a build keeps what the table said."""
        from tests.bench.pages import Ask

        client, ask = self.page_of_day("poll", doctors)
        pulses = getattr(_first("scheduling.board.queries", "scheduling.queries"), "_pulses", None)

        def prepare(client: Any) -> Any:
            send = ask.prepare(client)
            if pulses is not None:
                pulses._kept.clear()
            return send

        return client, Ask("poll anew", prepare, ask.expected)

    def cancelled_day(self, doctors: int) -> tuple[Any, Any]:
        from tests.bench.pages import Ask

        place = self.place(doctors)
        url = place.url(f"day/{place.day}/away/{place.doctors[0].id}/")
        return self.client(place.scope.clinic, "receptionist"), Ask(
            "cancel a day", lambda client: lambda: client.get(url)
        )

    def asked(self, row: str, repeat: int) -> Figures:
        """Milliseconds of each request, and of processor time in both processes together."""
        if row not in self._sends:
            self._sends[row] = PAGES[row](self)
        client, ask = self._sends[row]
        figures: Figures = {"ms": [], "cpu": []}
        for _ in range(repeat):
            send = ask.prepare(client)
            cpu, began = self.engine.cpu() + time.process_time(), time.perf_counter()
            answer = send()
            figures["ms"].append((time.perf_counter() - began) * 1000)
            figures["cpu"].append((self.engine.cpu() + time.process_time() - cpu) * 1000)
            if answer.status_code != ask.expected:
                raise ValueError(f"{row}: {answer.status_code}")
        return figures

    def memory(self) -> Figures:
        """Kilobytes of the engine for each patient, as they were registered."""
        _ = self.people
        return {"kB": [(self.engine.memory() - self.engine.empty) / self.size / 1000]}

    def start(self) -> Figures:
        """Seconds that the engine needs to start on what is there, after a clean stop; its memory then."""
        _ = self.people
        stopped = self.engine.stop()
        seconds = self.engine.start()
        kilobytes = (self.engine.memory() - self.engine.empty) / self.size / 1000
        return {"s": [seconds], "stop s": [stopped], "kB after it": [kilobytes]}

    def scan(self) -> Figures:
        """Seconds of the whole table, and of the engine's processor time."""
        from clinnet.table import Scope
        from clinnet.table.scans import every_raw

        _ = self.people
        return self._seconds(lambda: sum(1 for _ in every_raw(Scope.system("bench"))))

    def check(self) -> Figures:
        from clinnet.table import Scope

        _ = self.people, self.place(8)
        checking = _first("clinnet.consistency", "scheduling.checking")
        return self._seconds(lambda: checking.check(Scope.system("bench")))

    def _seconds(self, work: Callable[[], object]) -> Figures:
        cpu, began = self.engine.cpu(), time.perf_counter()
        work()
        return {"s": [time.perf_counter() - began], "engine cpu": [self.engine.cpu() - cpu]}


def _wait_for_the_table() -> None:
    """A busy machine makes a row slow, and does not lose it: processor time is what counts."""
    from pynamodb.connection.base import Connection

    made = Connection.__init__

    def patient(self: Any, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **{**named, "connect_timeout_seconds": PATIENCE, "read_timeout_seconds": PATIENCE})

    Connection.__init__ = patient  # type: ignore[method-assign]


def _first(*names: str) -> Any:
    """The module by the name that it has in this build."""
    for name in names:
        with contextlib.suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    raise ModuleNotFoundError(names[0])


PAGES: dict[str, Callable[[Build], tuple[Any, Any]]] = {
    "board 120": partial(Build.page_of_day, begins="board", doctors=8),
    "board 600": partial(Build.page_of_day, begins="board", doctors=40),
    "poll": partial(Build.page_of_day, begins="poll", doctors=8),
    "poll anew": partial(Build.poll_anew, doctors=8),
    "search": partial(Build.page_of_people, begins="search, one word"),
    "overview": partial(Build.page_of_people, begins="patient page"),
    "list": partial(Build.page_of_people, begins="list"),
    "booking page 8": partial(Build.page_of_day, begins="booking page", doctors=8),
    "booking page 40": partial(Build.page_of_day, begins="booking page", doctors=40),
    "register form": partial(Build.page_of_people, begins="register, empty"),
    "book": partial(Build.page_of_day, begins="book,", doctors=8),
    "arrive": partial(Build.page_of_day, begins="arrive", doctors=8),
    "cancel a day": partial(Build.cancelled_day, doctors=40),
}
ONCE: dict[str, Callable[[Build], Figures]] = {
    "memory": Build.memory,
    "start": Build.start,
    "scan": Build.scan,
    "check_schedule": Build.check,
}


def answer(build: Build, asked: dict[str, Any]) -> Figures:
    """The figures of `{"row": …, "repeat": …}`, by their units."""
    row = asked["row"]
    return ONCE[row](build) if row in ONCE else build.asked(row, asked["repeat"])


@contextlib.contextmanager
def _running() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="clinnet-beside-") as folder:
        engine = Engine(Path(folder))
        try:
            setup.create(engine.var, endpoint=engine.endpoint, site="http://127.0.0.1:8000")
            os.environ |= {
                "CLINNET_VAR": folder,
                "DJANGO_SETTINGS_MODULE": "clinnet.settings",
                "CLINNET_SHOW_COST": "1",
            }
            yield engine
        finally:
            process.stop(engine.process)


def main() -> int:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is said goes to the terminal
    with _running() as engine:
        import django
        from django.core.management import call_command
        from django.test import override_settings

        django.setup()
        _wait_for_the_table()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        build = Build(engine, int(sys.argv[1]))
        # Nobody asks whether an account still stands: those of the bench are in no pool.
        with override_settings(ALLOWED_HOSTS=["*"], CLINNET_RECHECK_SECONDS=1e9, CLINNET_UNCONFIRMED_SECONDS=1e9):
            for line in sys.stdin:
                try:
                    said: dict[str, Any] = answer(build, json.loads(line))
                except Exception as error:  # one row that fails is no reason to lose the others
                    said = {"failed": f"{type(error).__name__}: {error}"}
                answers.write(json.dumps(said) + "\n")
                answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
