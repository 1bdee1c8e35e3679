"""What the embedded AWS does not answer."""

import hmac
from collections.abc import Callable
from typing import Any

from clinnet.local.store import OFFERED

SENT_MAIL, KEY = "/_ministack/ses/messages", b"x-clinnet-key"
HOSTS = ("127.0.0.1", "localhost")
TARGETS = {f"DynamoDB_20120810.{name}".encode() for name in OFFERED}


def refused(path: str, headers: dict[bytes, bytes], own: frozenset[bytes], secret: str) -> bool:
    """`own` is what this engine is called: `127.0.0.1:4566` and `localhost:4566`. Who has `secret` reads sent mail."""
    reads_mail = path == SENT_MAIL and hmac.compare_digest(headers.get(KEY, b""), secret.encode())
    if path.startswith("/_") and path != "/_ministack/health" and not reads_mail:
        return True  # administration without authentication: reset, configuration, sent mail
    if headers.get(b"host", b"") not in own:
        return True  # a stranger's name that resolves to this machine
    origin = headers.get(b"origin")
    if origin is not None and origin.removeprefix(b"http://") not in own:
        return True  # a page of another site: the engine's answers would allow it to read them
    target = headers.get(b"x-amz-target", b"")
    return target.startswith(b"DynamoDB") and target not in TARGETS


def trust_only(access_key: str) -> None:
    """Make the engine check every signature.

    It takes any caller who names the key `test`, any twelve digits, or its own root key for root, and checks
    the signatures of users' keys alone. Here one key is root, and only when the request is signed with it.
    """
    from ministack.core import iam_evaluator
    from ministack.services import sts

    is_root: Callable[[Any], bool] = lambda key: key == access_key  # noqa: E731
    iam_evaluator.is_root_access_key = sts.is_root_access_key = is_root
    iam_evaluator._is_root_key = lambda _key: False  # asked where it decides to skip the signature
