"""An engine of a test's own, which it may kill."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from clinnet.local import place, process, setup, template

Record = dict[str, Any]


class OwnEngine:
    """One embedded AWS in a folder of its own; its socket stays open while the process comes and goes."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.listener = process.listen("127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{process.port_of(self.listener)}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.var / "said").open("ab") as said:
            self.process = process.start_engine(self.var, self.listener, said)
        assert process.wait_until_up(f"{self.endpoint}/_ministack/health", self.process)

    def signal(self, number: int) -> int:
        """Send a signal and wait for the end. Returns the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def crash(self) -> None:
        """Kill it and refuse its callers, as when nobody starts it again."""
        self.kill()
        self.listener.close()

    def start_again(self) -> None:
        """At the same address, after a crash or a stop."""
        if self.listener.fileno() < 0:
            self.listener = process.listen("127.0.0.1", int(self.endpoint.rpartition(":")[2]))
        self.start()

    def client(self, name: str, *, attempts: int = 1) -> Any:
        keys = place.keys(self.var)
        return boto3.client(
            name,
            endpoint_url=self.endpoint,
            region_name=place.REGION,
            aws_access_key_id=keys["access_key"],
            aws_secret_access_key=keys["secret_key"],
            config=Config(
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": attempts, "mode": "standard"},
                connect_timeout=5,
                read_timeout=20,
            ),
        )

    def make_table(self) -> Any:
        """A client for the template's table."""
        dynamodb = self.client("dynamodb")
        wanted = template.properties(template.load(), "Table", setup.parameters(["http://127.0.0.1:1"]))
        setup.make_table(dynamodb, wanted)
        return dynamodb

    @property
    def said(self) -> str:
        return (self.var / "said").read_text()

    @property
    def logs(self) -> list[Path]:
        return sorted((self.var / "engine" / "table").glob("log-*"))

    @property
    def snapshots(self) -> list[Path]:
        return sorted((self.var / "engine" / "table").glob("snapshot-*"))


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[OwnEngine]:
    engine = OwnEngine(tmp_path)
    engine.start()
    yield engine
    process.stop(engine.process)
    engine.listener.close()
