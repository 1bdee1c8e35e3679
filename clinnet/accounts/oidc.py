"""allauth's OpenID Connect provider, with its defaults closed.

The stock one believes an unsigned ID token, lets our own URL change scope, redirect and process, links
identities, and asks for discovery at each step. Here only one thing can happen: somebody signs in.
"""

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from clinnet import clock
from clinnet.accounts import doors, pages, sessions, tokens
from clinnet.accounts.cognito import Unreachable
from clinnet.addresses import reverse

KEPT = ("sub", "iss", "auth_time", "nonce", "cognito:username", "cognito:groups", "amr", "name")
log = logging.getLogger("clinnet.signin")


class Down(ProviderException):  # type: ignore[misc]
    """Cognito failed: not the person's fault, and worth another try."""


class Refusal(ProviderException):  # type: ignore[misc]
    """What came back is not what we asked for."""


class CognitoAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    basic_auth = True
    authorize_url = property(lambda self: settings.COGNITO["authorize"])
    access_token_url = property(lambda self: settings.COGNITO["token"])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.SITE + reverse("openid_connect_callback")

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: object, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Exchanges the code, once. Cognito's answer is never logged: it holds tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "code": request.GET.get("code", ""),
            "redirect_uri": self.get_callback_url(request, app),
            "code_verifier": pkce_code_verifier or "",
        }
        try:
            answer = requests.post(
                settings.COGNITO["token"],
                data=form,
                auth=(app.client_id, app.secret),
                timeout=settings.CLINNET_COGNITO_SECONDS,
                allow_redirects=False,
            )
            data = answer.json()
        except requests.RequestException as error:
            raise Down(type(error).__name__) from error
        if answer.status_code == 400 and isinstance(data, dict):
            raise Refusal(str(data.get("error", ""))[:40])  # one of OAuth's codes, such as invalid_grant
        if answer.status_code != 200 or not isinstance(data, dict):
            raise Down(f"answer {answer.status_code}")
        return data

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        return SocialToken(token="")  # nothing is kept of access and refresh tokens

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        try:
            claims = tokens.verify(kwargs["response"].get("id_token"))
        except Unreachable as error:
            raise Down("keys") from error
        except tokens.BadToken as error:
            raise Refusal(str(error)) from error
        return self.get_provider().sociallogin_from_response(request, claims)


class Cognito(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = CognitoAdapter
    supports_token_authentication = False

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("openid_connect_login")

    def get_callback_url(self) -> str:
        return reverse("openid_connect_callback")

    def begin(self, request: HttpRequest, next_url: str, asked_at: float) -> HttpResponse:
        """To Cognito's page. Nothing of the request's own parameters goes with it."""
        nonce = secrets.token_urlsafe(24)
        response: HttpResponse = self.redirect(
            request,
            process="login",
            next_url=next_url,
            scope=["openid", "profile"],
            auth_params={"nonce": nonce},
            nonce=nonce,
            asked_at=asked_at,
        )
        return response

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: data[name] for name in KEPT if name in data}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"username": str(data["sub"]), "name": str(data.get("name", ""))}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []  # no address, so no conflict of addresses and no form about it


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """The one app, from the settings: rows of the database cannot add another."""
        pool = settings.COGNITO
        return [
            SocialApp(
                provider="openid_connect",
                provider_id="cognito",
                name="Cognito",
                client_id=pool["client_id"],
                secret=pool["client_secret"],
                settings={"fetch_userinfo": False, "oauth_pkce_enabled": True},
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuses what is not the answer to the question that this session asked."""
        state, claims = sociallogin.state, sociallogin.account.extra_data
        if state.get("process") != "login" or sociallogin.is_headless:
            self._refuse(request, "process", claims)
        if not hmac.compare_digest(str(state.get("nonce", "")), str(claims.get("nonce", ""))) or not state.get("nonce"):
            self._refuse(request, "nonce", claims)
        # The password was typed for this sign-in, not remembered by Cognito from an earlier one.
        if claims["auth_time"] < state["asked_at"] - 2 * tokens.SKEW:
            self._refuse(request, "auth_time", claims)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # a row for somebody whom the pool knows; there is no form

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Every failure of the flow ends here, with a page and a log line without anything personal."""
        if isinstance(exception, Down):
            log.warning("sign-in: Cognito is unavailable (%s)", exception)
            raise ImmediateHttpResponse(pages.cognito_down(request))
        if exception is None and getattr(request, "signin", None) and "state_id" in (extra_context or {}):
            # The same answer sent twice, or a second tab: it has worked already.
            raise ImmediateHttpResponse(HttpResponseRedirect(settings.LOGIN_REDIRECT_URL))
        state = (extra_context or {}).get("state") or {}
        reason = str(exception) if isinstance(exception, Refusal) else f"{error}"
        self._refuse(request, reason, {}, pages.safe_next(state.get("next")))

    def _refuse(self, request: HttpRequest, reason: str, claims: Mapping[str, Any], there: str = "") -> None:
        log.warning("sign-in refused: %s", reason)
        doors.sign_in(str(claims.get("sub", "")), str(claims.get("name", "")), there)
        raise ImmediateHttpResponse(pages.not_signed_in(request))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "you have signed in": the page shows it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # by a local form, which has no URL either

    def login(self, request: HttpRequest, user: Any) -> None:
        request.session.flush()  # a new key and nothing left of whoever was here before
        super().login(request, user)

    def post_login(
        self, request: HttpRequest, user: Any, *, redirect_url: str | None, signal_kwargs: Any, **kwargs: Any
    ) -> HttpResponse:
        signin = sessions.begin(request, signal_kwargs["sociallogin"].account.extra_data, clock.now().timestamp())
        doors.DOORS.signed_in(signin)
        return HttpResponseRedirect(redirect_url or settings.LOGIN_REDIRECT_URL)
