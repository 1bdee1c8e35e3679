"""The engine's socket: plain DynamoDB requests are answered here, every other connection goes to hypercorn.

A connection stays here for as long as each of its requests is a POST of / to DynamoDB with a length: those are the ones
that pages wait for. At the first other one, what was read is handed to hypercorn with the connection.
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

Headers = dict[str, str]
Answer = tuple[int, dict[str, str], bytes]
Answering = Callable[[Headers, bytes], Answer | Awaitable[Answer]]
Streams = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LONGEST_HEAD = 16_384
LONGEST_BODY = 17_000_000  # DynamoDB takes 16 MB
FIRST = b"POST / HTTP/1.1\r\n"


class Wire(asyncio.Protocol):
    """One connection. `answer` replies to a request with its headers and body; `general` takes the streams over."""

    def __init__(self, answer: Answering | None, general: Streams) -> None:
        self._answer, self._general = answer, general
        self._buffer = bytearray()
        self._working: asyncio.Task[None] | None = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        # An inherited socket does not say that it is TCP's, so asyncio leaves Nagle's delay of 40 ms on.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._answer is None:
            self._hand_over()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._working is not None:
            self._working.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._work()

    def _work(self) -> None:
        """Answer what is here whole, one request after the other."""
        while self._working is None and self._buffer and (request := self._next()) and self._answer:
            answer = self._answer(*request)
            if isinstance(answer, tuple):
                self._reply(request[0], answer)
            else:
                self._working = asyncio.create_task(self._later(request[0], answer))

    def _next(self) -> tuple[Headers, bytes] | None:
        """The next request; None when it is not here whole, or not for here."""
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n", 0, LONGEST_HEAD)
        if not buffer.startswith(FIRST[: len(buffer)]) or (end < 0 and len(buffer) > LONGEST_HEAD):
            self._hand_over()
            return None
        if end < 0:
            return None
        headers = _headers(bytes(buffer[len(FIRST) : end]))
        if headers is None or not _is_plain(headers):
            self._hand_over()
            return None
        begin, length = end + 4, int(headers["content-length"])
        if len(buffer) < begin + length:
            return None
        body = bytes(buffer[begin : begin + length])
        del buffer[: begin + length]
        return headers, body

    async def _later(self, headers: Headers, answer: Awaitable[Answer]) -> None:
        found = await answer
        self._working = None
        if not self._transport.is_closing():
            self._reply(headers, found)
            self._work()

    def _reply(self, headers: Headers, answer: Answer) -> None:
        status, said, content = answer
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if name.lower() != "content-length")
        word = "OK" if status == 200 else "Error"
        head = f"HTTP/1.1 {status} {word}\r\n{lines}content-length: {len(content)}\r\n\r\n"
        self._transport.write(head.encode("latin-1") + content)
        if headers.get("connection", "").lower() == "close":
            self._transport.close()

    def _hand_over(self) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        streams = asyncio.StreamReaderProtocol(reader, self._general, loop=loop)
        self._transport.set_protocol(streams)
        streams.connection_made(self._transport)
        if self._buffer:
            streams.data_received(bytes(self._buffer))


def _headers(head: bytes) -> Headers | None:
    """By lower-case name; None where one stands twice or over two lines."""
    found: Headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or name in found or name != name.strip():
            return None
        found[name] = value.strip()
    return found


def _is_plain(headers: Headers) -> bool:
    length = headers.get("content-length", "")
    return (
        headers.get("x-amz-target", "").startswith("DynamoDB_")
        and length.isascii()
        and length.isdigit()
        and len(length) < 9
        and int(length) <= LONGEST_BODY
        and not headers.keys() & {"transfer-encoding", "expect", "content-encoding", "upgrade"}
    )


async def ask_application(application: Any, headers: Headers, body: bytes) -> Answer:
    """The same request through the ASGI application, as hypercorn would put it."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 0), "server": None, "state": {}, "extensions": {},
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await application(scope, receive, send)
    except Exception:  # hypercorn's answer, and with it the connection lives
        return 500, {}, json.dumps({"__type": "InternalServerError"}).encode()
    start, *rest = sent
    said = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return start["status"], said, b"".join(part.get("body", b"") for part in rest)
