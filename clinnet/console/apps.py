"""The console: lists, details, history and export of everything that a clinic keeps."""

from django.apps import AppConfig
from django.core.signals import request_finished

from clinnet.table.costs import COSTS


class ConsoleConfig(AppConfig):
    name = "clinnet.console"
    label = "console"
    contributes = "clinnet.console.contributions"

    def ready(self) -> None:
        request_finished.connect(_write_costs, dispatch_uid="costs")


def _write_costs(**given: object) -> None:
    """Once a minute, when an answer has left."""
    COSTS.flush_if_due()
