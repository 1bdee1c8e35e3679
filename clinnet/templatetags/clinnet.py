"""What templates of every app use: icons, form fields, drawn initials, the rail, toasts. See docs/look.md."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import defaulttags
from django.template.base import FilterExpression, Parser, Token
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from clinnet import contributions
from clinnet.addresses import back, reverse
from clinnet.contributions import FramePart, Place
from clinnet.frames import frame

register = template.Library()
register.tag("frame", frame)

FACES = 8  # colours of drawn initials: .face-0 … .face-7
NUMBER = re.compile(r"(?<![\w&#;-])[A-Z\d]+(?:-\d+)+")  # of a document, also after "CN-"


def icon(name: str, label: str = "") -> SafeString:
    """Hidden from screen readers unless it has a label: a word stands beside most icons."""
    sprite = staticfiles_storage.url("vendor/icons.svg")
    if label:
        use = format_html('<use href="{}#{}"></use>', sprite, name)
        return format_html('<svg class="icon" role="img" aria-label="{}">{}</svg>', label, use)
    return _plain_icon(sprite, name)


class _Icon(template.Node):
    """`{% icon "name" "label" %}`: a page has a hundred, so it is less than a `simple_tag` does."""

    def __init__(self, given: list[FilterExpression]) -> None:
        self.given = given

    def render(self, context: template.Context) -> SafeString:
        return icon(*(each.resolve(context) for each in self.given))


@register.tag("icon")
def _icon(parser: Parser, token: Token) -> template.Node:
    return _Icon([parser.compile_filter(each) for each in token.split_contents()[1:]])


@lru_cache(512)  # a page has a hundred, of the few that the sprite holds
def _plain_icon(sprite: str, name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag(takes_context=True)
def back_to(context: template.Context, default: str) -> str:
    """Where the form of this page leads to; `default` is the URL name of the app's own list."""
    request: Any = context["request"]
    return back(request, request.scope.clinic_id, default)


class _Address(defaulttags.URLNode):
    """Django's own `{% url %}`, by way of the addresses that are kept."""

    def render(self, context: template.Context) -> str:
        request: Any = getattr(context, "request", None)
        space = getattr(getattr(request, "resolver_match", None), "namespace", None)
        args = [each.resolve(context) for each in self.args]
        kwargs = {name: each.resolve(context) for name, each in self.kwargs.items()}
        found = ""
        try:
            found = reverse(self.view_name.resolve(context), args, kwargs, current_app=space)
        except NoReverseMatch:
            if self.asvar is None:
                raise
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    made = defaulttags.url(parser, token)
    return _Address(made.view_name, made.args, made.kwargs, made.asvar)


@register.simple_tag
def face(letters: str, seed: str, photo: str = "") -> SafeString:
    """A photo, or a person's initials in one of eight colours that stays with the person: `seed` is the id."""
    if photo:
        return format_html('<img class="face" src="{}" alt="">', photo)
    colour = zlib.crc32(seed.encode()) % FACES
    return format_html('<span class="face face-{}" aria-hidden="true">{}</span>', colour, letters)


@register.simple_tag
def tab_link(tab: Mapping[str, Any], number: int, before: int = 0) -> SafeString:
    """One of parts/tabs.html, opened by the key `number`, of a list that begins after as many as `before`; by its own
    `key`, where it has one."""
    here = ' aria-current="page"' if tab.get("here") else ""
    count = f'<span class="quiet">&nbsp;{escape(str(tab["count"]))}</span>' if tab.get("count") else ""
    url, label = escape(str(tab["url"])), escape(str(tab["label"]))
    html = f'<a href="{url}" data-key="{tab.get("key") or number + before}"{here}>{label} {count}</a>'
    return mark_safe(html)  # noqa: S308  what is not ours is escaped


@register.simple_tag
def letter_links(letters: Iterable[Mapping[str, Any]]) -> SafeString:
    """The lines of parts/letters.html, of which a list has the whole alphabet."""
    return mark_safe("\n".join(map(_letter, letters)))  # noqa: S308  what is not ours is escaped


def _letter(letter: Mapping[str, Any]) -> str:
    label = escape(letter["label"])
    if not letter["url"]:
        return f'<li><span aria-hidden="true">{label}</span></li>'
    here = ' aria-current="page"' if letter["here"] else ""
    return f'<li><a href="{escape(letter["url"])}"{here}>{label}</a></li>'


@register.simple_tag
def clinic_home(clinic: str) -> str:
    """Where a clinic begins; the app that owns the first page may change, this address does not."""
    return f"/c/{clinic}/"


ROLE_WORDS = {"receptionist": "Reception", "nurse": "Nurse", "doctor": "Doctor", "admin": "Administrator"}


@register.filter
def role_words(roles: Iterable[str] | None) -> str:
    return ", ".join(ROLE_WORDS.get(role, role) for role in roles or ())


@register.simple_block_tag(end_name="endpart")
def part(
    content: str,
    title: str,
    *,
    action: str = "",
    action_url: str = "",
    action_icon: str = "",
    count: int | None = None,
    flush: bool = False,
) -> SafeString:
    """A section with its head; `flush` lets rows and tables reach its edges. Drawn here: a page has seven."""
    id, named = slugify(title), conditional_escape(title)
    counted = "" if count is None else f' <span class="quiet">{count}</span>'
    link = ""
    if action_url:
        drawn = icon(action_icon) if action_icon else ""
        said = f'{drawn} {conditional_escape(action)}<span class="visually-hidden">: {named}</span>'
        link = f'<a class="btn btn-small btn-plain" href="{conditional_escape(action_url)}">{said}</a>'
    return mark_safe(  # noqa: S308  what is not ours is escaped
        f'<section class="part" id="{id}" aria-labelledby="{id}-title"><div class="part-head">'
        f'<h2 id="{id}-title">{named}{counted}</h2>{link}</div>'
        f'<div class="part-body{" part-flush" if flush else ""}">{conditional_escape(content)}</div></section>'
    )


@register.simple_tag
def field(bound: forms.BoundField, label: str = "", wide: bool = False) -> SafeString:
    """Label, control, help and errors of one form field, tied together for screen readers.

    Drawn here and not by a template: a long form has fifty, which were half of its page's time.
    """
    kind, errors, help_text = control_kind(bound.field.widget), bound.errors, bound.help_text
    notes = [f"{bound.auto_id}_help"] if help_text else []
    notes += [f"{bound.auto_id}_error"] if errors else []
    named, control = escape(str(label or bound.label)), _control(bound, kind, " ".join(notes))
    must = ' <span class="field-must">required</span>' if bound.field.required else ""
    if kind == "choices":
        tied = f' aria-describedby="{" ".join(notes)}"' if notes else ""
        inner = f'<fieldset{tied}><legend class="field-label">{named}{must}</legend>{control}</fieldset>'
    elif kind == "check":
        inner = f'<label class="form-check">{control} <span class="form-check-label">{named}</span></label>'
    else:
        inner = f'<label class="field-label" for="{escape(bound.id_for_label)}">{named}{must}</label>{control}'
    if errors:
        said = escape(" ".join(map(str, errors)))
        inner += f'<p id="{bound.auto_id}_error" class="field-error">{icon("alert-triangle")}<span>{said}</span></p>'
    if help_text:
        inner += f'<p id="{bound.auto_id}_help" class="field-help">{conditional_escape(help_text)}</p>'
    return mark_safe(  # noqa: S308  what is not ours is escaped
        f'<div class="field field-{kind}{" field-wide" if wide else ""}">{inner}</div>'
    )


def _control(bound: forms.BoundField, kind: str, notes: str) -> SafeString:
    attrs: dict[str, str] = {}
    if kind != "choices":
        attrs = {"class": control_class(bound.field.widget), "aria-describedby": notes}
        if bound.errors:
            attrs |= {"class": attrs["class"] + " is-invalid", "aria-invalid": "true"}
    return bound.as_widget(attrs={name: value for name, value in attrs.items() if value})


def control_kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


def control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        base = "form-check-input"
    elif isinstance(widget, forms.Select):
        base = "form-select"
    else:
        base = "form-control"
    return f"{base} {widget.attrs.get('class', '')}".strip()


@register.simple_tag
def frame_parts(place: str) -> list[str]:
    """The templates that apps add to every page in the `bar`, or as a `notice`."""
    return [part.template for part in contributions.of(FramePart) if part.place == place]


@register.simple_tag(takes_context=True)
def rail(context: template.Context) -> list[dict[str, Any]]:
    """The places this person may open in this clinic; none on pages outside a clinic."""
    request = context.get("request")
    scope = getattr(request, "scope", None)
    if request is None or scope is None:
        return []
    match = request.resolver_match
    places = [each for each in contributions.of(Place) if each.needs in scope.permissions]
    here = getattr(request, "place", "") or (match.namespace.split(":")[0] if match else "")
    urls = {place.label: _url(place.url, scope.clinic) for place in places}
    for place in places:  # one view's place is also that of the pages beneath it
        if ":" in place.space and (url := urls[place.label]) and str(getattr(request, "path", "")).startswith(url):
            here = place.space
    return [
        {"label": place.label, "icon": place.icon, "url": urls[place.label], "here": place.space == here}
        for place in places
        if urls[place.label]
    ]


@register.filter
def lit(places: list[dict[str, Any]]) -> str:
    """The label of the place of the rail that the page belongs to."""
    return next((place["label"] for place in places if place["here"]), "")


def _url(name: str, clinic: str) -> str:
    try:
        return reverse(name, args=[clinic])
    except NoReverseMatch:
        return ""


@register.filter
def toasts(stored: Iterable[Message] | None) -> Iterator[dict[str, Any]]:
    """Messages with their buttons; see clinnet/toasts.py."""
    for message in stored or ():
        tags = message.extra_tags or ""
        actions = json.loads(tags) if tags.startswith("[") else []
        yield {"text": _with_whole_numbers(message.message), "level": message.level_tag, "actions": actions}


def _with_whole_numbers(text: str) -> SafeString:
    """ "CN-2026-000031" stays on one line: a browser breaks after each hyphen."""
    whole = NUMBER.sub(r'<span class="number-whole">\g<0></span>', conditional_escape(text))
    return mark_safe(whole)  # noqa: S308  escaped above
