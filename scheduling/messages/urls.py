"""The address in a message to a patient: short, and without the clinic, which its token names."""

from django.urls import path

from scheduling.front_desk.views import links
from scheduling.messages.services.links import PATH, SHORT_PATH

urlpatterns = [
    path(f"{PATH}<slug:token>/", links.link, name="patient-link"),
    path(f"{SHORT_PATH}<slug:code>", links.short, name="patient-short-link"),
]
