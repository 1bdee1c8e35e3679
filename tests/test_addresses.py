"""Addresses that are kept are those that Django's `reverse` gives."""

from typing import Any

import pytest
from django.template import engines
from django.test import override_settings
from django.urls import NoReverseMatch, get_resolver, set_script_prefix
from django.urls import reverse as django_reverse  # noqa: TID251  what ours is held against
from django.urls.resolvers import URLResolver

from clinnet.addresses import of_each, reverse

VISIT = ("scheduling:appointment", ["northside", "01ED14H49FQAN28M2KFD7RGF2C", "01G3B74R6B4T11GR731V83JP2Y"])


def every(resolver: URLResolver, spaces: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Any:
    """Each view's name and what its address takes."""
    for each in resolver.url_patterns:
        taken = (*names, *each.pattern.converters)
        if isinstance(each, URLResolver):
            yield from every(each, (*spaces, each.namespace) if each.namespace else spaces, taken)
        elif each.name:
            yield ":".join((*spaces, each.name)), taken


@pytest.mark.parametrize("id", ["01ED14H49FQAN28M2KFD7RGF2C", "a b/ü?"])
def test_addresses_that_differ_in_their_last_id_are_djangos(id: str) -> None:
    made = of_each("patients:overview", "northside")
    try:
        expected = django_reverse("patients:overview", args=["northside", id])
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            made(id)
    else:
        assert made(id) == expected


@pytest.mark.parametrize("value", ["01ED14H49FQAN28M2KFD7RGF2C", "2026-11-28", "a b/ü?", "x_y"])
def test_every_address_of_ours_is_djangos(value: str) -> None:
    found = list(every(get_resolver()))
    assert len(found) > 50
    for name, taken in found:
        values = [value] * len(taken)
        try:
            expected: str | None = django_reverse(name, args=values)
        except NoReverseMatch:
            expected = None
        for args, kwargs in ((values, None), ((), dict(zip(taken, values, strict=True)))):
            try:
                made: str | None = reverse(name, args, kwargs)
            except NoReverseMatch:
                made = None
            assert made == expected


def test_each_place_of_an_address_gets_its_own_value() -> None:
    name, args = VISIT
    assert reverse(name, args) == django_reverse(name, args=args)
    named = {"appointment_id": "C", "clinic": "A", "patient_id": "B"}
    assert reverse(name, kwargs=named) == reverse(name, ["A", "B", "C"])


def test_an_address_of_another_prefix_or_other_patterns_is_not_kept() -> None:
    name, args = VISIT
    plain = reverse(name, args)
    set_script_prefix("/below/")
    try:
        assert reverse(name, args) == f"/below{plain}"
    finally:
        set_script_prefix("/")
    with override_settings(ROOT_URLCONF="tests.accounts.urls"), pytest.raises(NoReverseMatch):
        reverse(name, args)
    assert reverse(name, args) == plain


def test_the_tag_says_nothing_of_an_address_that_is_not() -> None:
    def shown(source: str) -> str:
        return str(engines["django"].from_string(source).render({"clinic": "a&b", "none": ""}))

    assert shown("{% url 'patients:list' none as there %}[{{ there }}]") == "[]"
    assert shown("{% url 'patients:list' 'northside' as there %}{{ there }}") == "/c/northside/patients/"
    with pytest.raises(NoReverseMatch):
        shown("{% url 'patients:list' clinic %}")
