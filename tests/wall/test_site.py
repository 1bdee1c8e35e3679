"""The wall round the site: everything of clinic B is as if it did not exist."""

import pytest

from tests.wall.asking import ask, clinic_pages
from tests.wall.people import of_both, outsider
from tests.wall.site import Forms, addresses_of_the_site, site_holes
from tests.wall.world import World


def fail_for(holes: list[str]) -> None:
    if holes:
        pytest.fail("\n".join(holes))


def test_for_staff_of_one_clinic_another_does_not_exist(own: World, foreign: World, forms: Forms) -> None:
    fail_for(list(addresses_of_the_site(outsider(own, foreign), forms)))


def test_in_one_clinic_nothing_of_another_can_be_reached_even_by_staff_of_both(
    own: World, foreign: World, forms: Forms
) -> None:
    fail_for(list(site_holes(of_both(own, foreign), forms)))


def test_what_is_said_about_one_clinic_is_not_said_in_another(own: World, foreign: World, db: None) -> None:
    """Two tabs of one person: an old link is opened in B, and before its page is shown, one of A."""
    browser = of_both(own, foreign).browser
    assert browser.get(f"/c/{foreign.clinic}/patients/{foreign.first('folded')}/").status_code == 302
    assert "was folded into this record" not in ask(browser, "GET", f"/c/{own.clinic}/patients/").body
    assert "was folded into this record" in ask(browser, "GET", f"/c/{foreign.clinic}/patients/").body


SHAPES = {
    "nothing": "-",
    "a path": "..",
    "a key": "PROFILE%231",
    "a separator": "1%231",
    "a zero": "%00",
    "a quote": "%27",
    "a line": "%0A",
    "another script": "%E6%BC%A2",
    "a surrogate": "%ED%A0%80",
    "too long": "x" * 3000,
}
IN_TURN = (0, 3, 7)  # three of them to each id of each page: every shape comes to a third of all ids


def test_an_id_of_any_shape_is_not_found(own: World, db: None) -> None:
    asker, shapes = outsider(own, own), list(SHAPES)
    ids = [(page, name) for page in clinic_pages() for name in page.parameters[1:]]
    assert len(ids) > 10 * len(shapes)
    for number, (page, name) in enumerate(ids):
        for turn in IN_TURN:
            shape = shapes[(number + turn) % len(shapes)]
            answer = ask(asker.browser, "GET", page.url(own, **{name: SHAPES[shape]}))
            assert answer.status in (404, 405), f"{page.name}, {name}: {shape}"
