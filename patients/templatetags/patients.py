"""The banner and the tabs of the patient whom the page is about."""

from typing import Any

from django import template

from patients import banner, hooks
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
    request = context["request"]
    return hooks.tabs(request.scope.permissions, request.scope.here, request.patient.id, request.path)
