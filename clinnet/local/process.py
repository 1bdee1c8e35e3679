"""Child processes that cannot outlive their starter, on listening sockets that outlive them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from clinnet.local.place import ROOT

PR_SET_PDEATHSIG = 1  # Linux, prctl(2): the kernel's signal to a child whose parent has died, however it died


class PortTaken(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. While a served process is replaced, its callers wait in it."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"{host}:{port} cannot be used: {error.strerror}.") from None
    listener.listen(512)
    return listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def die_with(parent: int | None) -> None:
    """Called by a child first of all: it gets SIGTERM when its starter dies, `kill -9` included."""
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        raise SystemExit(1)


def start(
    arguments: Sequence[str], *, var: Path, listener: socket.socket, errors: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start `python -m clinnet.local …` in a session of its own: Ctrl C in the terminal is the starter's affair."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [
            *(sys.executable, "-m", "clinnet.local", *arguments),
            *("--fd", str(listener.fileno()), "--parent", str(os.getpid())),
        ],
        cwd=ROOT,
        env={**os.environ, "CLINNET_VAR": str(var)},
        pass_fds=[listener.fileno()],
        stdin=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )


def start_engine(var: Path, listener: socket.socket, errors: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    return start(["engine", "--port", str(port_of(listener))], var=var, listener=listener, errors=errors)


def start_chores(var: Path) -> subprocess.Popen[bytes]:
    """What sends messages, seals and counts; it serves nobody, so it has no socket."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "clinnet.local", "chores", "--parent", str(os.getpid())],
        cwd=ROOT,
        env={**os.environ, "CLINNET_VAR": str(var)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_until_up(
    url: str, process: subprocess.Popen[bytes], *, seconds: float = 120, give_up: Callable[[], bool] = bool
) -> bool:
    """True once `url` answers; False when it answers with a server error, or the process ended, or the time did,
    or nobody waits any more.
    """
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until and not give_up():
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own loopback address
                return True
        except urllib.error.HTTPError as error:
            with error:
                return error.code < 500
        except OSError:
            time.sleep(0.02)
    return False


def stop(process: subprocess.Popen[bytes] | None, *, seconds: float = 20) -> None:
    """Ask, wait, and only then insist."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
