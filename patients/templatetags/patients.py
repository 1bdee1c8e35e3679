"""The banner and the tabs of the patient whom the page is about; rows of people."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from patients import banner, drawn, hooks
from patients.models import Patient

register = template.Library()


@register.simple_tag(takes_context=True)
def patient_banner(context: template.Context) -> dict[str, Any]:
    """For templates/patients/page.html: `request.patient` was put there by `about_patient`."""
    request = context["request"]
    return banner.banner(request.patient, request.scope, request.clinic) | hooks.banner_fields(request, request.patient)


@register.simple_tag(takes_context=True)
def patient_actions(context: template.Context, patient: Patient) -> dict[str, Any]:
    """What other apps offer for a patient beside the page's own: `book_url`."""
    return hooks.banner_fields(context["request"], patient)


@register.simple_tag(takes_context=True)
def patient_tabs(context: template.Context) -> list[dict[str, object]]:
    """In a frame, which is kept, `patient_id` is the gap that stands for it."""
    request = context["request"]
    own = request.patient.id
    id = context.get("patient_id") or own
    return hooks.tabs(request.scope.permissions, request.scope.clinic_id, id, request.path.replace(own, id))


@register.simple_tag
def draw_listed(people: Iterable[drawn.Shown]) -> SafeString:
    """The rows of the list's table."""
    return mark_safe("\n".join(map(drawn.listed, people)))  # noqa: S308  each escapes what was typed


@register.simple_tag
def draw_found(people: Iterable[drawn.Shown] | None, full: bool = False) -> SafeString:
    """The rows of what was found, numbered from 1."""
    rows = [drawn.found(each, number, full=bool(full)) for number, each in enumerate(people or (), 1)]
    return mark_safe("\n".join(rows))  # noqa: S308  each escapes what was typed
