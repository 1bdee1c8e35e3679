"""A detour by way of somebody new leads back to where it began, with what was chosen there."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.scheduling.at_booking import at, controls
from tests.scheduling.conftest import Desk
from tests.wall.html import forms_of

pytestmark = pytest.mark.django_db


def here(desk: Desk, page: str) -> str:
    return f"/c/{desk.scope.clinic_id}/{page}"


def registered(ana: Client, desk: Desk, on: str) -> Any:
    """From the picker's last row to the button that saves and goes on."""
    begun = ana.post(here(desk, "patients/new/"), {"typed": "Quill Zed", "on": on})
    html = ana.get(begun["Location"]).content.decode()
    form = next(each for each in forms_of(html) if "family_name" in each.fields)
    assert form.fields["family_name"] in ("Quill", ["Quill"])
    return html, ana.post(here(desk, "patients/new/"), form.fields | {"then": "1"})


def on_of(ana: Client, page: str) -> str:
    return unescape(re.search(r'data-on="([^"]*)"', ana.get(page).content.decode())[1])  # type: ignore[index]


def test_the_chosen_time_and_type_survive_somebody_new(ana: Client, desk: Desk) -> None:
    kind, start = desk.type("Procedure").id, at(desk, "08:15", who=1)
    on = on_of(ana, f"{here(desk, 'book/')}?type={kind}&with={desk.doctors[1].id}&start={start}")
    html, answer = registered(ana, desk, on)
    assert "Save and book" in html
    shown = controls(ana.get(answer["Location"]).content.decode())
    assert (shown["start"], shown["type"], shown["with"]) == (start, kind, desk.doctors[1].id)


def test_a_new_request_registers_and_comes_back(ana: Client, desk: Desk) -> None:
    kind = desk.type("Procedure").id
    on = on_of(ana, f"{here(desk, 'requests/new/')}?type={kind}&source=noshow")
    html, answer = registered(ana, desk, on)
    assert "Save and ask for a time" in html
    assert answer["Location"].startswith(f"{here(desk, 'requests/new/')}?")
    page = ana.get(answer["Location"]).content.decode()
    assert "Quill, Zed" in page
    assert re.search(rf'value="{kind}"\s+selected', page)


@pytest.mark.parametrize(
    "on",
    [
        "https://example.org/c/x/book/?start=1",
        "//example.org/",
        "/c/elsewhere/book/?type=1",
        "/c/{clinic}/day/",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_led_anywhere_else(ana: Client, desk: Desk, on: str) -> None:
    _, answer = registered(ana, desk, on.format(clinic=desk.scope.clinic_id))
    assert re.fullmatch(rf"{here(desk, 'book/')}\?patient=\w+", answer["Location"])


def test_without_javascript_the_chosen_time_goes_along_too(ana: Client, desk: Desk) -> None:
    start = at(desk, "08:15")
    page = ana.get(f"{here(desk, 'book/')}?start={start}").content.decode()
    form = page[page.index('id="book-find"') :]
    held = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
    html = ana.post(here(desk, "book/"), {**held, "q": "Quill Zed", "find": "1"}).content.decode()
    on = unescape(re.search(r'name="on" value="([^"]*)"', html)[1])  # type: ignore[index]
    _, answer = registered(ana, desk, on)
    assert controls(ana.get(answer["Location"]).content.decode())["start"] == start
