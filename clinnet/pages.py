"""What pages of several apps do alike: questions of others that are asked beside their own, and leaving for another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect

from clinnet.table import Page
from clinnet.table.errors import Unavailable

T = TypeVar("T")
Ask = Callable[[], Page]


@dataclass(frozen=True, slots=True, repr=False)
class Questions(Generic[T]):
    """What somebody else's page asks for us beside its own questions, and what we make of the answers.

    An answer is None where it could not be read.
    """

    asked: Sequence[Ask]
    show: Callable[[Sequence[Page | None]], T]


def or_none(ask: Ask) -> Page | None:
    """The answer; None where the table cannot be read just now, so that the rest of the page is shown."""
    try:
        return ask()
    except Unavailable:
        return None


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A part of a page: a template, and what it takes as `shown`."""

    template: str
    shown: Any


def answered(parts: Sequence[Questions[T]], answers: Sequence[Page | None]) -> Iterator[T]:
    """What each makes of the answers to its own questions, which are in the order of all `asked`."""
    rest = list(answers)
    for each in parts:
        own, rest = rest[: len(each.asked)], rest[len(each.asked) :]
        yield each.show(own)


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """To another page as a whole. htmx follows a redirect by itself and shows a part of what it finds there, without
    the toast: whoever pressed is told nothing, and presses again."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)
