"""What the templates of the console use."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from clinnet.accounts.permissions import Permission
from clinnet.addresses import back
from clinnet.console import drawn
from clinnet.console.places import Group, groups
from clinnet.console.rows import Line

register = template.Library()


@register.simple_tag(takes_context=True)
def manage_places(context: template.Context) -> list[Group]:
    request: Any = context["request"]
    if not request.scope:
        return []
    path = back(request, request.scope.clinic_id, "console:home") if "manage" in request.GET else request.path
    return groups(request.scope, path)


@register.simple_tag
def manage_lines(lines: Iterable[Line], picks: object = False) -> SafeString:
    return mark_safe("\n".join(drawn.line(each, picks=bool(picks)) for each in lines))  # noqa: S308  it escapes


@register.simple_tag(takes_context=True)
def manage_box(context: template.Context) -> bool:
    """Whether the box that leads anywhere stands in the column: on its own page it is that page."""
    request: Any = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return bool(request.scope and request.scope.may(Permission.CLINIC_MANAGE) and here != "console:go")
