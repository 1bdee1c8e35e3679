"""Money: catalogue, invoices, payments, the drawer."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    contributes = "billing.contributions"
