"""Addresses. The clinic is always in them, so that two tabs cannot mix."""

from django.urls import include, path

urlpatterns = [
    path("", include("clinnet.accounts.urls")),
    path("c/<slug:clinic>/", include("scheduling.urls")),
    path("c/<slug:clinic>/", include("patients.urls")),
]
handler404 = "clinnet.middleware.not_found"
handler500 = "clinnet.middleware.failed"
