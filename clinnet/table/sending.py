"""What botocore sends, made with less work: the same request, signed and written at once.

Of what a call costs, botocore spends a sixth on what is the same for each of them: it works out where the table is and
the key that signs the day's requests, and it writes head and body of a request one after the other, for which the
other side wakes up twice. It also makes each value of an item anew before it is put into JSON.
"""

from functools import cache, lru_cache
from hashlib import sha256
from hmac import digest
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import AUTH_TYPE_MAPS, SIGNED_HEADERS_BLACKLIST, SIGV4_TIMESTAMP, SigV4Auth, _host_from_url
from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSRequest,
)
from botocore.compat import get_current_datetime
from botocore.serialize import JSONSerializer
from botocore.session import Session

SIGNED = "clinnet-v4"  # its name among botocore's ways to sign


class Signer(SigV4Auth):  # type: ignore[misc]  # botocore says no types
    """AWS Signature Version 4. What is not plainly a POST of / goes botocore's own way."""

    def add_auth(self, request: Any) -> None:
        host = _root(request.url) if self.credentials else ""
        if not host or request.method != "POST" or request.params or not isinstance(request.data, bytes):
            super().add_auth(request)
            return
        moment = request.context["timestamp"] = get_current_datetime().strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)
        pairs = [(name.lower(), _text(value)) for name, value in request.headers.items()]
        headers = {"host": host} | {name: value for name, value in pairs if name not in SIGNED_HEADERS_BLACKLIST}
        if len({name for name, _ in pairs}) < len(pairs) or "x-amz-content-sha256" in headers:
            super().add_auth(request)
            return
        names, day = sorted(headers), moment[:8]
        lines, listed = "".join([f"{name}:{headers[name]}\n" for name in names]), ";".join(names)
        canonical = f"POST\n/\n\n{lines}\n{listed}\n{sha256(request.data).hexdigest()}"
        scope = f"{day}/{self._region_name}/{self._service_name}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = _key_of(self.credentials.secret_key, day, self._region_name, self._service_name)
        signature = digest(key, text.encode(), "sha256").hex()
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.credentials.access_key}/{scope}, "
            f"SignedHeaders={listed}, Signature={signature}"
        )


def _text(value: str | bytes) -> str:
    return " ".join((value.decode() if isinstance(value, bytes) else value).split())


@lru_cache(maxsize=8)
def _root(url: str) -> str:
    """The host to sign for an address without path and query; empty for another."""
    parts = urlsplit(url)
    return "" if parts.path.strip("/") or parts.query else str(_host_from_url(url))


@lru_cache(maxsize=2)
def _key_of(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = digest(key, part.encode(), "sha256")
    return key


def _way_to_sign(signature_version: object, **_: Any) -> str | None:
    return SIGNED if signature_version == "v4" else None


class _AtOnce:
    """A connection that writes a request as a whole."""

    _parts: list[bytes] | None = None

    def request(self, *arguments: Any, **named: Any) -> None:
        parts = self._parts = []
        try:
            super().request(*arguments, **named)  # type: ignore[misc]  # of the connection beside it
        finally:
            self._parts = None
        self.send(b"".join(parts))

    def send(self, data: bytes) -> None:
        if self._parts is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._parts.append(data)


class _Plain(_AtOnce, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _Secret(_AtOnce, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _PlainPool(AWSHTTPConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Plain


class _SecretPool(AWSHTTPSConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Secret


class _OneAddress:
    """Where the table is, asked of botocore's rules once: it is one table of one account in one region."""

    def __init__(self, rules: Any) -> None:
        self._rules, self._found = rules, None
        self.auth_schemes_to_signing_ctx = rules.auth_schemes_to_signing_ctx

    def construct_endpoint(self, **asked: Any) -> Any:
        if self._found is None:
            self._found = self._rules.construct_endpoint(**asked)
        return self._found


class _Serializer(JSONSerializer):  # type: ignore[misc]
    """Sends what it is given: PynamoDB gives the table's own JSON, in which only what is binary has to be made anew."""

    def serialize_to_request(self, parameters: dict[str, Any], operation_model: Any) -> Any:
        try:
            return super().serialize_to_request(parameters, operation_model)
        except TypeError:  # bytes, of which JSON knows nothing
            return JSONSerializer().serialize_to_request(parameters, operation_model)

    def _serialize_type_structure(self, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
        serialized.update(value)  # the whole request: nothing within it is looked at


def _prepared(request: AWSRequest) -> AWSPreparedRequest:
    """As botocore's, with its headers in a plain dictionary: they are copied and looked through five times."""
    headers = {name: each.encode() if isinstance(each, str) else each for name, each in request.headers.items()}
    headers["Content-Length"] = str(len(request.data))
    return AWSPreparedRequest(
        request.method, request.url, headers, request.data, request.stream_output, request.context
    )


POOLS: dict[str, Any] = {"http": _PlainPool, "https": _SecretPool}


def sign_quickly(session: Session) -> None:
    """For the clients that this session makes from now on."""
    AUTH_TYPE_MAPS[SIGNED] = Signer
    session.register("choose-signer.dynamodb", _way_to_sign)


def send_quickly(client: Any) -> None:
    """Of a client that asks for one table alone."""
    client._ruleset_resolver = _OneAddress(client._ruleset_resolver)
    client._serializer = _Serializer()
    client._endpoint.prepare_request = _prepared
    client.meta.events.unregister("needs-retry.dynamodb", unique_id="retry-config-dynamodb")  # one attempt is all
    manager = client._endpoint.http_session._manager
    manager.pool_classes_by_scheme = POOLS
    manager.connection_from_url = cache(manager.connection_from_url)
