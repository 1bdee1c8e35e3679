"""Sample pages put together from templates/parts, to be looked at and to be tested; nothing of it is shipped.

    python -m tests.look.gallery FOLDER     # pictures at two widths, light and dark

The pages are rendered through Django's engine with made-up people and served on a free port under the site's own
content security policy; no table is needed.
"""

import mimetypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import django
import django_htmx
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import launch

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": "tests.look.gallery",
    "STATIC_URL": "/static/",
    "STORAGES": {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [ROOT / "templates", ROOT / "tests/look/pages"],
            "OPTIONS": {"builtins": ["clinnet.templatetags.clinnet", "django.templatetags.static"]},
        }
    ],
}
CLINICS = [
    SimpleNamespace(id="northside", name="Northside Clinic", locale="en-GB"),
    SimpleNamespace(id="harbor", name="Harbor Family Practice", locale="en-US"),
]


def nowhere(request: HttpRequest, clinic: str = "") -> HttpResponse:
    raise NotImplementedError("the gallery only needs the address")


MENU = ("merge", "restrict", "archive")
_patients = [
    path("c/<slug:clinic>/patients/", nowhere, name="list"),
    path("c/<slug:clinic>/patients/search/", nowhere, name="search"),
    *[path(f"c/<slug:clinic>/patients/<str:patient_id>/{name}/", nowhere, name=name) for name in MENU],
]
_accounts = ["account_login", "account_logout", "openid_connect_login", "cover_done"]
urlpatterns = [
    path("", include((_patients, "patients"))),
    *[path(f"accounts/{name}/", nowhere, name=name) for name in _accounts],
]


def request(method: str) -> Any:
    signin = SimpleNamespace(
        name="Ana Ruiz",
        roles=["receptionist"],
        person="p",
        left=900.0,
        idle_minutes=15,
        clinics=["northside", "harbor"],
    )
    return SimpleNamespace(
        method=method,
        clinic=CLINICS[0],
        scope=SimpleNamespace(clinic="northside", permissions=frozenset({"patient:read", "patient:write"})),
        signin=signin,
        resolver_match=SimpleNamespace(namespace="patients", view_name="patients:list"),
        get_full_path="/c/northside/patients/",
    )


_ONE_AT_A_TIME = threading.Lock()  # `patch` is the process's: two threads would take away each other's


def page(name: str) -> str:
    from tests.look import samples

    template, context = samples.pages()[name]
    asked = request("POST" if context.get("again") else "GET")
    shell = {"request": asked, "csrf_token": "t", "my_clinics": CLINICS}
    with _ONE_AT_A_TIME, patch("clinnet.contributions.everything", return_value=tuple(samples.PLACES)):
        return render_to_string(template, shell | context)


def search(typed: str) -> str:
    from tests.look import samples

    found = [one for one in samples.PEOPLE if typed.casefold() in one["family_given"].casefold()]
    register = {
        "label": f"Register {typed}",
        "url": "/c/northside/patients/new/",
        "fields": [("typed", typed)],
    }
    given = {"results": found, "register": register if typed else None, "csrf_token": "t"}
    hint = "Seen last" if not typed else "" if found else "Nobody found by that."
    return render_to_string("parts/search_results.html", given | {"hint": hint})


class Answers(BaseHTTPRequestHandler):
    """The samples, the static files and the search; what the gallery lacks is a page with its path."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path).path
        if asked.startswith("/static/"):
            file = static_file(asked.removeprefix("/static/"))
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            self._say(file.read_bytes() if file.is_file() else b"", kind, cached=True)
        elif asked.startswith("/sample/"):
            self._say(page(asked.split("/")[2]).encode())
        else:
            self._say(f"<title>{escape(asked)}</title>".encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if urlsplit(self.path).path.endswith("/search/"):
            self._say(search(parse_qs(sent, keep_blank_values=True)["q"][0]).encode())
        else:
            self._say(b"<title>Sent</title>")

    def _say(self, body: bytes, kind: str = "text/html; charset=utf-8", *, cached: bool = False) -> None:
        self.send_response(200)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Content-Security-Policy": CSP,
                   "Cache-Control": "max-age=3600" if cached else "no-store"}  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pages are left while they still ask for something; anything else is a fault, and is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served() -> Iterator[str]:
    """The address of a running gallery."""
    with Server(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def static_file(name: str) -> Path:
    ours = ROOT / "static" / name
    return ours if ours.exists() else Path(django_htmx.__file__).parent / "static" / name


def window(
    browser: Browser, *, width: int = 1366, height: int = 768, dark: bool = False, touch: bool = False, js: bool = True
) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        java_script_enabled=js,
    )


def pictures(folder: Path) -> None:
    from tests.look import samples

    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as play:
        browser = launch(play)
        for size, width, height in (("desk", 1366, 768), ("phone", 390, 844)):
            for shade in ("light", "dark"):
                made = window(browser, width=width, height=height, dark=shade == "dark", touch=size == "phone")
                tab = made.new_page()
                tab.on("console", lambda message: print(message.text, file=sys.stderr))  # noqa: T201
                for name in samples.pages():
                    tab.goto(f"{address}/sample/{name}")
                    tab.screenshot(path=folder / f"{name}-{size}-{shade}.png")
                tab.goto(f"{address}/sample/list")
                tab.locator("#find-box").fill("gar")
                tab.locator("#found-new").wait_for()
                tab.screenshot(path=folder / f"search-{size}-{shade}.png")
                tab.goto(f"{address}/sample/overview")
                tab.locator("[popovertarget=menu-person]").click()
                tab.screenshot(path=folder / f"menu-{size}-{shade}.png")
                made.close()
        browser.close()


if __name__ == "__main__":
    from django.conf import settings

    apps = ["django.contrib.staticfiles", "django_htmx", "clinnet"]
    settings.configure(INSTALLED_APPS=apps, **SETTINGS)
    django.setup()
    pictures(Path(sys.argv[1]))
