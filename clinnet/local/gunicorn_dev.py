"""The same site for developing it: it starts again when a source, template or static file changes."""

import os
from typing import Any

from clinnet.local import place
from clinnet.local.gunicorn_conf import *  # noqa: F403

reload = True
reload_engine = "poll"
reload_extra_files = [
    str(path)
    for pattern in ("templates/**/*.html", "static/css/*", "static/js/*", "static/img/*", "static/vendor/*")
    for path in place.ROOT.glob(pattern)
]
timeout = 0


def post_fork(server: Any, worker: Any) -> None:
    """Each new worker serves what is in the folders now."""
    import django

    from clinnet.local.django_setup import collect_if_stale

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinnet.settings")
    try:
        django.setup()
        collect_if_stale()
    except Exception as problem:  # loading the application shows it whole, and waits for the next change
        server.log.error("Static files were not collected: %s", problem)
