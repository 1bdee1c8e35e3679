"""The ID token: believed only when every claim was checked against our own settings and Cognito's keys."""

import functools
import logging
from typing import Any

import jwt
from django.conf import settings
from jwt.exceptions import PyJWKClientConnectionError

from clinnet.accounts.cognito import Unreachable

REQUIRED = ["exp", "iat", "iss", "aud", "sub", "auth_time", "nonce", "token_use"]
SKEW = 30  # seconds by which Cognito's clock and ours may differ
log = logging.getLogger("clinnet.signin")


class BadToken(Exception):
    """Its text says which check failed; it holds nothing from the token."""


def verify(token: object) -> dict[str, Any]:
    """The claims of a genuine, current ID token for this site alone. Raises BadToken, Unreachable.

    The nonce and the moment of authentication are compared by the caller, who knows what was asked.
    """
    if not isinstance(token, str):
        raise BadToken("no ID token")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(jwt.get_unverified_header(token).get("kid")),
            algorithms=["RS256"],
            issuer=settings.COGNITO["issuer"],
            audience=settings.COGNITO["client_id"],
            options={"require": REQUIRED, "strict_aud": True},
            leeway=SKEW,
        )
    except jwt.PyJWTError as error:
        raise BadToken(type(error).__name__) from error
    if claims["token_use"] != "id":  # noqa: S105
        raise BadToken("not an ID token")
    if not isinstance(claims["auth_time"], int):
        raise BadToken("auth_time")
    return claims


def _key(kid: object) -> jwt.PyJWK:
    if not isinstance(kid, str):
        raise BadToken("no key id")
    try:
        return _keys(settings.COGNITO["jwks"]).get_signing_key(kid)
    except (PyJWKClientConnectionError, ValueError) as error:  # ValueError: an answer that is not JSON
        log.warning("Cognito's keys cannot be read: %s", type(error).__name__)
        raise Unreachable from error


@functools.cache
def _keys(url: str) -> jwt.PyJWKClient:
    """Keys are kept for an hour; an unknown key id asks again, at most every 30 s."""
    return jwt.PyJWKClient(url, lifespan=3600, timeout=sum(settings.CLINNET_COGNITO_SECONDS))
