"""Addresses of drafts: asked by the page, never shown."""

from django.urls import path

from clinnet.drafts import views

app_name = "drafts"
urlpatterns = [
    path("drafts/open/", views.open, name="open-drafts"),
    path("drafts/keep/", views.keep, name="keep-draft"),
    path("drafts/discard/", views.discard, name="discard-draft"),
]
