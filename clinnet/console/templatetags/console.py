"""What the templates of the console use."""

from typing import Any

from django import template

from clinnet.console.places import Group, groups

register = template.Library()


@register.simple_tag(takes_context=True)
def manage_places(context: template.Context) -> list[Group]:
    request: Any = context["request"]
    return groups(request.scope, request.path) if request.scope else []
