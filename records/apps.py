from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The chart."""

    name = "records"
    contributes = "records.contributions"
