from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-in, roles and the staff directory. Has no tables of Django's."""

    name = "clinnet.accounts"
    label = "accounts"

    def ready(self) -> None:
        import clinnet.checks  # noqa: F401  registers the system checks
