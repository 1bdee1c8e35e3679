"""Holds the files of the bucket and the items that name them against each other."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet import stored
from clinnet.files import NO_STORAGE
from clinnet.table import Scope
from clinnet.table.errors import Refused


class Command(BaseCommand):
    help = (
        "Check that each file of the bucket is named by an item, and that each file that an item names is there. "
        "--fix deletes files that no item names, a day after they were stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="delete files that no item names, older than a day")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._look()
        if options["fix"] and found.unnamed:
            try:
                stored.fix(found)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from None
            before, found = len(found.unnamed), self._look("Still ")
            self.stdout.write(f"{before - len(found.unnamed)} deleted.")
        if found.wrong:
            raise CommandError(f"{found.wrong} things do not agree.")
        self.stdout.write("Files and items agree.")

    def _look(self, again: str = "") -> stored.Found:
        try:
            found = stored.check(Scope.system("check_files"))
        except NO_STORAGE as error:
            raise CommandError(f"The files cannot be listed just now ({type(error).__name__}).") from None
        for key in found.unnamed:
            self.stdout.write(f"{again}{key}: no item names it")
        for each in found.gone:
            self.stdout.write(f"{again}{each.clinic}: {each.type} {each.id}: {each.key} is not in the bucket")
        self.stdout.write(
            f"Files that an item names: {found.named}; that none names: {len(found.unnamed)}, "
            f"and {found.young} younger than a day, which are let be; in other folders: {found.elsewhere}. "
            f"Named by an item, and not in the bucket: {len(found.gone)}."
        )
        return found
