"""`make run` as a person meets it: what it says, what survives, and that nothing is left behind."""

import errno
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from clinnet.local import django_setup, place, prepare, setup, supervisor
from tests.engine import free_ports

QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("CLINNET", "AWS"))}


class Running:
    """`python -m clinnet.local run` in a folder of its own."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.output = var.parent.with_suffix(".out")
        self.port, self.engine_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **QUIET,
            "CLINNET_VAR": str(var),
            "PORT": str(self.port),
            "ENGINE_PORT": str(self.engine_port),
            "CLINNET_NO_SEED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> str:
        return self.output.read_text()

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clinnet.local", "run"],
                cwd=place.ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def up(self) -> None:
        self.start()
        wait_for(lambda: "Who may sign in" in self.said or self.ended)
        assert not self.ended, self.said

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def fails(self) -> str:
        """Start it, expect it to give up, and return what it said."""
        self.start()
        assert self.process is not None
        assert self.process.wait(60) == 1
        return self.said

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        if not self.ended:
            self.process.send_signal(number)
        return self.process.wait(60)

    @property
    def children(self) -> dict[str, int]:
        note = ""

        def written() -> bool:
            """The supervisor empties the file before it writes it anew: it is also its lock."""
            nonlocal note
            note = (self.var / "running.json").read_text()
            return note.endswith("}")

        wait_for(written)
        engine, site = json.loads(note)["processes"]
        return {"engine": engine, "site": site}

    @property
    def table(self) -> Any:
        return setup.client("dynamodb", self.var, f"http://127.0.0.1:{self.engine_port}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=20) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def wait_for(fact: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Ended; a zombie, which in a container nobody collects, is as good."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def everything_of(var: Path) -> list[int]:
    """Processes that were started for this folder, ourselves left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid() and not gone(int(folder.name)):
            try:
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if f"CLINNET_VAR={var}\0".encode() in environment:
                found.append(int(folder.name))
    return found


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "var")
    yield running
    if running.process is not None:
        running.end()
    for pid in everything_of(running.var):
        os.kill(pid, signal.SIGKILL)


ITEM = {"PK": {"S": "TEST"}, "SK": {"S": "1"}}


def test_it_is_up_survives_kills_and_leaves_nothing_behind(run: Running) -> None:
    run.up()
    assert run.answers()
    assert "ana.ruiz" in run.said
    run.table.put_item(TableName=setup.TABLE, Item=ITEM)

    os.kill(run.children["site"], signal.SIGKILL)
    wait_for(lambda: "The site was killed by SIGKILL; starting it again." in run.said)
    wait_for(run.answers)

    os.kill(run.children["engine"], signal.SIGKILL)
    wait_for(lambda: "The embedded AWS was killed by SIGKILL; starting it again." in run.said)
    assert run.table.get_item(TableName=setup.TABLE, Key=ITEM)["Item"] == ITEM

    second = Running(run.var)
    assert f"Clinnet already runs at {run.url}" in second.fails()

    assert run.end(signal.SIGHUP) == 0
    assert everything_of(run.var) == []

    before = (run.var / "people.json").read_text()
    run.up()
    assert run.table.get_item(TableName=setup.TABLE, Key=ITEM)["Item"] == ITEM
    assert (run.var / "people.json").read_text() == before, "passwords stay"


def test_a_killed_supervisor_takes_its_processes_along_and_the_next_run_works(run: Running) -> None:
    run.up()
    assert run.process is not None
    run.process.kill()
    run.process.wait()
    run.up()
    assert run.answers()
    assert run.end() == 0
    wait_for(lambda: everything_of(run.var) == [])


def test_a_set_up_that_was_interrupted_goes_on(run: Running) -> None:
    run.start()
    wait_for((run.var / "people.json").exists)
    assert run.process is not None
    run.process.kill()
    run.process.wait()
    passwords = {person["username"]: person["password"] for person in place.read_json(run.var / "people.json")}
    run.up()
    after = {person["username"]: person for person in place.read_json(run.var / "people.json")}
    assert {name: person["password"] for name, person in after.items()} == passwords
    assert all(person["sub"] for person in after.values())


def test_a_port_in_use_is_said_in_one_sentence(run: Running) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        said = run.fails()
    assert said.strip() == (
        f"127.0.0.1:{run.port} cannot be used: Address already in use. Choose another: make run PORT={run.port + 1}"
    )


def test_a_busy_engine_port_does_not_matter_unless_it_was_chosen(run: Running) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.engine_port))
        taken.listen()
        assert "cannot be used" in run.fails()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"HOST": "0.0.0.0"}, "HOST=0.0.0.0 would show the demo"),  # noqa: S104
        ({"HOST": "192.0.2.7"}, "set CLINNET_ALLOW_NETWORK=1 as well"),
        ({"HOST": "clinic"}, "HOST is an address"),
        ({"PORT": "eight"}, "PORT=eight cannot be used: it is a whole number from 1 to 65535."),
        ({"PORT": "99999"}, "PORT=99999 cannot be used"),
        ({"ENGINE_PORT": "abc"}, "ENGINE_PORT=abc cannot be used"),
        ({"CLINNET_THREADS": "x"}, "CLINNET_THREADS=x cannot be used"),
        ({"CLINNET_CLOUD": "1"}, "CLINNET_CLOUD=1 points at real AWS"),
    ],
)
def test_what_it_refuses_to_start_with(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    said = Running(tmp_path / "var", **environment).fails()
    assert sentence in said
    assert said.count("\n") == 1, "one sentence"
    assert not (tmp_path / "var" / "engine").exists()


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    said = Running(tmp_path / "var").fails()
    assert said.startswith("Cannot use")
    assert said.count("\n") == 1


def test_another_program_with_an_old_number_is_left_alone(tmp_path: Path) -> None:
    """A number of a process is used again, and its command may name Clinnet too."""
    code = "import time; print('started', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, "my notes about clinnet"]
    others = {**QUIET, "CLINNET_VAR": str(tmp_path / "other")}
    with (
        subprocess.Popen(command, env=others, stdout=subprocess.PIPE) as other,
        subprocess.Popen(command, env=others, stdout=subprocess.PIPE) as ours,
    ):
        for each in (other, ours):  # the kernel shows no environment before a program has begun
            assert each.stdout
            assert each.stdout.readline() == b"started\n"
        supervisor.end_leftovers(json.dumps({"processes": [other.pid]}), tmp_path)
        assert other.poll() is None
        supervisor.end_leftovers(json.dumps({"processes": [ours.pid]}), tmp_path / "other")
        assert ours.wait(10) == -signal.SIGTERM
        other.kill()


def test_the_step_of_a_killed_supervisor_ends_with_it(tmp_path: Path) -> None:
    """Two would seed at once."""
    step = [sys.executable, "-m", "clinnet.local", "django", "--parent", "1"]
    done = subprocess.run(step, cwd=place.ROOT, env={**QUIET, "CLINNET_VAR": str(tmp_path)}, check=False)
    assert done.returncode == 1


def test_a_damaged_database_of_sessions_stands_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE sessions AS SELECT hex(randomblob(4000)) AS data")
    made.close()
    django_setup.set_damaged_aside(path)
    assert path.exists()
    whole = path.read_bytes()
    for damaged in (b"not a database at all" * 300, whole[:4096] + b"\0" * 4096 + whole[8192:]):
        path.write_bytes(damaged)
        django_setup.set_damaged_aside(path)
        assert not path.exists()
        assert (tmp_path / "db.sqlite3.damaged").read_bytes() == damaged
        assert "everybody signs in again" in capsys.readouterr().out


@pytest.mark.parametrize(
    "full",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")],
)
def test_a_full_disk_in_the_set_up_is_a_sentence(
    full: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        if isinstance(full, OSError):
            raise full
        raise DatabaseError from full

    monkeypatch.setattr(django_setup, "_prepare", fails)
    assert django_setup.run() == 1
    assert capsys.readouterr().err == django_setup.NO_ROOM


@pytest.mark.parametrize("begun", [[], ["--without-pip"]])
def test_an_environment_that_was_half_made_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: list[str]
) -> None:
    venv = tmp_path / "venv"
    if begun:
        subprocess.run([sys.executable, "-m", "venv", *begun, str(venv)], check=True)
    made: list[list[str]] = []
    monkeypatch.setattr(prepare, "VENV", venv)
    monkeypatch.setattr(prepare, "run", lambda command, _problem: made.append(command))
    prepare.ensure_venv()
    assert [command[1:4] for command in made] == [["-m", "venv", "--clear"]]
