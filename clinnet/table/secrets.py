"""Keys for what must not be readable or forgeable, all derived from this install's one data key."""

import hashlib
import hmac
from functools import cache

from django.conf import settings


@cache
def key_for(purpose: str) -> bytes:
    """32 bytes for one purpose: a key of one purpose says nothing about another's."""
    return hmac.digest(settings.CLINNET_DATA_KEY, purpose.encode(), hashlib.sha256)


def blind(purpose: str, *parts: str) -> str:
    """A value that can be looked up but not read: 32 hex digits."""
    message = "\x1f".join(parts).encode()
    return hmac.new(key_for(purpose), message, hashlib.sha256).hexdigest()[:32]
