from django.apps import AppConfig
from django.core.signals import request_finished


class AccountsConfig(AppConfig):
    """Sign-in, roles and the staff directory. Has no tables of Django's."""

    name = "clinnet.accounts"
    label = "accounts"

    def ready(self) -> None:
        import clinnet.checks  # noqa: F401  registers the system checks
        from clinnet.accounts.doors import DOORS

        request_finished.connect(lambda **given: DOORS.flush(), weak=False, dispatch_uid="doors")
