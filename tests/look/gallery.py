"""Sample pages put together from templates/parts, to be looked at and to be tested; nothing of it is shipped.

    python -m tests.look.gallery FOLDER     # pictures at two widths, light and dark

The pages are rendered through Django's engine with made-up people and handed to Chromium under the site's own
content security policy; no server and no table are needed.
"""

import mimetypes
import sys
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
from playwright.sync_api import Browser, BrowserContext, Route, sync_playwright

from tests.browser import launch

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://gallery.test"
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


_patients = [
    path("c/<slug:clinic>/patients/", nowhere, name="list"),
    path("c/<slug:clinic>/patients/search/", nowhere, name="search"),
]
_accounts = ["account_login", "account_logout", "openid_connect_login", "cover_done"]
urlpatterns = [
    path("", include((_patients, "patients"))),
    *[path(f"accounts/{name}/", nowhere, name=name) for name in _accounts],
]


def request(method: str) -> Any:
    signin = SimpleNamespace(name="Ana Ruiz", roles=["receptionist"], person="p", left=900.0, idle_minutes=15)
    return SimpleNamespace(
        method=method,
        clinic=CLINICS[0],
        scope=SimpleNamespace(clinic="northside", permissions=frozenset({"patient:read", "patient:write"})),
        signin=signin,
        resolver_match=SimpleNamespace(namespace="patients", view_name="patients:list"),
        get_full_path="/c/northside/patients/",
    )


def page(name: str) -> str:
    from tests.look import samples

    template, context = samples.pages()[name]
    asked = request("POST" if context.get("again") else "GET")
    shell = {"request": asked, "csrf_token": "t", "my_clinics": CLINICS}
    with patch("clinnet.templatetags.clinnet.places_for", return_value=samples.PLACES):
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


def answer(route: Route) -> None:
    """Serves the samples, the static files and the search; what the gallery lacks is a page with its path."""
    asked = urlsplit(route.request.url)
    html = "text/html; charset=utf-8"
    if asked.path.startswith("/static/"):
        file = static_file(asked.path.removeprefix("/static/"))
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
    elif asked.path.endswith("/search/"):
        typed = parse_qs(route.request.post_data or "", keep_blank_values=True)["q"][0]
        route.fulfill(body=search(typed), content_type=html)
    elif asked.path.startswith("/sample/"):
        headers = {"Content-Security-Policy": CSP, "Cache-Control": "no-store"}
        route.fulfill(body=page(asked.path.split("/")[2]), content_type=html, headers=headers)
    else:
        route.fulfill(body=f"<title>{asked.path}</title>", content_type=html)


def static_file(name: str) -> Path:
    ours = ROOT / "static" / name
    return ours if ours.exists() else Path(django_htmx.__file__).parent / "static" / name


def window(
    browser: Browser, *, width: int = 1366, height: int = 768, dark: bool = False, touch: bool = False, js: bool = True
) -> BrowserContext:
    made = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        java_script_enabled=js,
    )
    made.route(f"{ADDRESS}/**", answer)
    return made


def pictures(folder: Path) -> None:
    from tests.look import samples

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = launch(play)
        for size, width, height in (("desk", 1366, 768), ("phone", 390, 844)):
            for shade in ("light", "dark"):
                made = window(browser, width=width, height=height, dark=shade == "dark", touch=size == "phone")
                tab = made.new_page()
                tab.on("console", lambda message: print(message.text, file=sys.stderr))  # noqa: T201
                for name in samples.pages():
                    tab.goto(f"{ADDRESS}/sample/{name}")
                    tab.screenshot(path=folder / f"{name}-{size}-{shade}.png")
                tab.goto(f"{ADDRESS}/sample/list")
                tab.locator("#find-box").fill("gar")
                tab.locator("#found-new").wait_for()
                tab.screenshot(path=folder / f"search-{size}-{shade}.png")
                tab.goto(f"{ADDRESS}/sample/overview")
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
