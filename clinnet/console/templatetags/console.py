"""What the templates of the console use."""

from typing import Any

from django import template

from clinnet.addresses import back
from clinnet.console.places import Group, groups

register = template.Library()


@register.simple_tag(takes_context=True)
def manage_places(context: template.Context) -> list[Group]:
    request: Any = context["request"]
    if not request.scope:
        return []
    path = back(request, request.scope.clinic_id, "console:home") if "manage" in request.GET else request.path
    return groups(request.scope, path)
