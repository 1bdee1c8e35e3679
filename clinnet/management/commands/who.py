"""Who may sign in on this machine, with the passwords made for this installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinnet.local import card, place


class Command(BaseCommand):
    help = "Print who may sign in on this machine."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        text = card.who(place.var())
        if not text:
            raise CommandError("Nobody yet: `make run` makes the demo people.")
        self.stdout.write(text)
