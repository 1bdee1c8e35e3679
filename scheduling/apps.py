"""The schedule: working hours, the day board, booking."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"
    contributes = "scheduling.contributions"
