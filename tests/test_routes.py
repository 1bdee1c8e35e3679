"""Addresses as a tree lead where the plain list of them leads."""

from importlib import import_module

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern

from clinnet import contributions
from clinnet.contributions import Urls
from clinnet.routes import Routes, branched, tree


def every(patterns: Routes, before: str = "") -> list[tuple[str, str | None]]:
    """Each route with its name."""
    found: list[tuple[str, str | None]] = []
    for each in patterns:
        route = before + str(each.pattern)
        found += every(each.url_patterns, route) if isinstance(each, URLResolver) else [(route, each.name)]
    return found


def view(request: HttpRequest, **arguments: str) -> HttpResponse:
    return HttpResponse()


def resolver(patterns: Routes) -> URLResolver:
    return URLResolver(RegexPattern(r"^"), patterns)


@pytest.mark.parametrize("module", [each.module for each in contributions.of(Urls)])
def test_no_address_is_lost_and_each_leads_to_its_view(module: str) -> None:
    plain = import_module(module).urlpatterns
    assert sorted(every(plain), key=str) == sorted(every(branched(module)[0]), key=str)
    grown, listed = resolver(branched(module)[0]), resolver(plain)
    for route, _ in every(plain):
        asked = "".join(
            "x1" + part.partition(">")[2] if number else part for number, part in enumerate(route.split("<"))
        )
        found, wanted = grown.resolve(asked), listed.resolve(asked)
        assert (found.url_name, found.kwargs, found.func) == (wanted.url_name, wanted.kwargs, wanted.func), asked


def test_an_app_s_addresses_are_few_branches() -> None:
    plain = import_module("scheduling.urls").urlpatterns
    assert len(branched("scheduling.urls")[0]) * 3 < len(plain)


def test_a_word_comes_before_what_takes_any_word() -> None:
    grown = resolver(tree([path("a/<str:x>/b/", view, name="any"), path("a/new/b/", view, name="word"),
                           path("a/<str:x>/c/", view, name="other")]))  # fmt: skip
    assert [grown.resolve(asked).url_name for asked in ("a/new/b/", "a/old/b/", "a/old/c/")] == ["word", "any", "other"]


def test_what_is_no_plain_route_stays_as_it_is() -> None:
    given: Routes = [
        path("f/<path:rest>/x/", view),
        re_path(r"^r/\d+/$", view),
        path("s/", include([path("t/", view)])),
    ]
    assert every(tree(given)) == [("^r/\\d+/$", None), ("s/t/", None), ("f/<path:rest>/x/", None)]
