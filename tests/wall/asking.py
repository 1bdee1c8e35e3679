"""Asking the site as a browser does, with everything that leaves the request beside the answer."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from clinnet import clock
from clinnet.accounts.access import Access, Door, access_of
from clinnet.accounts.permissions import Permission
from clinnet.checks import views
from patients.forms.details import GROUPS
from tests.wall.html import HtmlForm, forms_of
from tests.wall.schedule import ZONE, the_day
from tests.wall.watch import Watch, watching
from tests.wall.world import World

# What a page has to be asked with, beside its address.
ASKED: Mapping[str, Callable[[World], Mapping[str, str]]] = {
    "matches": lambda world: {
        "with": world.first("practitioner_id"),
        "start": f"{the_day()}T09:00Z",
        "minutes": "15",
    },
    "put-back": lambda world: {"event": world.first("change")},
    "checkout": lambda world: {"visit": world.ids["appointment_id"][3]},
}
ID = re.compile(r'\sid="([^"]+)"')
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# What differs between any two answers: tokens, the time that the table took, the seconds until the session ends.
TOKENS = re.compile(
    r'(?:name="csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*|\b[0-9a-f]{24}\.[0-9a-f]{32}\b'
    r'|data-draft="[0-9a-f]{32}\.|data-read="[^"]*"|name="entry" value="\w{26}"|dur=[\d.]+|"\d+;url=|data-left="\d+"'
)
SEALED = re.compile(r"\.?[\w-]+:\w{6}:[\w-]{43}")  # django.core.signing, with its time


WORDS = {
    "group": sorted(GROUPS),
    "day": [the_day().isoformat()],
    "drawer_day": [clock.today(ZONE).isoformat()],
    "paper": ["a4", "receipt"],
}  # parameters that are no ids


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the site."""

    route: str
    name: str
    access: Access | None

    @property
    def permissions(self) -> frozenset[Permission]:
        return self.access.permissions if self.access else frozenset()

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.route)

    def url(self, world: World, **values: str) -> str:
        """The address with this clinic's ids; raises KeyError for a parameter without a fixture."""
        address = PARAMETER.sub(lambda found: self._value(world, values, found[1]), self.route)
        return f"{address}?{urlencode(ASKED[self.name](world))}" if self.name in ASKED else address

    def _value(self, world: World, values: Mapping[str, str], name: str) -> str:
        return values.get(name) or (world.clinic if name == "clinic" else choices(world, name)[0])

    def matches(self, url: str) -> bool:
        return re.fullmatch(PARAMETER.sub("[^/]+", self.route), url.partition("?")[0]) is not None


def pages() -> list[Page]:
    return [Page(route, pattern.name or route, access_of(pattern.callback)) for route, pattern in views()]


def clinic_pages() -> list[Page]:
    return [page for page in pages() if page.access and page.access.door is Door.CLINIC]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: str
    body: str
    watch: Watch

    @property
    def text(self) -> str:
        """Everything that anybody could read afterwards."""
        return "\n".join([self.headers, self.body, self.watch.text])

    def other_than(self, other: "Answer", *sent: str) -> str:
        """The first line that differs; what was sent, and what differs anyway, does not count."""
        pairs = zip_longest(self._lines(), other._lines(), fillvalue="")
        differing = ((_plain(one, sent), _plain(two, sent)) for one, two in pairs if one != two)
        return next((f"{one!r} for {two!r}" for one, two in differing if one != two), "")

    def _lines(self) -> list[str]:
        return [str(self.status), *self.headers.splitlines(), *self.body.splitlines()]


def _plain(line: str, sent: tuple[str, ...]) -> str:
    for each in filter(None, sent):
        line = line.replace(each, "SENT")
    return SEALED.sub("SEALED", TOKENS.sub("TOKEN", line))


def ask(browser: Client, method: str, url: str, data: Mapping[str, Any] | None = None, **headers: str) -> Answer:
    # The test client keeps a copy of every template's context: half of the time of a walk.
    with watching() as watch, patch("django.test.client.store_rendered_templates", _nothing):
        send = browser.post if method == "POST" else browser.get
        response = send(url, dict(data or {}) if method == "POST" else None, headers=headers or None)
        body = body_of(response)
    cookies = [morsel.OutputString() for name, morsel in response.cookies.items() if name not in OWN_COOKIES]
    shown = [f"{name}: {value}" for name, value in sorted(response.headers.items()) if name != "Content-Length"]
    return Answer(response.status_code, "\n".join([*shown, *cookies]), body + _said(browser, response), watch)


def _nothing(*signal: Any, **sent: Any) -> None:
    """A mock would be made anew for each request."""


def _said(browser: Client, response: HttpResponseBase) -> str:
    """What the next page would say; taken out of the session, so that the next answer is not about this one."""
    if response.status_code != 302:
        return ""
    session = browser.session
    said = "".join(str(session.pop(name)) for name in list(session.keys()) if name.startswith("_messages"))
    session.save()
    return said


OWN_COOKIES = {
    settings.SESSION_COOKIE_NAME,
    settings.CSRF_COOKIE_NAME,
}  # their values are random; test_leaks reads them


def body_of(response: HttpResponseBase) -> str:
    whole = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return bytes(whole).decode(errors="replace")


# --- Forms -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sendable:
    """A form that a page of ours shows, and where it leads."""

    page: Page
    url: str
    form: HtmlForm


@dataclass(frozen=True, slots=True)
class Walk:
    """What somebody was shown who opened every page: its forms, which pages open to no GET, and ids that a page has
    twice.
    """

    forms: list[Sendable]
    closed: set[Page]
    twice: set[tuple[str, str]]  # the page's name, the id


def walk(
    browser: Client,
    world: World,
    names: Collection[str] = (),
    look: Callable[[Page, Answer], None] = lambda page, answer: None,
) -> Walk:
    """Through all pages, or those with these names. Of each form one, for each address that it leads to. `look` sees
    every answer.
    """
    found: dict[tuple[str, frozenset[str]], Sendable] = {}
    closed: set[Page] = set()
    twice: set[tuple[str, str]] = set()
    every = clinic_pages()
    for page in (each for each in every if not names or each.name in names):
        for shown_at in addresses(page, world):
            answer = ask(browser, "GET", shown_at)
            assert answer.status in (200, 204, 302, 405), f"{shown_at}: {answer.status}\n{answer.watch.text}"
            look(page, answer)
            closed |= {page} if answer.status == 405 else set()
            ids = Counter(ID.findall(answer.body))
            twice |= {(page.name, id) for id, times in ids.items() if times > 1}
            for form in forms_of(answer.body) if answer.status == 200 else ():
                url = form.action or shown_at
                if target := next((each for each in every if each.matches(url)), None):
                    found.setdefault((target.route, frozenset(form.fields)), Sendable(target, url, form))
    return Walk(list(found.values()), closed, twice)


def addresses(page: Page, world: World) -> list[str]:
    """With the first of each, then with the others in turn; all about one patient."""
    others = [name for name in page.parameters if name not in ("clinic", "patient_id")]
    further = [page.url(world, **{name: value}) for name in others for value in choices(world, name)[1:]]
    return [page.url(world), *further]


def choices(world: World, name: str) -> list[str]:
    """Raises KeyError for a parameter without a fixture."""
    return WORDS[name] if name in WORDS else world.ids[name]


def nobodys(value: str) -> str:
    """A value of the same shape that nothing has: each letter and digit moved on by one. The time in "time~id" stays
    one: whether it is a time is told to everybody.
    """
    time, mark, id = value.rpartition("~")
    return time + mark + "".join(map(_next, id))


def _next(char: str) -> str:
    if char.isdecimal():
        return str((int(char) + 1) % 10)
    if char in "zZ":
        return chr(ord(char) - 25)
    return chr(ord(char) + 1) if char.isascii() and char.isalpha() else char
