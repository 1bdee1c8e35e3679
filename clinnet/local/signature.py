"""Whether a request is signed with the root key, checked in a few microseconds (AWS Signature Version 4)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

PATIENCE = timedelta(minutes=14)  # DynamoDB allows 15; what is nearly too old is for ministack to judge
NEEDED = {"host", "x-amz-date", "x-amz-target"}
METHOD = "AWS4-HMAC-SHA256 "


class Root:
    """The one key that may do everything, in one region, with DynamoDB."""

    def __init__(self, access_key: str, secret: str, region: str) -> None:
        self._access_key, self._secret, self._region = access_key, secret, region
        self._signing_key = lru_cache(maxsize=4)(self._derived)

    def _derived(self, day: str) -> bytes:
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, "dynamodb", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key

    def signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True only for a POST of / that is surely signed: the rest, ministack looks at again."""
        method, authorization = METHOD, headers.get("authorization", "")
        if not authorization.startswith(method):
            return False
        fields = dict(part.strip().partition("=")[::2] for part in authorization[len(method) :].split(","))
        moment, day = headers.get("x-amz-date", ""), headers.get("x-amz-date", "")[:8]
        scope = f"{day}/{self._region}/dynamodb/aws4_request"
        names = fields.get("SignedHeaders", "").split(";")
        if fields.get("Credential") != f"{self._access_key}/{scope}" or not NEEDED <= set(names) <= headers.keys():
            return False
        if not _is_recent(moment) or "x-amz-security-token" in headers:
            return False
        digest = hashlib.sha256(body).hexdigest()
        if headers.get("x-amz-content-sha256", digest) != digest:
            return False
        lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names)
        request = f"POST\n/\n\n{lines}\n{fields['SignedHeaders']}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        right = hmac.digest(self._signing_key(day), text.encode(), "sha256").hex()
        return hmac.compare_digest(right.encode(), fields.get("Signature", "").encode())


def _is_recent(moment: str) -> bool:
    then = _read(moment)
    return then is not None and abs(datetime.now(UTC) - then) < PATIENCE


@lru_cache(maxsize=8)  # all requests of a second name the same one
def _read(moment: str) -> datetime | None:
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
