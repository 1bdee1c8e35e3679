"""The pages of signing in and out, and what the cover of a locked page asks."""

from http import HTTPStatus

from allauth.account.adapter import get_adapter as account_adapter
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST, require_safe

from clinnet import clock
from clinnet.accounts import cognito, pages, queries, sessions
from clinnet.accounts.access import StaffRequest, VisitorRequest, public, signed_in
from clinnet.accounts.oidc import CognitoAdapter
from clinnet.accounts.sessions import State

STARTED = "signin_started"  # in the session: {next, at}
START_SECONDS = 120


@public
@require_safe
def login(request: VisitorRequest) -> HttpResponse:
    """The sign-in page; and, on the way back from Cognito's sign-out, the second half of `start`."""
    if not settings.SITE.endswith(f"://{request.get_host()}"):
        return HttpResponseRedirect(settings.SITE + request.get_full_path())  # where Cognito will come back to
    started = request.session.pop(STARTED, None)
    now = clock.now().timestamp()
    if started and now - started["at"] < START_SECONDS:
        provider = social_adapter(request).get_provider(request, "cognito")
        response: HttpResponse = provider.begin(request, started["next"], now)
        return response
    there = pages.safe_next(request.GET.get("next"))
    state, signin = request.held
    if state is State.OPEN:
        return HttpResponseRedirect(there or settings.LOGIN_REDIRECT_URL)
    sentence = f"{pages.sentence_for(state, signin)} Your work is saved. Sign in to go on." if signin else ""
    return render(request, "accounts/login.html", {"next": there, "sentence": sentence})


@public
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """First Cognito forgets who was here, so that its page asks for the password whatever it remembered."""
    there = pages.safe_next(request.POST.get("next"))
    request.session[STARTED] = {"next": there, "at": clock.now().timestamp()}
    return HttpResponseRedirect(cognito.logout_url())


@public
@require_GET  # it uses up what Cognito sent
def callback(request: HttpRequest) -> HttpResponse:
    view = OAuth2CallbackView.adapter_view(CognitoAdapter(request, "cognito"))
    try:
        response: HttpResponse = view(request)
    except IntegrityError:  # the person's first sign-in, in two browsers at the same moment
        return pages.not_signed_in(request)
    return response


@public
@require_POST
def logout(request: VisitorRequest) -> HttpResponse:
    state, signin = request.held
    if signin and state is State.OPEN and request.POST.get("everywhere"):
        sessions.revoke(signin.person)
    account_adapter(request).logout(request)
    return HttpResponseRedirect(cognito.logout_url())


@public
@require_safe
def cover_state(request: VisitorRequest) -> JsonResponse:
    """How long this session lasts still, and whose it is: for the page's own clock and cover. Not activity."""
    state, signin = request.held
    if state is State.OPEN and signin:
        state = sessions.confirm(request, signin)
    answer = {"state": state.value, "csrf": get_token(request)}
    if state is not State.OPEN or signin is None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if state is State.UNCONFIRMED else HTTPStatus.UNAUTHORIZED
        return JsonResponse(answer, status=status)
    return JsonResponse({**answer, "person": signin.person, "left": round(signin.left), "fresh": signin.is_fresh})


@signed_in
@require_POST
def cover_stay(request: StaffRequest) -> JsonResponse:
    """A person is typing or pointing on a page that asks nothing of the server."""
    signin = request.signin
    return JsonResponse({"state": State.OPEN.value, "person": signin.person, "left": round(signin.left)})


@signed_in
@require_safe
def cover_done(request: StaffRequest) -> HttpResponse:
    """Where sign-in from a covered page ends: it tells the other pages and closes itself."""
    return render(request, "accounts/done.html")


@signed_in
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """To the clinic: the only one, where one was last, where this device was last, or a choice."""
    clinics = request.signin.clinics
    if clinics is None:
        clinics = queries.clinics_of(request.signin.person)
    if not clinics:
        return pages.no_clinic(request)
    wherever = request.session.get("clinic"), request.COOKIES.get(settings.LAST_CLINIC_COOKIE_NAME)
    last = clinics[0] if len(clinics) == 1 else next((each for each in wherever if each in clinics), "")
    if last:
        return HttpResponseRedirect(f"/c/{last}/")
    choice = [(f"/c/{clinic}/", queries.clinic(clinic)) for clinic in clinics]
    return render(request, "accounts/choose.html", {"choice": choice})
