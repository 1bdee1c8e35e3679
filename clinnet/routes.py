"""The addresses of an app as a tree of their parts between slashes, so that a request is not held against each of them.

Django tries the patterns of a list one after the other, and an app has up to eighty. Grouped by first part, then by
second, as a person would file them, it tries some twenty for any page. Names, arguments and addresses stay the same.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

Routes = list[URLPattern | URLResolver]


def branched(module: str) -> tuple[Any, str | None, str | None]:
    """As `include(module)`, with its patterns as a tree."""
    urlconf, app, namespace = include(module)
    return tree(getattr(urlconf, "urlpatterns")), app, namespace  # noqa: B009 - the stubs take it for a list


def tree(patterns: Iterable[URLPattern | URLResolver]) -> Routes:
    """The same routes, grouped as far as two share a part; of one group words come before what takes any word."""
    groups: dict[str, list[URLPattern]] = {}
    others: Routes = []
    for each in patterns:
        head, slash, _ = _route(each).partition("/")
        if isinstance(each, URLPattern) and slash and "<path:" not in head:
            groups.setdefault(head + slash, []).append(each)
        else:
            others.append(each)
    words_first = sorted(groups, key=lambda head: "<" in head)
    return others + [_branch(head, groups[head]) for head in words_first]


def _branch(head: str, group: list[URLPattern]) -> URLPattern | URLResolver:
    if len(group) == 1:
        return group[0]
    rest = [path(_route(each).removeprefix(head), each.callback, each.default_args, each.name) for each in group]
    return path(head, include(tree(rest)))


def _route(each: URLPattern | URLResolver) -> str:
    """Nothing of one that is no route: a regular expression."""
    return str(each.pattern) if isinstance(each.pattern, RoutePattern) else ""
