"""Addresses. The clinic is always in them, so that two tabs cannot mix."""

from django.urls import include, path

from scheduling.messages.links import PATH
from scheduling.views import links

urlpatterns = [
    path("", include("clinnet.accounts.urls")),
    path(f"{PATH}<slug:token>/", links.link, name="patient-link"),  # in messages to patients
    path("c/<slug:clinic>/", include("scheduling.urls")),
    path("c/<slug:clinic>/", include("patients.urls")),
]
handler404 = "clinnet.middleware.not_found"
handler500 = "clinnet.middleware.failed"
