"""Buttons about an appointment that are drawn without their forms."""

from typing import Any

from django import template

from scheduling.appointments.forms.visits import StepForm, token

register = template.Library()


@register.simple_tag(takes_context=True)
def step_once(context: template.Context, id: str) -> str:
    """The once token of a card's own step button: `id` is the appointment's."""
    request: Any = context["request"]
    return token(request.scope, StepForm, id)
