"""A small Cognito that can misbehave: keys, tokens, its sign-in page and its sign-out."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_test"
CLIENT = "the-client"
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
PEOPLE: dict[str, dict[str, Any]] = {
    "ana": {"sub": "sub-ana", "name": "Ana Ruiz", "cognito:groups": ["receptionist", "eu-west-2_Google"]},
    "ines": {"sub": "sub-ines", "name": "Inês Duarte", "cognito:groups": ["admin"]},
    "sam": {"sub": "sub-sam", "name": "Sam New"},
}


class Stoppable(ThreadingMixIn):
    """A server whose end closes every connection, those too that a browser keeps for later."""

    daemon_threads = False
    sockets: list[socket.socket]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()  # type: ignore[misc]
        self.sockets = [*getattr(self, "sockets", []), connection]
        return connection, address

    def start(self) -> None:
        self.thread = Thread(target=self.serve_forever, args=(0.05,))  # type: ignore[attr-defined]
        self.thread.start()

    def stop(self) -> None:
        self.shutdown()  # type: ignore[attr-defined]
        self.thread.join()
        for connection in getattr(self, "sockets", []):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Server(Stoppable, HTTPServer): ...


class Provider:
    """`twist` changes the claims, `sign` makes the token, `answer` replaces the whole answer of /token."""

    def __init__(self) -> None:
        self.twist: Callable[[dict[str, Any]], object] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = signed
        self.answer: tuple[int, bytes] | None = None
        self.keys_broken = False
        self.silent = Event()  # set: does not answer until cleared again
        self.codes: dict[str, tuple[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.server.start()

    def settings(self) -> dict[str, str]:
        # A path of its own for the keys: they are kept by address for an hour.
        return {
            "pool_id": "eu-west-2_test",
            "client_id": CLIENT,
            "client_secret": "the-secret",
            "issuer": ISSUER,
            "origin": self.url,
            "authorize": f"{self.url}/oauth2/authorize",
            "token": f"{self.url}/oauth2/token",
            "logout": f"{self.url}/logout",
            "jwks": f"{self.url}/keys/{id(self)}-{time.monotonic_ns()}",
        }

    def code(self, person: str, nonce: str) -> str:
        code = f"code-{len(self.codes)}"
        self.codes[code] = (person, nonce)
        return code

    def exchange(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(form)
        if self.answer:
            return self.answer
        person, nonce = self.codes.pop(form["code"], ("", ""))
        if not person:
            return 400, b'{"error": "invalid_grant"}'
        claims = claims_of(person, nonce)
        self.twist(claims)
        tokens = {"access_token": "secret-access", "refresh_token": "secret-refresh", "id_token": self.sign(claims)}
        return 200, json.dumps({**tokens, "token_type": "Bearer", "expires_in": 300}).encode()


def claims_of(person: str, nonce: str) -> dict[str, Any]:
    now = int(time.time())
    fixed = {"iss": ISSUER, "aud": CLIENT, "token_use": "id", "iat": now, "exp": now + 300, "auth_time": now}
    return {**fixed, "nonce": nonce, "jti": "j", "email": f"{person}@example.org", "cognito:username": person} | PEOPLE[
        person
    ]


def signed(claims: dict[str, Any], key: rsa.RSAPrivateKey = KEY, kid: str = "one") -> str:
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            while provider.silent.is_set():
                time.sleep(0.05)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(*provider.exchange({name: values[0] for name, values in parse_qs(body).items()}))

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path.startswith("/keys/"):
                public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
                keys = {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
                self.reply(500 if provider.keys_broken else 200, json.dumps(keys).encode())
            elif url.path == "/logout":
                self.redirect(asked["logout_uri"])
            elif url.path == "/oauth2/authorize":
                self.reply(200, page(asked), "text/html")
            elif url.path == "/chosen":
                code = provider.code(asked["person"], asked["nonce"])
                self.redirect(asked["back"] + "?" + urlencode({"code": code, "state": asked["state"]}))
            else:
                self.reply(404, b"")

        def redirect(self, where: str) -> None:
            self.send_response(302)
            self.send_header("Location", where)
            self.end_headers()

        def reply(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    return Handler


def page(asked: dict[str, str]) -> bytes:
    """The hosted page, with one link instead of each password."""
    fixed = f"state={quote(asked['state'])}&nonce={quote(asked['nonce'])}&back={quote(asked['redirect_uri'])}"
    links = [f'<p><a href="/chosen?person={person}&{fixed}">{person}</a></p>' for person in PEOPLE]
    return ("<!DOCTYPE html><title>Cognito</title>" + "".join(links)).encode()
