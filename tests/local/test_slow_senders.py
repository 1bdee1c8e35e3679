"""Who sends slowly, or half a request, holds no thread: a real gunicorn with our worker and a single thread."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from clinnet.local import place
from clinnet.local.worker import LARGEST_BODY, Worker

HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: x\r\nCook"
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
EVER = 60.0  # seconds after which nothing will come any more


class Hasty(Worker):
    headers_within = 0.5
    body_within = 0.5


class Patient(Worker):
    most_waiting = 1000


def says_what_it_got(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], None]
) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body) + 4))])
    return [b"got " + body]


@pytest.fixture(params=["Patient"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        arguments = [
            "--bind",
            f"fd://{listener.fileno()}",
            "--worker-class",
            f"{__name__}.{request.param}",
            "--threads",
            "1",
            "--keep-alive",
            "60",
            "--log-level",
            "critical",
            "--no-control-socket",
        ]
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", f"{__name__}:says_what_it_got", *arguments],
            cwd=place.ROOT,
            pass_fds=[listener.fileno()],
        )
        yield listener.getsockname()[1]
        server.terminate()
        server.wait()


def talk(port: int, *parts: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=EVER)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for each in parts:
        line.sendall(each)
    return line


def answer(line: socket.socket, until: bytes) -> bytes:
    got = b""
    while until not in got and (more := line.recv(4096)):
        got += more
    return got


def answers(port: int, parts: Sequence[bytes], until: bytes) -> bytes:
    with talk(port, *parts) as line:
        return answer(line, until)


def test_half_requests_hold_no_thread_and_whole_ones_are_answered(port: int) -> None:
    with ExitStack() as held:
        for half in [HALF_A_HEADER, HALF_A_BODY, b"", b"\r\n\r\n"] * 5:
            held.enter_context(talk(port, half))
        assert answers(port, [GET], b"got ").startswith(b"HTTP/1.1 200")
        slow = held.enter_context(talk(port, *(bytes([each]) for each in HALF_A_BODY)))
        assert answers(port, [GET, GET], b"got ").count(b"200 OK") >= 1
        slow.sendall(b" more!" + GET)  # the rest of one, and the next on the same line
        got = answer(slow, b"got half more!")
        got += b"" if got.count(b"200 OK") == 2 else answer(slow, b"got ")
        assert got.count(b"200 OK") == 2
        slow.sendall(HALF_A_HEADER)
        assert answers(port, [GET], b"got ").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1), b"413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\nhello", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
        (HALF_A_BODY.replace(b"10", b"2000") + b"x" * 1500, b"503"),
        (HALF_A_BODY.replace(b"Host", b"Expect: 100-continue\r\nHost"), b"100"),
    ],
)
def test_what_is_not_taken_is_refused_at_once(port: int, request_: bytes, status: bytes) -> None:
    assert answers(port, [request_], b"\r\n\r\n")[9:12] == status


@pytest.mark.parametrize("port", ["Hasty"], indirect=True)
def test_whoever_stops_half_way_is_let_go(port: int) -> None:
    for half in (HALF_A_HEADER, HALF_A_BODY):
        assert answers(port, [half], b"forever")[9:12] == b"408"
    assert answers(port, [], b"forever") == b"", "a line on which nothing was asked is closed without a word"
