"""The embedded AWS: ministack behind a wrapper that makes it durable and keeps it on this machine.

Its settings are read when it is imported, so they are set first; nothing else may import it.
"""

import asyncio
import gc
import importlib.metadata
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from clinnet.local import place
from clinnet.local.wire import Answer, Headers, Wire, ask_application

PINNED = "1.5.33"
SERVICES = "dynamodb,cognito-idp,s3,ses,sns,iam,sts"
SAVE_AFTER = 0.2  # seconds from a change of users, files or mail to its snapshot
EXPIRE_EVERY = 60.0
GRACE = 2.0  # seconds that requests under way have at a stop
PLAIN = "CLINNET_PLAIN_ENGINE"  # 1: ministack's own dictionaries and its general way, without our shortcuts

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


def environment(folder: Path, port: int) -> dict[str, str]:
    """What ministack must find when it is imported. Its defaults serve the network, unsigned, from /tmp."""
    engine, keys = place.engine_folder(folder), place.keys(folder)
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": place.REGION,
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": keys["access_key"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_key"],
        "AWS_SESSION_TOKEN": "",
        "LOG_LEVEL": "WARNING",
        "SERVICES": SERVICES,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(engine / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(engine / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
    }


class Engine:
    """The ASGI application in front of ministack's."""

    def __init__(self, folder: Path, port: int) -> None:
        if importlib.metadata.version("ministack") != PINNED:
            raise SystemExit(f"The embedded AWS needs ministack {PINNED}: it is patched from inside.")
        os.environ.update(environment(folder, port))
        from ministack import app as ministack

        from clinnet.local import doors, expressions, mailbox, plain, protocols, rows
        from clinnet.local.journal import Journal
        from clinnet.local.ranges import Ranges
        from clinnet.local.services import Services
        from clinnet.local.shortcut import Shortcut
        from clinnet.local.store import Store

        self._app = ministack.app
        self._refused, self._own = doors.refused, frozenset(f"{host}:{port}".encode() for host in doors.HOSTS)
        self._secret = place.keys(folder)["secret_key"]
        doors.trust_only(place.keys(folder)["access_key"])
        mailbox.attach()
        self.journal = Journal(place.engine_folder(folder) / "table")
        quick = os.environ.get(PLAIN) != "1"
        if quick:
            rows.attach()  # beneath the store, which also undoes
            Ranges()
            expressions.attach()
            protocols.attach()
            plain.attach()
        self.store = Store(self.journal, as_bytes=quick)
        self.services = Services(ministack)
        self._shortcut = Shortcut(place.keys(folder), self._own) if quick else None
        self._saving: asyncio.Task[None] | None = None

    def load(self) -> None:
        gc.disable()
        self.store.load()
        self.store.attach()
        gc.enable()
        gc.freeze()  # the loaded items are no garbage: leave them out of every later collection

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        target = headers.get(b"x-amz-target", b"")
        if self._refused(scope["path"], headers, self._own, self._secret):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
            return

        async def send_once_kept(message: Message) -> None:
            # Also for reads: what a reader was shown must not be gone after a crash.
            if message["type"] == "http.response.start":
                await self.journal.settled()
            await send(message)

        await self._app(scope, receive, send_once_kept)
        if target.startswith(b"DynamoDB"):
            self._compact_if_large()
        elif scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(("/oauth2", "/login")):
            self._save_soon()

    def answer(self, headers: Headers, body: bytes) -> Answer | Awaitable[Answer]:
        """What the wire read itself: at once where it can be, and where nothing has to reach the disk before."""
        answer = self._shortcut.answer(headers, body) if self._shortcut else None
        if answer is None:
            return ask_application(self, headers, body)
        self._compact_if_large()
        return answer if self.journal.is_settled else self._once_kept(answer)

    async def _once_kept(self, answer: Answer) -> Answer:
        await self.journal.settled()
        return answer

    @property
    def has_shortcut(self) -> bool:
        return self._shortcut is not None

    def _compact_if_large(self) -> None:
        if self.journal.wants_compaction:
            self.journal.compacting = True  # not only once the task runs: calls in between would each start one
            self._keep(asyncio.create_task(self.journal.compact(self.store.content())))

    def _save_soon(self) -> None:
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        await asyncio.sleep(SAVE_AFTER)
        self.services.save()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._background = task  # asyncio itself holds tasks weakly

    async def expire_now_and_then(self) -> None:
        while True:
            self.store.expire()
            await asyncio.sleep(EXPIRE_EVERY)

    async def close(self) -> None:
        self.services.save()
        while self.journal.compacting:
            await asyncio.sleep(0.01)
        if self.journal.worth_a_snapshot:
            await self.journal.compact(self.store.content(), pause=False)
        await self.journal.close()


async def _served(connection: Awaitable[None]) -> None:
    await connection


async def _serve(engine: Engine, descriptor: int) -> None:
    from hypercorn.app_wrappers import ASGIWrapper
    from hypercorn.asyncio.lifespan import Lifespan
    from hypercorn.asyncio.tcp_server import TCPServer
    from hypercorn.asyncio.worker_context import WorkerContext
    from hypercorn.config import Config

    config, context, loop = Config(), WorkerContext(None), asyncio.get_running_loop()
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    application = ASGIWrapper(engine)  # type: ignore[arg-type]  # its messages are plain dictionaries
    lifespan = Lifespan(application, config, loop, {})
    living = loop.create_task(lifespan.handle_lifespan())
    await lifespan.wait_for_startup()
    serving: set[asyncio.Task[None]] = set()

    async def general(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = loop.create_task(_served(TCPServer(application, loop, config, context, {}, reader, writer)))
        serving.add(task)
        task.add_done_callback(serving.discard)
        await task

    expiry = asyncio.create_task(engine.expire_now_and_then())
    answer = engine.answer if engine.has_shortcut else None
    server = await loop.create_server(lambda: Wire(answer, general), sock=socket.socket(fileno=descriptor))
    await stop.wait()
    expiry.cancel()
    server.close()
    await context.terminated.set()
    if serving:
        await asyncio.wait(serving, timeout=GRACE)
    await lifespan.wait_for_shutdown()
    living.cancel()
    await engine.close()


def run(folder: Path, descriptor: int, port: int) -> int:
    """Serve on an open listening socket until a signal says stop. The socket belongs to the starter."""
    from clinnet.local.journal import Damaged, InUse

    try:
        engine = Engine(folder, port)
        engine.load()
    except (Damaged, InUse, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asyncio.run(_serve(engine, descriptor))
    sys.stderr.flush()
    os._exit(0)  # everything is kept; taking gigabytes of memory apart would only take time
