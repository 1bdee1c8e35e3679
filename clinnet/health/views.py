"""Probes for a load balancer or a supervisor: a word, no detail, nobody signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clinnet.accounts.access import public
from clinnet.health import checks
from clinnet.health.checks import Ill

STANDS_ON = {"table": checks.table, "sessions": checks.sessions}


@public
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """/healthz: this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """/readyz: 200 where the table and the sessions answer; else 503 and what does not, a word each."""
    found = {name: _is_well(ask) for name, ask in STANDS_ON.items()}
    text = "".join(f"{name} {'ok' if is_well else 'away'}\n" for name, is_well in found.items())
    return HttpResponse(text, status=200 if all(found.values()) else 503, content_type="text/plain")


def _is_well(ask: Callable[[], str]) -> bool:
    try:
        ask()
    except Ill:
        return False
    return True
