"""Where patient data must not stand: logs, addresses, cookies, headers, file names, mails, what exceptions print."""

import logging
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from clinnet.table import Transaction, errors, keys, reads
from clinnet.table.errors import Busy, ClinnetError, Fault, NotFound, Refused, Stale, Unavailable, Unsure
from patients import queries, services
from tests.wall.asking import Answer, Page, Sendable, ask, clinic_pages, walk
from tests.wall.people import everybody
from tests.wall.typed import filled
from tests.wall.world import World, patient_of, settle


@pytest.fixture(scope="module")
def settled() -> World:
    return settle("Wagtail", "7700900222")


@pytest.fixture
def world(settled: World, db: None) -> World:
    """One for all who write nothing."""
    return settled


@pytest.fixture
def spent(db: None) -> World:
    """One of its own: what is done in it is done."""
    return settle("Wagtail", "7700900222")


@pytest.fixture
def browser(world: World) -> Client:
    return everybody(world.clinic)


# What stands in addresses is about the clinic's work: which day or hours, whose column, how late, which part of a list.
ASKED_BY_GET = {
    "day", "with", "minutes", "show", "type", "source", "from", "to", "urgency", "who", "way", "since", "until",
    "ask", "open", "initial", "month", "person", "pick", "all",  # ids that were ticked
    "topic", "kind",  # a part of the chart
}  # fmt: skip
# Lists of what the clinic is made of, and where a template is chosen by its name: a word that is looked for there
# is no patient's.
OF_THE_CLINIC = {
    "new-letter",
    "staff-list",
    "other-days-list",
    "letter-templates-list",
    "note-templates-list",
    "phrases-list",
    "rooms-list",
    "visit-types-list",
    "hours-list",
    "services-list",
    "payers-list",
    "price-lists-list",
    "tax-classes-list",
}
TO_COGNITO = {"staff-stop", "staff-password", "staff-second-factor"}  # is told the user name of its own account
FILTERED = {"requests"}


def told(world: World, text: str) -> list[str]:
    """Words and numbers of the patient; ids may stand in addresses and logs."""
    return [each for each in world.leaked(text) if each not in world.all_ids]


def leaks(world: World, browser: Client, answer: Answer) -> Iterator[str]:
    """Outside the page itself, which is there to show it."""
    for name, text in {"headers": answer.headers, "logs, files and mails": answer.watch.text}.items():
        if told(world, text):
            yield name
    cookies = browser.cookies.output()
    if told(world, cookies):
        yield "cookies"
    if "Cache-Control: no-store" not in answer.headers:
        yield "the browser's cache"
    timing = re.search("Server-Timing: (.*)", answer.headers)
    if timing and ("#" in timing[1] or any(id in timing[1] for id in world.all_ids)):
        yield "Server-Timing"


# --- Pages as they are meant to be -----------------------------------------------------------------------------------


@dataclass
class Walked:
    """What the pages of a clinic showed before anything was sent there."""

    world: World
    forms: list[Sendable]
    found: dict[str, set[str]]  # by the page's name


@pytest.fixture(scope="module")
def read_once() -> list[Walked]:
    return []


@pytest.fixture
def walked(db: None, read_once: list[Walked]) -> Walked:
    """Of a clinic in which one test sends what the pages hold; they are looked at before, once for both."""
    if not read_once:
        world, found = settle("Wagtail", "7700900222"), defaultdict[str, set[str]](set)
        browser = everybody(world.clinic)

        def look(page: Page, answer: Answer) -> None:
            found[page.name] |= {*leaks(world, browser, answer), *asked_in_addresses(page, answer)}

        read_once.append(Walked(world, walk(browser, world, look=look).forms, found))
    return read_once[0]


def asked_in_addresses(page: Page, answer: Answer) -> Iterator[str]:
    """What somebody types there would stand in the address of the next page."""
    typed_by_get = re.findall(r'<form(?![^>]*method="(?:post|dialog)").*?</form>', answer.body, re.DOTALL)
    asked = {name for form in typed_by_get for name in re.findall(r'\sname="([^"]*)"', form)}
    asked -= {"q", "find"} if page.name in OF_THE_CLINIC else set()
    yield from (f"{name} is sent by GET" for name in asked - ASKED_BY_GET)
    if "hx-push-url" in answer.body and page.name not in FILTERED:
        yield "addresses pushed by htmx"


def test_a_patient_leaves_no_trace_outside_the_pages(walked: Walked) -> None:
    assert {name: how for name, how in walked.found.items() if how} == {}
    assert walked.found.keys() == {page.name for page in clinic_pages()}


def test_what_is_typed_leaves_no_trace_either(walked: Walked) -> None:
    """Every form, truly sent: names, a photo by that name, and what the storage is told."""
    world, browser, found = walked.world, everybody(walked.world.clinic), {}
    for form in walked.forms:
        body = filled(form, world)
        typed = {
            name: world.word for name, value in body.items() if value in (["Newly"], "Newly", "Rang", "Moved away")
        }
        files = {name: SimpleUploadedFile(f"{world.word}.png", body[name].read()) for name in form.form.files}
        answer = ask(browser, "POST", form.url, {**body, **typed, **files})
        assert answer.status < 500, form.page.name
        found[form.page.name] = list(leaks(world, browser, answer))
    assert {name: how for name, how in found.items() if how and name not in TO_COGNITO} == {}
    assert len(found) > 20


def test_search_is_not_answered_by_get(world: World, browser: Client) -> None:
    url = f"/c/{world.clinic}/patients/search/"
    assert world.word in ask(browser, "POST", url, {"q": world.word}).body
    assert world.word not in ask(Client(), "POST", url, {"q": world.word}).headers
    assert world.word not in ask(browser, "GET", f"{url}?q={world.word[:4]}").body.replace(world.word[:4], "")


# --- When something breaks -------------------------------------------------------------------------------------------

BROKEN: dict[str, Callable[[World], Exception]] = {
    "an error of ours": lambda world: ValueError(f"{world.word} {world.digits}"),
    "not found": lambda world: NotFound(f"{world.word} is not here."),
    "refused": lambda world: Refused(f"{world.word} has this number."),
    "stale": lambda world: Stale({"firstName": world.word}),
    "busy": lambda world: Busy(),
    "unreachable": lambda world: Unavailable(),
    "unsure": lambda world: Unsure(),
    "rejected": lambda world: Fault("Query: ValidationException"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_page_that_breaks_tells_only_the_person(
    world: World, browser: Client, kind: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ADMINS = [("Admin", "admin@example.org")]  # Django would mail them the request

    def broken(*_: object) -> None:
        raise BROKEN[kind](world)

    monkeypatch.setattr(queries, "patient", broken)
    for method in ("GET", "POST"):
        url = f"/c/{world.clinic}/patients/{world.first('patient_id')}/archive/"
        answer = ask(browser, method, url, {"reason": f"{world.word} moved"})
        assert list(leaks(world, browser, answer)) == []
        assert answer.status >= 400
        typed_again = method == "POST" and answer.status >= 500
        assert bool(told(world, answer.body)) == (typed_again or kind in ("refused", "not found")), answer.status
    assert mail.outbox == []


def test_a_busy_table_tells_only_the_person(world: World, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr(reads, "patiently", busy)
    for page in clinic_pages():
        answer = ask(browser, "GET", page.url(world))
        assert answer.status in (503, 405, 302, 204, 200), page.name
        assert list(leaks(world, browser, answer)) == []


def conflict(world: World) -> ClinnetError:
    """A real one, with the item in DynamoDB's answer."""
    opened = patient_of(world)
    services.change(world.scope, opened, {"notes": "First"})
    with pytest.raises(Stale) as stale:
        services.change(world.scope, opened, {"notes": "Second"})
    return stale.value


def taken(world: World) -> ClinnetError:
    with pytest.raises(Refused) as refused:
        services.register(world.scope, {"family_name": world.word, "mrn": patient_of(world).mrn})
    return refused.value


@pytest.mark.parametrize("provoke", [conflict, taken])
def test_an_exception_prints_nothing_of_an_item(spent: World, provoke: Callable[[World], ClinnetError]) -> None:
    world, error = spent, provoke(spent)
    printed = "".join(traceback.format_exception(error)) + repr(error) + str(error)
    assert told(world, printed) == []
    report = ExceptionReporter(None, type(error), error, error.__traceback__)
    assert told(world, "".join(report.get_traceback_text())) == []


def test_items_and_events_print_no_values(world: World) -> None:
    patient = patient_of(world)
    contact = queries.contact(world.scope, patient, world.first("contact_id"))
    page = reads.query(world.scope, keys.contacts_of(patient.id), limit=5)
    tx = Transaction(world.scope)
    tx.update(patient, {"notes": world.word})
    for thing in (patient, contact, page, tx, tx._steps[0], errors.Stale({"firstName": world.word})):
        assert told(world, f"{thing!r} {thing}") == [], type(thing)


def records() -> Iterator[type]:
    """Every dataclass of ours whose printed form is made from its fields."""
    for app in ("clinnet", "patients"):
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if not {"management", "local", "settings", "wsgi"} & set(module.name.split(".")):
                for each in vars(import_module(module.name)).values():
                    is_record = isinstance(each, type) and is_dataclass(each)
                    if is_record and each.__module__ == module.name and _prints_fields(each):
                        yield each


def _prints_fields(record: Any) -> bool:
    return hasattr(record.__repr__, "__wrapped__")  # by dataclasses; one of our own is not


def test_records_that_hold_what_the_table_holds_do_not_print_it() -> None:
    """A log line or a traceback with local values would."""
    holds = re.compile(r"dict\[|Mapping\[|PatientData|shape\.")
    found = {
        each.__qualname__: [field.name for field in fields(each) if holds.search(str(field.type))] for each in records()
    }
    assert {name: names for name, names in found.items() if names} == {}


def test_libraries_that_print_items_are_kept_quiet() -> None:
    for name in ("pynamodb", "botocore", "boto3", "urllib3", "s3transfer"):
        assert logging.getLogger(f"{name}.anything").getEffectiveLevel() >= logging.WARNING
