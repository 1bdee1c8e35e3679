"""Free times as HTML, beside each other. Put together here, not by a template: a page has two hundred."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from scheduling.appointments.rows.offered import Time


def times(found: Iterable[Time], *, chosen_elsewhere: bool) -> SafeString:
    """With `chosen_elsewhere` none of them may be checked."""
    drawn = (_time(each, checked=each.chosen and not chosen_elsewhere) for each in found)
    return mark_safe("\n".join(drawn))  # noqa: S308  what was typed is escaped


def _time(time: Time, *, checked: bool) -> str:
    title, whom = _with_whom(time.name, time.with_whom)
    return (
        f'<label class="time"{title}><input type="radio" name="start" value="{escape(time.value)}" '
        f'data-said="{escape(time.said)}"{" checked autofocus" if checked else ""} />'
        f'<span class="time-face">{escape(time.clock)} {whom}</span></label>'
    )


@lru_cache(256)  # of the staff of some clinics
def _with_whom(name: str, initials: str) -> tuple[str, str]:
    """The title, and what is shown beside the time; empty where it is known who it is with."""
    name, whom = escape(name), ""
    if initials:
        whom = f'<small aria-hidden="true">{escape(initials)}</small><span class="visually-hidden">{name}</span>'
    return f' title="{name}"' if name else "", whom
