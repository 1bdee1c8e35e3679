"""`make run`: the engine and the site, started, watched and stopped together.

It holds both listening sockets itself. A process that is killed is started again on the same socket, and
whoever calls meanwhile waits a moment instead of being refused.
"""

import contextlib
import fcntl
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clinnet.local import card, place, process, setup
from clinnet.local.journal import DISK_FAILED

ENGINE_PORT = 4566
RESTARTS = 3  # within RESTART_SECONDS; then something is wrong that starting again does not mend
RESTART_SECONDS = 60.0


class CannotRun(Exception):
    """With the sentence that says why."""


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def check_environment(host: str) -> None:
    if os.environ.get("CLINNET_CLOUD") == "1":
        raise CannotRun("CLINNET_CLOUD=1 points at real AWS, and `make run` is for one machine. Unset it first.")
    if host == "localhost" or ipaddress.ip_address(host).is_loopback:
        return
    if os.environ.get("CLINNET_ALLOW_NETWORK") != "1":
        raise CannotRun(
            f"HOST={host} would show the demo, without encryption, to the network. "
            "If that is meant, set CLINNET_ALLOW_NETWORK=1 as well."
        )


def _in_address(host: str) -> str:
    """The host as a browser on this machine types it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


class Child:
    """One process that is kept running."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name, self._start = name, start
        self._started: list[float] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        self._started = [then for then in self._started if then > time.monotonic() - RESTART_SECONDS]
        if len(self._started) > RESTARTS:
            raise CannotRun(f"{self.name} keeps stopping; its own messages are above.")
        self._started.append(time.monotonic())
        self.process = self._start()
        return self.process

    def check(self) -> None:
        """Start it again when it has ended. Raises CannotRun where that would not help."""
        if self.process is None or self.process.poll() is None:
            return
        code = self.process.returncode
        if code == DISK_FAILED:
            raise CannotRun("Stopped, because nothing more can be kept. Make room on the disk, then run it again.")
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        say(f"{self.name} {how}; starting it again.")
        self.start()


class Helper(Child):
    """One without which the rest works on."""

    def check(self) -> None:
        try:
            super().check()
        except CannotRun:
            say(f"{self.name} (messages, seals, sums of days) waits; all else works. Run it again to go on.")
            self.process = None


class Supervisor:
    def __init__(self, var: Path, host: str, port: int, engine_port: int | None, *, reload: bool) -> None:
        self.var, self.host, self.port, self.engine_port = var, host, port, engine_port
        self.address = os.environ.get("CLINNET_SITE") or f"http://{_in_address(host)}:{port}"
        self._site_command = ["site", "--reload"] if reload else ["site"]
        self._stop = threading.Event()
        self._children: list[Child] = []
        self._chores = Helper("The work by the clock", lambda: process.start_chores(var))

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            with self._only_one(), self._listen_for_site() as site, self._listen_for_engine() as engine:
                self._serve(site, engine)
        except (CannotRun, process.PortTaken) as problem:
            say(str(problem))
            return 1
        except OSError as problem:
            say(f"Cannot use {problem.filename or self.var}: {problem.strerror}.")
            return 1
        say("Stopped. Everything that was entered is kept.")
        return 0

    @contextlib.contextmanager
    def _only_one(self) -> Any:
        """One supervisor for a run-time folder; what an earlier one was killed over is ended first."""
        path = self.var / "running.json"
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                other = place.read_json(path) or {}
                raise CannotRun(
                    f"Clinnet already runs at {other.get('site', 'another terminal')} on this folder ({self.var})."
                ) from None
            file.seek(0)
            end_leftovers(file.read(), self.var)
            self._note = file
            yield

    def _listen_for_site(self) -> socket.socket:
        try:
            return process.listen(self.host, self.port)
        except process.PortTaken as taken:
            raise CannotRun(f"{taken} Choose another: make run PORT={self.port + 1}") from None

    def _listen_for_engine(self) -> socket.socket:
        """The usual port where it is free: the sign-in page's address then stays the same."""
        if self.engine_port is not None:
            return process.listen("127.0.0.1", self.engine_port)
        try:
            return process.listen("127.0.0.1", ENGINE_PORT)
        except process.PortTaken:
            return process.listen("127.0.0.1", 0)

    def _serve(self, site: socket.socket, engine: socket.socket) -> None:
        address = self.address
        endpoint = f"http://127.0.0.1:{process.port_of(engine)}"
        aws = Child("The embedded AWS", lambda: process.start_engine(self.var, engine))
        web = Child("The site", lambda: process.start(self._site_command, var=self.var, listener=site))
        try:
            self._bring_up(aws, f"{endpoint}/_ministack/health")
            setup.create(self.var, endpoint=endpoint, site=address)
            self._django()
            self._bring_up(web, f"{address}/accounts/login/")
            if not self._stop.is_set():
                self._chores.start()
                say(card.text(self.var, address))
                self._watch()
        finally:
            process.stop(self._chores.process)
            for child in reversed(self._children):
                process.stop(child.process)

    def _bring_up(self, child: Child, url: str) -> None:
        if self._stop.is_set():
            return
        self._children.append(child)
        started = child.start()
        self._write_note()
        if not process.wait_until_up(url, started, give_up=self._stop.is_set) and not self._stop.is_set():
            raise CannotRun(f"{child.name} did not start; its own message is above.")

    def _write_note(self) -> None:
        note = {"site": self.address, "processes": self._pids()}
        self._note.truncate(0)
        self._note.write(json.dumps(note))
        self._note.flush()

    def _pids(self) -> list[int]:
        return [child.process.pid for child in self._children if child.process]

    def _django(self) -> None:
        if self._stop.is_set():
            return
        command = [sys.executable, "-m", "clinnet.local", "django", "--parent", str(os.getpid())]
        environment = {**os.environ, "CLINNET_VAR": str(self.var)}
        step = subprocess.Popen(command, cwd=place.ROOT, env=environment)  # noqa: S603 - our own module
        while step.poll() is None:
            if self._stop.wait(0.05):
                process.stop(step)
                return
            self._children[0].check()
        if step.returncode:
            raise CannotRun("The set-up did not finish; its own message is above. Run it again to go on.")

    def _watch(self) -> None:
        while not self._stop.wait(0.25):
            before = self._pids()
            for child in [*self._children, self._chores]:
                child.check()
            if self._pids() != before:
                self._write_note()


def end_leftovers(note: str, var: Path) -> None:
    """Processes of a supervisor that was killed. The kernel has told them to stop; this waits until they have."""
    for pid in json.loads(note or "{}").get("processes", []):
        until = time.monotonic() + 30
        while _is_ours(pid, var) and time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            time.sleep(0.1)


def _is_ours(pid: int, var: Path) -> bool:
    """Whether that process was started for this folder: ids are used again, by whatever else runs here."""
    try:
        started_with = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"CLINNET_VAR={var}".encode() in started_with


def _number(name: str, usual: int | None, *, least: int, most: int) -> int | None:
    """A whole number of the environment. Raises CannotRun with a sentence."""
    text = os.environ.get(name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise CannotRun(f"{name}={text} cannot be used: it is a whole number from {least} to {most}.")
    return int(text)


def main(*, reload: bool) -> int:
    host = os.environ.get("HOST", "127.0.0.1")
    try:
        port = _number("PORT", 8000, least=1, most=65535) or 8000
        engine_port = _number("ENGINE_PORT", None, least=1, most=65535)
        _number("CLINNET_THREADS", 8, least=1, most=256)  # the site reads it
        check_environment(host)
        var = place.var()
    except ValueError as problem:
        say(f"HOST is an address: {problem}.")
        return 1
    except CannotRun as problem:
        say(str(problem))
        return 1
    except OSError as problem:
        say(f"Cannot use {problem.filename}: {problem.strerror}.")
        return 1
    return Supervisor(var, host, port, engine_port, reload=reload).run()
