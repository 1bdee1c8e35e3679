"""Opaque page cursors: encrypted, because keys hold names, and bound to person, clinic and view."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinnet.table.errors import NotFound
from clinnet.table.scope import Scope
from clinnet.table.secrets import key_for


def _bound_to(scope: Scope, view: str) -> bytes:
    return "\x1f".join((scope.clinic or "", scope.actor.id, view)).encode()


def seal(scope: Scope, view: str, position: dict[str, str]) -> str:
    """A cursor for `position`, an item's key attributes; `view` names the question with all its parameters."""
    nonce = secrets.token_bytes(12)
    text = json.dumps(position).encode()
    sealed = AESGCM(key_for("cursor")).encrypt(nonce, text, _bound_to(scope, view))
    return urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(scope: Scope, view: str, cursor: str) -> dict[str, str]:
    """The position of a cursor. Raises NotFound for one that is forged, or another person's, clinic's or view's."""
    try:
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        text = AESGCM(key_for("cursor")).decrypt(data[:12], data[12:], _bound_to(scope, view))
    except (ValueError, InvalidTag):
        raise NotFound from None
    position: dict[str, str] = json.loads(text)
    return position
