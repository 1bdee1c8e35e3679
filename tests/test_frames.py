"""What is kept of a page's frame is one person's, in one clinic."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from clinnet.frames import FrameNode

ASKED: dict[str, Any] = {
    "person": "p1",
    "name": "Ana",
    "roles": ["nurse"],
    "permissions": {"a"},
    "clinic": "north",
    "clinics": ["north"],
}
SOURCE = (
    '{% frame "x" besides %}{{ request.signin.name }} {{ request.clinic.name }} {{ besides }} {{ drawn }} '
    "{% csrf_token %} {{ patient_id }} {{ seconds_left }}{% endframe %}"
)


def asked(*, left: float = 60, patient: str = "", **changes: Any) -> Any:
    given = ASKED | changes
    return SimpleNamespace(
        signin=SimpleNamespace(
            person=given["person"],
            name=given["name"],
            roles=given["roles"],
            idle_minutes=15,
            left=left,
            clinics=given["clinics"],
        ),
        scope=SimpleNamespace(clinic=given["clinic"], permissions=frozenset(given["permissions"])),
        clinic=SimpleNamespace(id=given["clinic"], name=given["clinic"].title()),
        patient=SimpleNamespace(id=patient),
    )


@pytest.fixture
def draw() -> Callable[..., str]:
    template = Engine(libraries={"clinnet": "clinnet.templatetags.clinnet"}).from_string("{% load clinnet %}" + SOURCE)

    def drawn(request: Any, **context: Any) -> str:
        return str(template.render(Context({"csrf_token": "t", "request": request, **context})))

    return drawn


def test_a_frame_is_drawn_once_for_one_person(draw: Callable[..., str]) -> None:
    assert "first" in draw(asked(), drawn="first")
    assert "first" in draw(asked(), drawn="second")


@pytest.mark.parametrize(
    "change",
    [
        {"person": "p2"},
        {"name": "Bo"},
        {"roles": ["doctor"]},
        {"permissions": {"b"}},
        {"clinic": "south"},
        {"clinics": ["north", "south"]},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_frame_is_never_anybody_elses(draw: Callable[..., str], change: dict[str, Any]) -> None:
    draw(asked(), drawn="first")
    assert "second" in draw(asked(**change), drawn="second")


def test_a_frame_is_another_where_what_it_depends_on_is(draw: Callable[..., str]) -> None:
    draw(asked(), drawn="first", besides="one")
    assert "second" in draw(asked(), drawn="second", besides="two")


def test_the_token_and_the_seconds_are_each_pages_own(draw: Callable[..., str]) -> None:
    draw(asked(left=60), csrf_token="one")
    later = draw(asked(left=30.6), csrf_token='two"')
    assert 'value="two&quot;"' in later
    assert later.endswith(" 31")
    assert "gap" not in later


def test_a_frame_that_is_kept_names_the_patient_of_each_page(draw: Callable[..., str]) -> None:
    draw(asked(patient="p1"), drawn="first")
    later = draw(asked(patient="p2"), drawn="second")
    assert ("first" in later, " p2 " in later, "p1" in later) == (True, True, False)


def test_nothing_is_kept_where_nobody_is_signed_in_to_a_clinic(draw: Callable[..., str]) -> None:
    for request in (None, SimpleNamespace(), SimpleNamespace(signin=asked().signin)):
        assert "first" in draw(request, drawn="first")
        assert "second" in draw(request, drawn="second")


def test_no_frame_has_a_block() -> None:
    """A block differs by the page, and Django is told that it finds none there."""
    frames = 0
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "{% frame " in path.read_text():
            name = str(path.relative_to(settings.BASE_DIR / "templates"))
            for frame in get_template(name).template.nodelist.get_nodes_by_type(FrameNode):  # type: ignore[attr-defined]
                assert frame.nodelist.get_nodes_by_type(BlockNode) == [], name
                frames += 1
    assert frames > 15
