"""Addresses of people. Ids alone are in them: what is typed about a patient never enters a URL."""

from django.urls import URLPattern

app_name = "patients"
urlpatterns: list[URLPattern] = []
