"""Cards of the day board, for its columns and for what htmx gets after a step."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from scheduling import words
from scheduling.appointments.forms.visits import StepForm, token
from scheduling.board.rows.card_html import Pen

register = template.Library()
register.filter("span", words.span)


@register.simple_tag(takes_context=True)
def draw_cards(context: template.Context, cards: Iterable[dict[str, Any]]) -> SafeString:
    """With the button of the next step for those who may book."""
    request: Any = context["request"]
    csrf_token = context.get("csrf_token") or get_token(request)  # one for the whole page: each is drawn by lot
    pen = Pen(static("vendor/icons.svg"), str(csrf_token))
    may_book = context.get("may_book")
    drawn = [
        pen.card(shown, token(request.scope, StepForm, shown["id"]) if may_book and shown["step"] else "")
        for shown in cards
    ]
    return mark_safe("\n".join(drawn))  # noqa: S308  each is safe


@register.simple_tag(takes_context=True)
def draw_card(context: template.Context, shown: dict[str, Any]) -> SafeString:
    return draw_cards(context, [shown])
