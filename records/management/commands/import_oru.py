"""Files a laboratory's results: manage.py import_oru CLINIC FOLDER. The files stay; run again, it changes nothing."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from records.rules.hl7 import NotReadable
from records.services import oru

SUFFIXES = (".hl7", ".oru", ".txt")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's id")
        parser.add_argument("folder", type=Path, help="a folder of .hl7 files, or one file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        files = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        files = [each for each in files if each.suffix.lower() in SUFFIXES]
        scope = Scope.system("import_oru", options["clinic"])
        for path in files:
            try:
                counts = oru.take(scope, path.read_bytes())
            except NotReadable as error:
                self.stdout.write(f"{path.name}: {error}")
            except (Unavailable, OSError) as error:
                raise CommandError(f"{path.name}: {getattr(error, 'sentence', error)} Run it again.") from None
            else:
                told = f"{counts.new} new, {counts.corrected} corrected, {counts.same} as before, {counts.left} left"
                self.stdout.write("\n  ".join([f"{path.name}: {told}", *counts.lines]))
