"""Addresses of views, put together from what Django's `reverse` said of the same view before.

Two addresses of one view differ by the ids in them alone, and a page names fifty: `reverse` goes through the patterns
for each. What is kept is the address with gaps, by all that decides it: URLconf, script prefix, view.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf
from django.urls import reverse as django_reverse

# Ids of ours. Every converter in our addresses (`str`, `slug`) takes these, and nothing in them is quoted.
WORD = re.compile(r"[-a-zA-Z0-9_]+")
GAP = "0-gap-{}-0"
MANAGED = re.compile(r"[a-z-]+(/[-a-zA-Z0-9_~]+)?")  # an entity of the console, perhaps one of it
ASKED = re.compile(r"[-\w.~%+=&]*", re.ASCII)  # what its list was asked


def reverse(
    name: str,
    args: Sequence[object] = (),
    kwargs: Mapping[str, object] | None = None,
    *,
    current_app: str | None = None,
) -> str:
    """As Django's, of which it is a quicker part. Raises NoReverseMatch."""
    named = kwargs or {}
    values = [str(each) for each in (*args, *named.values())]
    if not all(map(WORD.fullmatch, values)):
        return django_reverse(name, args=list(args), kwargs=dict(named), current_app=current_app)
    where = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), current_app)
    parts, order = _gaps(name, len(args), tuple(named), where)
    found = [parts[0]]
    for number, part in zip(order, parts[1:], strict=True):
        found += (values[number], part)
    return "".join(found)


def of_each(name: str, *ids: str) -> Callable[[str], str]:
    """The address of a view by its last id, for a list of many: the others are the same for all."""
    gap = "0-gap-0"
    made = reverse(name, [*ids, gap])
    return lambda id: made.replace(gap, id) if WORD.fullmatch(id) else reverse(name, [*ids, id])


def back(request: HttpRequest, clinic: str, default: str) -> str:
    """Where a form leads once it is saved or given up: to the page of the console that opened it, else `default`.

    The console says so in the address, as `?manage=rooms/01ABC`, or `?manage=rooms?active=Yes` of a list that was asked
    something; nothing else can be named there.
    """
    led, _, asked = request.GET.get("manage", "").partition("?")
    if MANAGED.fullmatch(led) and ASKED.fullmatch(asked):
        return f"{reverse('console:home', args=[clinic])}{led}/" + (f"?{asked}" if asked else "")
    return reverse(default, args=[clinic])


def onward(request: HttpRequest, there: str) -> str:
    """Where a saved form leads: `there`, or to itself anew for whoever pressed *Save and add another*."""
    return request.get_full_path() if "another" in request.POST else there


@lru_cache(2048)
def _gaps(
    name: str, count: int, names: tuple[str, ...], where: tuple[str, str, str | None]
) -> tuple[list[str], list[int]]:
    """The parts of the address between its gaps, and which value each gap takes."""
    fill = [GAP.format(number) for number in range(count + len(names))]
    named = dict(zip(names, fill[count:], strict=True))
    made = django_reverse(name, urlconf=where[0], args=fill[:count], kwargs=named, current_app=where[2])
    parts = re.split(GAP.format(r"(\d+)"), made)
    return parts[::2], [int(each) for each in parts[1::2]]
