"""The console: lists, details, history and export of everything that a clinic keeps."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "clinnet.console"
    label = "console"
    contributes = "clinnet.console.contributions"
