"""gunicorn's worker of threads, which gives a thread only to a request that has come whole.

Until then the worker's own loop keeps what arrives, for as long as the times here allow. So whoever sends slowly, or
half a request, holds no thread: gunicorn's own worker gives them one as soon as the first byte is there. Written
against the exactly pinned gunicorn; tests/local/test_slow_senders.py asks the real server.
"""

import contextlib
import selectors
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from gunicorn import http
from gunicorn.http.body import LengthReader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

LARGEST_HEADERS = 64 * 1024
LARGEST_BODY = 32 * 1024 * 1024  # no form of ours takes more than half of it
AT_ONCE = 256 * 1024
_END = b"\r\n\r\n"


@dataclass(eq=False)
class Incoming:
    """What came of a request so far. `length` is that of headers and body, 0 until the headers are whole."""

    conn: TConn
    deadline: float
    content: bytearray = field(default_factory=bytearray)
    length: int = 0

    @property
    def is_whole(self) -> bool:
        return 0 < self.length <= len(self.content)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    headers_within = 10.0  # seconds from the connection, or from the answer before
    body_within = 60.0  # seconds from then on, for what a slow line sends
    most_waiting = 256 * 1024 * 1024  # bytes, of all requests that have not come whole

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.incoming = dict[socket.socket, Incoming]()

    def enqueue_req(self, conn: TConn) -> None:
        """Of a new connection, one kept alive, and one whose next request was read with the last."""
        conn.sock.setblocking(False)
        self.incoming[conn.sock] = one = Incoming(conn, time.monotonic() + self.headers_within)
        if conn.parser is not None:
            one.content += conn.parser.unreader.take_buffered()
        self._read(one)
        if conn.sock in self.incoming:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, one))

    def _read(self, one: Incoming, _socket: object = None) -> None:
        try:
            came = one.conn.sock.recv(AT_ONCE)
        except (BlockingIOError, InterruptedError):
            came = None
        except OSError:
            came = b""
        one.content += came or b""
        if not one.length and not self._measure(one):
            return
        if one.is_whole:
            self._hand_over(one)
        elif came == b"":
            self._drop(one)
        elif sum(len(each.content) for each in self.incoming.values()) > self.most_waiting:
            self._drop(one, HTTPStatus.SERVICE_UNAVAILABLE)

    def _measure(self, one: Incoming) -> bool:
        """Its length, as gunicorn itself reads the headers; what gunicorn refuses, a thread refuses at once.

        False where it is refused here.
        """
        one.content = one.content.lstrip(b"\r\n")  # empty lines before a request say nothing, as in gunicorn
        end = one.content.find(_END) + len(_END)
        if end < len(_END):
            return len(one.content) <= LARGEST_HEADERS or self._drop(one, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        head = bytes(one.content[:end])
        one.length, low = end, head.lower()
        if b"content-length" not in low and b"transfer-encoding" not in low:
            return True
        try:
            body = next(http.get_parser(self.cfg, [head], one.conn.client)).body.reader
        except Exception:
            return True
        if not isinstance(body, LengthReader):
            return self._drop(one, HTTPStatus.LENGTH_REQUIRED)
        if body.length > LARGEST_BODY:
            return self._drop(one, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        one.length, one.deadline = end + body.length, time.monotonic() + self.body_within
        if b"100-continue" in low and not one.is_whole:
            _say(one.conn.sock, b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _hand_over(self, one: Incoming) -> None:
        self._forget(one)
        one.conn.init()
        one.conn.parser.unreader.unread(bytes(one.content))
        one.conn.data_ready = True
        super().enqueue_req(one.conn)

    def _drop(self, one: Incoming, status: HTTPStatus | None = None) -> bool:
        """Answers False."""
        self._forget(one)
        if status:
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            _say(one.conn.sock, line.encode())
        self.nr_conns -= 1
        one.conn.close()
        return False

    def _forget(self, one: Incoming) -> None:
        del self.incoming[one.conn.sock]
        with contextlib.suppress(KeyError):  # all of it was there at once
            self.poller.unregister(one.conn.sock)

    def murder_pending(self) -> None:
        """Once a second, of gunicorn's own loop."""
        super().murder_pending()
        now = time.monotonic()
        for one in list(self.incoming.values()):
            if not self.alive and not one.content:
                one.deadline = min(one.deadline, now + STOP_KEEPALIVE_LINGER)
            if one.deadline < now:
                self._drop(one, HTTPStatus.REQUEST_TIMEOUT if one.content else None)


def _say(to: socket.socket, words: bytes) -> None:
    with contextlib.suppress(OSError):
        to.send(words)
