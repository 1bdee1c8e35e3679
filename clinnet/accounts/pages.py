"""What a person is shown instead of the page, and how nothing they typed is lost by it."""

from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from clinnet import clock
from clinnet.accounts import queries
from clinnet.accounts.sessions import SignIn, State
from clinnet.addresses import reverse
from clinnet.table import errors

UNCONFIRMED = "We cannot confirm your account just now. Your work is saved. Try again in a moment."


def refuse(request: HttpRequest, state: State, signin: SignIn | None) -> HttpResponse:
    """The answer to whoever has no live session: a form is given back, a page leads to sign-in and returns."""
    status = 503 if state is State.UNCONFIRMED else 401
    if from_a_script(request):
        return _to_script(request, state.value, sentence_for(state, signin), status)
    if request.method == "POST":
        return kept_form(request, sentence_for(state, signin), status, signin, when=_clock_time(request, signin))
    if state is State.UNCONFIRMED:
        context = {"sentence": UNCONFIRMED, "again_url": request.get_full_path()}
        return render(request, "accounts/problem.html", context, status=status)
    there = request.get_full_path() if request.method == "GET" else ""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': there})}")


def ask_again(request: HttpRequest, signin: SignIn, why: str) -> HttpResponse:
    """The password, of whoever is signed in: their form is given back, and sent once they typed it."""
    sentence = f"Please type your password again: {why}."
    if from_a_script(request):
        return _to_script(request, "again", sentence, 403)
    return kept_form(request, sentence, 401, signin, back_url=_came_from(request))


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the form stood on."""
    return urlsplit(request.headers.get("Referer", "")).path if _from_our_page(request) else ""


def sentence_for(state: State, signin: SignIn | None) -> str:
    if state is State.LOCKED and signin:
        return f"Locked after {signin.idle_minutes} minutes."
    if state is State.OVER:
        return f"You were signed out after {settings.CLINNET_SESSION_HOURS} hours."
    return UNCONFIRMED if state is State.UNCONFIRMED else "You were signed out."


def kept_form(
    request: HttpRequest,
    sentence: str,
    status: int,
    signin: SignIn | None = None,
    *,
    when: str = "",
    back_url: str | None = None,
) -> HttpResponse:
    """The form that did not get through, to be sent again. Its values are on this page and nowhere else.

    `back_url` is where it stood, of somebody who is signed in and is to sign in once more.
    """
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except BadRequest:  # in another alphabet: no page of ours sent it
        fields = []
    context = {
        "sentence": sentence,
        "when": when,
        "fields": [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"],
        "files": bool(request.FILES),
        "person": signin.person if signin else "",
        "sign_in": status == 401,
        "once_more": back_url is not None,
        "back_url": back_url,
    }
    return render(request, "accounts/kept.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before the last sign-in carries an old token: its form is kept. A stranger's form is not."""
    if not _from_our_page(request):
        sentence = "This did not come from a page of ours. Nothing was done."
        return render(request, "accounts/problem.html", {"sentence": sentence}, status=403)
    if from_a_script(request):
        return _to_script(request, "token", "You signed in again since this page was opened. Press again.", 403)
    return kept_form(request, "This page was open since before you signed in.", 403)


def no_role(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/no_role.html", status=403)


def no_clinic(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/no_clinic.html", status=403)


def cognito_down(request: HttpRequest) -> HttpResponse:
    sentence = "We cannot reach the sign-in service just now. Nothing is lost. Try again in a moment."
    return render(request, "accounts/problem.html", {"sentence": sentence, "sign_in": True}, status=503)


def not_signed_in(request: HttpRequest) -> HttpResponse:
    sentence = "That sign-in was not completed. It may have taken too long. Sign in again."
    return render(request, "accounts/problem.html", {"sentence": sentence, "sign_in": True}, status=401)


def safe_next(wanted: str | None) -> str:
    """A path of this site, or nothing."""
    if wanted and wanted.startswith("/") and len(wanted) < 1000 and url_has_allowed_host_and_scheme(wanted, None):
        return wanted
    return ""


def from_a_script(request: HttpRequest) -> bool:
    if getattr(request, "htmx", False):
        return True
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def _to_script(request: HttpRequest, state: str, sentence: str, status: int) -> HttpResponse:
    """To htmx or fetch. Not HX-Redirect: the page stays, is covered, and goes on with all that was typed."""
    response: HttpResponse
    if getattr(request, "htmx", False):
        response = render(request, "errors/sentence.html", {"sentence": sentence}, status=status)
    else:
        response = JsonResponse({"state": state, "csrf": get_token(request)}, status=status)
    response["HX-Trigger"] = "clinnet:check"
    return response


def _from_our_page(request: HttpRequest) -> bool:
    """Browsers send Origin with every form post; it cannot be set by a page."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    ours = urlsplit(request.build_absolute_uri("/"))
    return urlsplit(source)[:2] == ours[:2]


def _clock_time(request: HttpRequest, signin: SignIn | None) -> str:
    """The clinic's time, when the URL names a clinic of this person."""
    clinic = request.resolver_match.kwargs.get("clinic", "") if request.resolver_match else ""
    if signin is None or clinic not in (signin.clinics or ()):
        return ""
    try:
        zone = queries.clinic(clinic).time_zone
    except errors.ClinnetError:
        return ""
    return clock.now().astimezone(ZoneInfo(zone)).strftime("%H:%M")
