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
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from playwright.sync_api import Browser, BrowserContext, Playwright, Route, sync_playwright

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
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def nowhere(request: HttpRequest, clinic: str) -> HttpResponse:
    raise NotImplementedError("the gallery only needs the address")


_patients = [
    path("c/<slug:clinic>/patients/", nowhere, name="list"),
    path("c/<slug:clinic>/patients/search/", nowhere, name="search"),
]
urlpatterns = [path("", include((_patients, "patients")))]


class Register(forms.Form):
    """The shape of the registration form, for its looks."""

    family_name = forms.CharField(label="Family name", required=False)
    given_name = forms.CharField(label="Given name")
    birth = forms.CharField(label="Date of birth", help_text="As people say it: 14/3/85, 14 Mar 1985, or an age: 41")
    sex = forms.ChoiceField(
        label="Sex",
        choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(label="E-mail", required=False)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("vi", "Vietnamese")], required=False)
    interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class Phone(forms.Form):
    number = forms.CharField(label="Phone", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("mobile", "Mobile"), ("home", "Home")], required=False)
    preferred = forms.BooleanField(label="Preferred", required=False)


Phones = forms.formset_factory(Phone, extra=1, can_delete=True)


def row(name: str, birth: str, age: str, sex: str, number: str, **more: Any) -> dict[str, Any]:
    base = "/c/northside/patients/01J"
    return {"family_given": name, "birth": birth, "age": age, "sex": sex, "number": number, "url": base} | more


PEOPLE = [
    row(
        "García, Lucía",
        "2 Feb 2020",
        "6 y",
        "F",
        "005112",
        tail="4821",
        next="Today 10:30 Okafor, Booked",
        book_url="/b",
    ),
    row(
        "García, María",
        "14 Mar 1985",
        "41 y",
        "F",
        "004821",
        tail="4821",
        preferred="Mari",
        next="Thu 26 Nov 10:30",
        book_url="/b",
    ),
    row("Garcia, Maria", "14 Mar 1985", "41 y", "F", "005930", same_name=True, book_url="/b"),
    row(
        "García Lorca de la Fuente-Montenegro, Maximiliano", "1985", "~41 y", "M", "000017", tail="0031", book_url="/b"
    ),
    row("Haddad, Idris", "11 Nov 2026", "11 days", "M", "006001", book_url="/b"),
    row("李, 伟", "9 Sep 1971", "55 y", "M", "003307", tail="7719", book_url="/b"),
    row("الراشد, نور", "21 Jun 1994", "32 y", "F", "004410", tail="5530", book_url="/b"),
    row("Costa, João", "30 Dec 1950", "75 y", "M", "000233", flags=[{"icon": "archive", "label": "archived"}]),
]
BANNER: dict[str, Any] = {
    "url": "/c/northside/patients/01J",
    "family_given": "García, María",
    "preferred": "Mari",
    "family": "García",
    "given": "María",
    "seed": "01J",
    "age": "41 y",
    "sex": "F",
    "birth": "14 Mar 1985",
    "number": "004821",
    "phone": "06 12 34 48 21",
    "phone_href": "tel:+33612344821",
    "alerts": [{"text": "Latex allergy", "stop": True}, {"text": "Interpreter: Spanish", "stop": False}],
    "balance": "To pay £24.50",
    "owing": True,
    "book_url": "/book",
    "more": [
        {"label": "Merge with another record", "icon": "arrow-merge", "url": "/m"},
        {"label": "Restrict the chart", "icon": "lock", "url": "/r"},
        {"label": "Archive", "icon": "archive", "url": "/a", "danger": True},
    ],
    "strips": [{"kind": "warn", "icon": "message-off", "text": "No consent for messages"}],
}
NAMES = ["Overview", "Appointments", "Details", "Contacts", "Chart", "Money", "History"]
TABS = [{"label": name, "url": f"/t/{name}", "here": name == "Overview"} for name in NAMES]
DETAIL_TABS = [tab | {"here": tab["label"] == "Details"} for tab in TABS]
LETTERS = [{"label": c, "url": "" if c in "QXY" else f"?l={c}", "here": c == "G"} for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
LETTERS += [{"label": "漢字", "url": "?l=han"}, {"label": "ع", "url": "?l=arab"}]
DIFFERENT = [
    {"name": "phone", "label": "Phone", "left": "06 12 34 48 21", "right": "06 99 00 11 22", "pick": "yours"},
    {"name": "address", "label": "Address", "left": "5 Mill Lane, Leeds", "right": "", "pick": "yours"},
    {"name": "language", "label": "Language", "left": "English", "right": "Spanish", "pick": "theirs"},
]


YOURS = {"value": "yours", "label": "Yours", "note": "not saved yet"}
THEIRS = {"value": "theirs", "label": "Ben's", "note": "saved at 10:12"}


def messages() -> list[Any]:
    undo = '[{"label": "Undo", "url": "/undo", "post": true, "fields": []}]'
    return [SimpleNamespace(message="Saved: address of María García.", extra_tags=undo, level_tag="success")]


def wrong_form() -> Register:
    return Register({"family_name": "Garcia", "birth": "31 Feb 1985", "sex": "female", "language": "en"})


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample: its template and what it is rendered with."""
    banner = {"banner": BANNER}
    return {
        "list": ("list.html", {"people": PEOPLE * 3, "letters": LETTERS}),
        "empty": ("list.html", {"people": [], "letters": LETTERS}),
        "register": ("register.html", {"form": Register(), "phones": Phones(prefix="phones")}),
        "wrong": ("register.html", {"form": wrong_form(), "phones": Phones(prefix="phones"), "known": True}),
        "overview": ("overview.html", banner | {"tabs": TABS, "messages": messages()}),
        "details": ("details.html", banner | {"tabs": DETAIL_TABS, "form": Register({"sex": "female"})}),
        "compare": ("stale.html", banner | {"rows": DIFFERENT, "left": YOURS, "right": THEIRS}),
        "found": ("found.html", {"results": PEOPLE, "typed": "gar", "full": True}),
        "404": (
            "errors/404.html",
            {"sentence": "We can't find that here. It may have moved, or the link may be wrong."},
        ),
        "503": (
            "errors/503.html",
            {"sentence": "Not saved yet: the system is busy. Your entries are here. Try again.", "again": [("a", "b")]},
        ),
        "500": ("errors/500.html", {}),
    }


def request(method: str) -> Any:
    permissions = frozenset({"patient:read", "patient:write"})
    clinic = SimpleNamespace(id="northside", name="Northside Clinic", locale="en-GB")
    return SimpleNamespace(
        method=method,
        clinic=clinic,
        scope=SimpleNamespace(clinic="northside", permissions=permissions),
        signin=SimpleNamespace(name="Ana Ruiz", roles=["receptionist"]),
        resolver_match=SimpleNamespace(namespace="patients"),
        get_full_path="/c/northside/patients/",
        places=True,
    )


def page(name: str) -> str:
    template, context = pages()[name]
    mine = [
        SimpleNamespace(id="northside", name="Northside Clinic"),
        SimpleNamespace(id="harbor", name="Harbor Family Practice"),
    ]
    return render_to_string(template, {"request": request("POST" if context.get("again") else "GET"), "csrf_token": "t", "my_clinics": mine} | context)


def search(typed: str) -> str:
    found = [one for one in PEOPLE if typed.casefold() in one["family_given"].casefold()]
    register = {"label": f"Register {typed}", "url": "/c/northside/patients/new/", "fields": [("typed", typed)]}
    given = {"results": found, "register": register if typed else None, "csrf_token": "t"}
    hint = "" if found and typed else "Seen last" if not typed else "Nobody found by that."
    return render_to_string("parts/search_results.html", given | {"hint": hint})


def answer(route: Route) -> None:
    """Serves the samples, the static files and the search under the site's own content security policy."""
    asked = urlsplit(route.request.url)
    if asked.path.startswith("/static/"):
        file = ROOT / "static" / asked.path.removeprefix("/static/")
        if asked.path.startswith("/static/django_htmx/"):
            import django_htmx

            file = Path(django_htmx.__file__).parent / asked.path.lstrip("/")
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
    elif asked.path.endswith("/search/"):
        typed = parse_qs(route.request.post_data or "", keep_blank_values=True)["q"][0]
        route.fulfill(body=search(typed), content_type="text/html; charset=utf-8")
    elif (name := asked.path.strip("/")) in pages():
        headers = {"Content-Security-Policy": CSP, "Cache-Control": "no-store"}
        route.fulfill(body=page(name), content_type="text/html; charset=utf-8", headers=headers)
    else:
        route.fulfill(body=f"<title>{asked.path}</title>", content_type="text/html")


def launch(play: Playwright) -> Browser:
    return play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)


def context(
    browser: Browser, *, width: int = 1366, height: int = 768, dark: bool = False, touch: bool = False
) -> BrowserContext:
    made = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
    )
    made.route(f"{ADDRESS}/**", answer)
    return made


def pictures(folder: Path) -> None:
    with sync_playwright() as play:
        browser = launch(play)
        for size, width, height in (("desk", 1366, 768), ("phone", 390, 844)):
            for dark in (False, True):
                made = context(browser, width=width, height=height, dark=dark, touch=size == "phone")
                tab = made.new_page()
                tab.on("console", lambda message: sys.stderr.write(message.text + "\n"))
                for name in pages():
                    tab.goto(f"{ADDRESS}/{name}")
                    tab.screenshot(path=folder / f"{name}-{size}-{'dark' if dark else 'light'}.png")
                tab.goto(f"{ADDRESS}/list")
                tab.locator("#find-box").fill("gar")
                tab.locator("#found-new").wait_for()
                tab.screenshot(path=folder / f"search-{size}-{'dark' if dark else 'light'}.png")
                made.close()
        browser.close()


if __name__ == "__main__":
    import django
    from django.conf import settings

    apps = ["django.contrib.staticfiles", "django_htmx", "clinnet", "tests.look"]
    settings.configure(INSTALLED_APPS=apps, **SETTINGS)
    django.setup()
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    pictures(target)
