"""The address in a message to a patient: short, and without the clinic, which its token names."""

from django.urls import path

from scheduling.messages.links import PATH
from scheduling.views import links

urlpatterns = [path(f"{PATH}<slug:token>/", links.link, name="patient-link")]
