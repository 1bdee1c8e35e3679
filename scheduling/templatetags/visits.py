"""Buttons about an appointment that are drawn without their forms, and free times."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from scheduling.appointments.forms.visits import StepForm, token
from scheduling.appointments.rows import time_html
from scheduling.appointments.rows.offered import Time

register = template.Library()


@register.simple_tag(takes_context=True)
def step_once(context: template.Context, id: str) -> str:
    """The once token of a card's own step button: `id` is the appointment's."""
    request: Any = context["request"]
    return token(request.scope, StepForm, id)


@register.simple_tag
def draw_times(times: Iterable[Time], chosen_elsewhere: object = None) -> SafeString:
    """Free times beside each other; none of them is checked where another time is."""
    return time_html.times(times, chosen_elsewhere=bool(chosen_elsewhere))
