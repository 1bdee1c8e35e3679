"""Addresses. The clinic is always in them, so that two tabs cannot mix."""

from django.urls import include, path

urlpatterns = [
    path("", include("clinnet.accounts.urls")),
    path("c/<slug:clinic>/", include("patients.urls")),
]
