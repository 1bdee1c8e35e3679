"""The site by a production server, on a listening socket that its starter holds."""

import os
import sys

from clinnet.local import place


def run(descriptor: int, *, reload: bool) -> int:
    """Becomes gunicorn (same process id, so that signals and the parent's death reach it)."""
    os.set_inheritable(descriptor, True)
    arguments = [
        sys.executable,
        "-m",
        "gunicorn",
        "clinnet.wsgi:application",
        "--bind",
        f"fd://{descriptor}",
        "--config",
        f"python:{'clinnet.local.gunicorn_dev' if reload else 'clinnet.local.gunicorn_conf'}",
    ]
    os.chdir(place.ROOT)
    os.execv(sys.executable, arguments)  # noqa: S606 - no shell is wanted
