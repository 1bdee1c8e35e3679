"""One embedded AWS for a whole test run, on free ports beside a running site; a live site where a test asks.

Loaded with `-p tests.engine`, so that it is up, and `CLINNET_VAR` set, before Django's settings are read. With
xdist the controller starts it and the workers inherit it.
"""

import atexit
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from unittest.mock import patch

import pytest

from clinnet import clock
from clinnet.local import django_setup, place, process, setup

pytest_plugins = ["tests.browser"]

READY = "CLINNET_TEST_ENGINE"  # in the environment: this process or its parent has started one
SITES = "CLINNET_TEST_SITES"
WORKERS = 8
# By these fixtures, marks and folders one knows of a test that it needs the engine, or a browser on a site.
ENGINE = frozenset(
    {"clinic", "other_clinic", "engine_var", "demo_people", "site", "db", "django_db", "browser", "engine", "processes"}
)
FOLDERS = frozenset({"accounts", "bench", "infra", "journeys", "local", "look", "table", "wall"})


class Site(NamedTuple):
    """A running site: its address, and the people who may sign in, by username (`["password"]`, `["sub"]`)."""

    url: str
    people: dict[str, dict[str, Any]]
    var: Path
    server: subprocess.Popen[bytes]
    killed: Callable[[], AbstractContextManager[None]]  # without a server inside; then another one is there


class _Started:
    def __init__(self) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="clinnet-test-"))
        self.listener = process.listen("127.0.0.1", 0)
        self.engine = process.start_engine(self.var, self.listener)
        endpoint = f"http://127.0.0.1:{process.port_of(self.listener)}"
        sites = [f"http://127.0.0.1:{port}" for port in free_ports(WORKERS + 1)]
        if not process.wait_until_up(f"{endpoint}/_ministack/health", self.engine):
            raise pytest.UsageError("The embedded AWS did not start; its own message is above.")
        setup.create(self.var, endpoint=endpoint, site=sites[0], other_sites=sites[1:])
        os.environ |= {"CLINNET_VAR": str(self.var), SITES: " ".join(sites), READY: "1"}

    def stop(self) -> None:
        process.stop(self.engine)
        self.listener.close()
        for name in (READY, SITES, "CLINNET_VAR"):
            os.environ.pop(name, None)
        shutil.rmtree(self.var, ignore_errors=True)


_started: _Started | None = None


def _children(process: int) -> list[int]:
    """None where the system does not tell."""
    told = Path(f"/proc/{process}/task/{process}/children")
    return [int(each) for each in told.read_text().split()] if told.exists() else []


def free_ports(count: int) -> list[int]:
    """Below the range from which the kernel gives ports to outgoing connections."""
    found: list[int] = []
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            break
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only short tests that need no engine; none is started")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is left out is not even imported."""
    fast = config.getoption("--fast") and not FOLDERS.isdisjoint(collection_path.relative_to(config.rootpath).parts)
    return True if fast or _is_beside_browsers(collection_path, config) else None


def _is_beside_browsers(path: Path, config: pytest.Config) -> bool:
    """Where only browser tests are asked for: a module that names no such test."""
    asked = config.getoption("markexpr") == "browser" and path.match("test_*.py")
    return asked and "mark.browser" not in path.read_text("utf-8")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--fast"):
        others = [item for item in items if _is_left_out(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if not _is_left_out(item)]


def _is_left_out(item: pytest.Item) -> bool:
    marked = any(mark.name in ENGINE or mark.name == "long" for mark in item.iter_markers())
    return marked or not ENGINE.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What `make test-fast` runs is refused the table in every run: else nobody hears that a test there needs it."""
    if _is_left_out(item) or not FOLDERS.isdisjoint(item.path.relative_to(item.config.rootpath).parts):
        return (yield)
    with patch("clinnet.table.connection.connection", _refused):
        return (yield)


def _refused(*_: object) -> NoReturn:
    pytest.fail("This test asks the table: mark it with pytest.mark.engine.")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper comes before pytest-django's own step here, which reads the settings."""
    global _started  # noqa: PLW0603
    asked = early_config.known_args_namespace
    if asked.fast:
        _without()
    if READY not in os.environ and not (asked.help or asked.version):
        os.environ.pop("CLINNET_CLOUD", None)
        _started = _Started()
    try:
        return (yield)
    except BaseException:
        _stop()
        raise


def _without() -> None:
    """Whatever asks for the table after all is refused the connection at once."""
    var = Path(tempfile.mkdtemp(prefix="clinnet-fast-"))
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    known = {"endpoint": "http://127.0.0.1:9", "access_key": "NONE", "secret_key": "none", "mail_from": setup.MAIL_FROM}
    place.write_json(var / "local.json", known)
    os.environ |= {"CLINNET_VAR": str(var), SITES: "http://127.0.0.1:9", READY: "none"}


def pytest_unconfigure() -> None:
    _stop()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests were skipped: there is no Chromium here.")
        if os.environ.get("CI") == "true":
            raise pytest.UsageError("In CI no browser test is skipped.")


def _stop() -> None:
    global _started  # noqa: PLW0603
    if _started is not None:
        _started.stop()
        _started = None


@pytest.fixture(scope="session")
def engine_var() -> Path:
    return Path(os.environ["CLINNET_VAR"])


@pytest.fixture(scope="session")
def demo_people(engine_var: Path) -> dict[str, dict[str, Any]]:
    return {person["username"]: person for person in json.loads((engine_var / "people.json").read_text())}


@pytest.fixture(scope="session")
def site(engine_var: Path, demo_people: dict[str, dict[str, Any]]) -> Iterator[Site]:
    """The real server in a process of its own, with its own SQL database, on this run's table and pool."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = os.environ[SITES].split()[number]
    var = engine_var / f"site-{number}"
    var.mkdir(mode=0o700)
    place.write_json(var / "local.json", {**(place.local(engine_var) or {}), "site": url})
    (var / django_setup.ZONE_RULES).write_text(clock.zone_rules().version)  # other tests' visits are not looked at
    command = [sys.executable, "-m", "clinnet.local", "django"]
    environment = {**os.environ, "CLINNET_VAR": str(var), "CLINNET_NO_SEED": "1"}
    subprocess.run(command, cwd=place.ROOT, env=environment, check=True)
    with process.listen("127.0.0.1", int(url.rpartition(":")[2])) as listener:
        servers: list[subprocess.Popen[bytes]] = []

        def start() -> None:
            servers.append(process.start(["site"], var=var, listener=listener))
            assert process.wait_until_up(url + "/static/nothing", servers[-1])

        @contextmanager
        def killed() -> Iterator[None]:
            workers = _children(servers[-1].pid)
            servers[-1].kill()
            servers[-1].wait()
            for (
                worker
            ) in workers:  # else it answers on for seconds, on connections that are kept, and ends in the midst
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            yield
            start()

        try:
            start()
            yield Site(url, demo_people, var, servers[0], killed)
        finally:
            process.stop(servers[-1])
