"""The whole site, asked by staff of clinic A with ids, cursors, tokens and hidden values of clinic B in every place.

The pages are those of the resolver, the forms those that the pages show: both grow by themselves. What cannot be
known from them stands in tests/wall/typed.py and tests/wall/world.py. A hole is a sentence; there are none while the
wall stands.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.http import QueryDict
from django.test import Client

from clinnet.table import Actor, Scope, cursors
from tests.wall.asking import Answer, Page, Sendable, ask, clinic_pages, nobodys
from tests.wall.typed import filled
from tests.wall.world import OF_THE_CALENDAR, World

# Query parameters that are ids of something else than a patient.
NAMED = {
    "with": ("practitioner_id",),
    "type": ("visit_type_id",),
    "room": ("room_id",),
    "request": ("request_id",),
    "move": ("appointment_id",),
    "day": (),
    "for": ("request_id",),
    "template": ("template_id",),
}
NO_REFERENCES = ("csrfmiddlewaretoken", "_FORMS")  # hidden fields of Django's own
# The way back to a list: one place of the code reads it for all pages that have it, so it is tried on a few of them.
READ_IN_ONE_PLACE, A_FEW = ("manage", "list"), 5
# Sent with every key to new-check, and by that alone read; a moment, which belongs to nobody.
UNREAD = {("new-relative", "about"), ("count-drawer", "began")}
DONE = 302
PROBE = "probe"  # a value by which a query parameter is recognised where it arrives


Question = Callable[[Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody of clinic A, and all that is known about the two clinics."""

    browser: Client
    own: World
    foreign: World
    of_both: bool = False  # staff of B as well

    def compare(self, where: str, question: Question, *tries: Mapping[str, str]) -> Iterator[str]:
        """Another clinic's must look like nobody's, write nothing and let nothing out."""
        nobody = {name: nobodys(value) for name, value in tries[0].items()}
        other = question(nobody)
        if other.status == DONE:  # what it wrote may have made the process forget what it keeps
            other = question(nobody)
        for theirs in tries:
            sent, answer = [*theirs.values(), *nobody.values()], question(theirs)
            if answer.other_than(other, *sent):
                other = question(nobody)  # what a process keeps for some seconds may have been read the first time
            yield from self._holes(where, answer, other, sent)

    def _holes(self, where: str, one: Answer, other: Answer, sent: list[str]) -> Iterator[str]:
        if difference := one.other_than(other, *sent):
            yield f"{where}, is told from nobody's: {difference}"
        if one.status >= 500:
            yield f"{where}: {one.status}"
        if one.watch.writes and not where.startswith(TOLD):
            yield f"{where}: a write was sent"
        if leaked := self.foreign.leaked(one.text, " ".join(sent)):
            yield f"{where}: came back {leaked}"
        if not self.of_both and self.foreign.name in one.text:
            yield f"{where}: came back the clinic's name"
        if 401 in (one.status, other.status):
            yield f"{where}: not asked, the session is over"


def site_holes(asker: Asker, forms: "Forms") -> Iterator[str]:
    for part in (addresses_of_the_site, forms_of_the_site, queries_of_the_site):
        yield from part(asker, forms)


TOLD = (
    "GET chart?",
    "GET paper?",
    "GET letter-paper?",
    "GET credit-note-paper?",
    "GET prescription?",
    "GET entry-paper?",
    "GET invoice-paper?",
)  # with an own patient: opening or printing their chart is an event


@dataclass(frozen=True, slots=True)
class Forms:
    """What somebody of both clinics is shown in each."""

    own: list[Sendable]
    foreign: list[Sendable]


def addresses_of_the_site(asker: Asker, forms: Forms) -> Iterator[str]:
    bodies = {each.page.route: filled(each, asker.own) for each in forms.own}
    for page in clinic_pages():
        for method in ("GET", "POST"):
            yield from address_holes(asker, page, method, bodies.get(page.route, {}))


def forms_of_the_site(asker: Asker, forms: Forms) -> Iterator[str]:
    for form in forms.own:
        yield from form_holes(asker, form, forms.foreign)


def queries_of_the_site(asker: Asker, forms: Forms, names: Collection[str] = ()) -> Iterator[str]:
    """Of every page, or of those with these names."""
    tried = dict.fromkeys(READ_IN_ONE_PLACE, 0)
    for page in clinic_pages():
        if not names or page.name in names:
            yield from query_holes(asker, page, tried)


# --- Ids in addresses ------------------------------------------------------------------------------------------------


def address_holes(asker: Asker, page: Page, method: str, body: Mapping[str, Any]) -> Iterator[str]:
    """One id at a time; and all of B at once, its clinic too."""
    own, foreign = asker.own, asker.foreign
    ids = [name for name in page.parameters if name in foreign.ids and name not in OF_THE_CALENDAR]

    def question(values: Mapping[str, str]) -> Answer:
        return ask(asker.browser, method, page.url(own, **values), body)

    if not asker.of_both:  # to them, B itself is nobody's clinic
        everything = {"clinic": foreign.clinic} | {name: foreign.first(name) for name in ids}
        yield from asker.compare(f"{method} {page.name} of B", question, everything)
        return
    for name in ids:
        tries = [{name: id} for id in foreign.ids[name][:2]]
        yield from asker.compare(f"{method} {page.name}, {name} of B", question, *tries)


# --- Values in forms -------------------------------------------------------------------------------------------------


def form_holes(asker: Asker, form: Sendable, foreign_forms: list[Sendable]) -> Iterator[str]:
    """Each own id in the body becomes B's, and each hidden value that of the same form in B."""
    body = filled(form, asker.own)

    def question(values: Mapping[str, str]) -> Answer:
        return ask(asker.browser, "POST", form.url, {**body, **values})

    for name, value in body.items():
        if name.endswith(NO_REFERENCES) or (form.page.name, name) in UNREAD:
            continue
        for theirs in {*_counterparts(asker, value), *_hidden(form, name, foreign_forms)}:
            yield from asker.compare(f"POST {form.page.name}, {name} of B", question, {name: theirs})


def _counterparts(asker: Asker, value: Any) -> list[str]:
    """What stands in B where this id stands in A."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    names = [name for name, ids in asker.own.ids.items() if one in ids and name not in OF_THE_CALENDAR]
    return [asker.foreign.first(name) for name in names]


def _hidden(form: Sendable, name: str, foreign_forms: list[Sendable]) -> set[str]:
    own = form.form
    if name not in own.hidden:
        return set()
    same = [
        each.form for each in foreign_forms if each.page == form.page and each.form.fields.keys() == own.fields.keys()
    ]
    return {value for each in same[:1] for value in each.fields[name] if value and [value] != own.fields[name]}


# --- Query parameters ------------------------------------------------------------------------------------------------


def query_holes(asker: Asker, page: Page, tried: dict[str, int]) -> Iterator[str]:
    """Whatever name a page reads from the query: B's ids there, and cursors of B and of another person.

    `tried` counts the pages on which the names that one place reads were tried.
    """
    url = page.url(asker.own, patient_id=asker.own.first("child"))  # nothing is folded into it: its cursors are single
    with names_read() as names:
        if ask(asker.browser, "GET", url).status != 200:
            return

    def question(values: Mapping[str, str]) -> Answer:
        return ask(asker.browser, "GET", f"{url}{'&' if '?' in url else '?'}{urlencode(values)}")

    for name in sorted(names):
        if name in tried:
            tried[name] += 1
        if tried.get(name, 0) > A_FEW:
            continue
        values = [asker.foreign.first("patient_id"), asker.foreign.clinic, *_foreign_cursors(asker, url, name)]
        values += [asker.foreign.first(each) for each in NAMED.get(name, ())]
        tries = [{name: theirs} for theirs in values]
        yield from asker.compare(f"GET {page.name}?{name}= of B", question, *tries)


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that a view asks of the query or the body."""
    names: set[str] = set()

    def spy(method: str) -> Any:
        real = getattr(QueryDict, method)

        def read(self: QueryDict, key: str, *rest: Any) -> Any:
            names.add(key)
            return real(self, key, *rest)

        return patch.object(QueryDict, method, read)

    with spy("get"), spy("getlist"), spy("__getitem__"), spy("__contains__"):
        yield names


def _foreign_cursors(asker: Asker, url: str, name: str) -> list[str]:
    """Where the parameter arrives as a cursor: one for the same question, made for B, and one for another person."""
    asked: list[tuple[Scope, str]] = []
    real = cursors.unseal

    def unseal(scope: Scope, view: str, cursor: str) -> dict[str, str]:
        if cursor == PROBE:
            asked.append((scope, view))
        return real(scope, view, cursor)

    with patch.object(cursors, "unseal", unseal):
        ask(asker.browser, "GET", f"{url}{'&' if '?' in url else '?'}{name}={PROBE}")
    others = [
        (others, view)
        for scope, view in asked
        for others in (replace(scope, clinic=asker.foreign.clinic), replace(scope, actor=Actor("other", "Other")))
    ]
    return [cursors.seal(scope, view, {"PK": "x", "SK": "y"}) for scope, view in others]
