"""The site by a production server, on a listening socket that its starter holds."""

import os
import sys

from clinnet.local import place


def run(descriptor: int) -> int:
    """Becomes gunicorn (same process id, so that signals and the parent's death reach it)."""
    os.set_inheritable(descriptor, True)
    threads = os.environ.get("CLINNET_THREADS", "8")
    arguments = [
        sys.executable, "-m", "gunicorn", "clinnet.wsgi:application",
        "--bind", f"fd://{descriptor}", "--worker-class", "gthread", "--workers", "1", "--threads", threads,
        "--chdir", str(place.ROOT), "--worker-tmp-dir", str(place.var()),
        "--keep-alive", "75", "--timeout", "60", "--graceful-timeout", "10", "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip
    os.execv(sys.executable, arguments)  # noqa: S606 - no shell is wanted
