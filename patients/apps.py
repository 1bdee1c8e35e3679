from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """The register of patients."""

    name = "patients"
    contributes = "patients.contributions"
