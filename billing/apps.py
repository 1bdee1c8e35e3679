"""Money: catalogue, services provided, invoices, payments."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
