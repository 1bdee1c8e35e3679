"""Places for the gallery's rail."""

from django.apps import AppConfig

from clinnet.places import Place


class LookConfig(AppConfig):
    name = "tests.look"
    places = [
        Place(n * 10, label, icon, "patients:list", "patient:read", label.lower())
        for n, (label, icon) in enumerate(
            [
                ("Day", "calendar-event"),
                ("Patients", "users"),
                ("Money", "cash"),
                ("Tasks", "checkbox"),
                ("Manage", "settings"),
            ]
        )
    ]
