"""Free times as HTML, beside each other. Put together here, not by a template: a page has two hundred."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from scheduling.appointments.rows.offered import Time


def times(found: Iterable[Time], *, chosen_elsewhere: bool) -> SafeString:
    """With `chosen_elsewhere` none of them may be checked."""
    drawn = (_time(each, checked=each.chosen and not chosen_elsewhere) for each in found)
    return mark_safe("\n".join(drawn))  # noqa: S308  what was typed is escaped


def _time(time: Time, *, checked: bool) -> str:
    name, whom, title = escape(time.name), "", ""
    if name:
        title = f' title="{name}"'
    if time.with_whom:
        whom = f'<small aria-hidden="true">{escape(time.with_whom)}</small><span class="visually-hidden">{name}</span>'
    return (
        f'<label class="time"{title}><input type="radio" name="start" value="{escape(time.value)}" '
        f'data-said="{escape(time.said)}"{" checked autofocus" if checked else ""} />'
        f'<span class="time-face">{escape(time.clock)} {whom}</span></label>'
    )
