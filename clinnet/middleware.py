"""The meter round each request, and the pages that typed errors become."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinnet.table import Scope, costs, errors
from clinnet.table.meter import Meter, metered

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("clinnet.errors")

TEMPLATES = {
    404: "errors/404.html",
    403: "errors/403.html",
    409: "errors/409.html",
    422: "errors/422.html",
    503: "errors/503.html",
}


class MeterMiddleware:
    """Counts what the request costs the table, tells whoever may know, and sets the deadline of its retries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with metered() as meter:
            response = self.get_response(request)
            if meter.calls and _shows_cost(request):
                response["Server-Timing"] = meter.header()
            _count(request, meter)
            return response


def _count(request: HttpRequest, meter: Meter) -> None:
    scope: Scope | None = getattr(request, "scope", None)
    if scope and scope.clinic and request.resolver_match and settings.CLINNET_COST_SECONDS:
        costs.count(scope.clinic, request.resolver_match.view_name, meter)


def _shows_cost(request: HttpRequest) -> bool:
    """What a page costs says how much there is: whoever has `cost:read` sees it, in the clinic they are in."""
    scope: Scope | None = getattr(request, "scope", None)
    return settings.CLINNET_SHOW_COST or (scope is not None and "cost:read" in scope.permissions)


class ErrorsMiddleware:
    """Turns a typed error that no view caught into its page; an htmx request gets the sentence alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, errors.ClinnetError):
            return None
        if exception.status >= 500:
            log.warning(
                "%s at %s", type(exception).__name__, request.resolver_match and request.resolver_match.view_name
            )
        return error_page(request, exception)


def error_page(request: HttpRequest, error: errors.ClinnetError) -> HttpResponse:
    """The page for `error`, with its sentence; what was posted is offered again where trying again may help."""
    request.refused = error  # type: ignore[attr-defined]  # for clinnet.accounts.doors
    htmx = getattr(request, "htmx", False)
    template = "errors/sentence.html" if htmx else TEMPLATES[error.status]
    again = _posted(request) if isinstance(error, errors.Unavailable) else []
    response = render(request, template, {"sentence": error.sentence, "again": again}, status=error.status)
    if isinstance(error, errors.Unavailable):
        response["Retry-After"] = "5"
    return response


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that did not get through, to be sent again as they were (the once token included)."""
    if request.method != "POST" or request.FILES:
        return []
    kept = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in kept if name != "csrfmiddlewaretoken"]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For an address that nothing answers."""
    return error_page(request, errors.NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    """For our own mistakes: a page that needs nothing that may be broken. A form's token makes a second try safe."""
    try:
        again = _posted(request)
    except Exception:
        again = []
    return render(request, "errors/500.html", {"again": again}, status=500)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what cannot be read as a request: a form in another alphabet than ours."""
    sentence = "This could not be read. Nothing was saved."
    return render(request, "errors/422.html", {"sentence": sentence}, status=400)
