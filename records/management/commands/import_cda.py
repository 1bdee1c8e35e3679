"""Files documents (C-CDA, CCD): manage.py import_cda CLINIC FOLDER. The files stay; run again, it changes nothing."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinnet.table import Scope
from clinnet.table.errors import Refused, Unavailable
from records.cda.parts import LARGEST, TOO_LARGE
from records.received.services import take_in

SUFFIXES = (".xml", ".cda", ".ccd")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's id")
        parser.add_argument("folder", type=Path, help="a folder of .xml files, or one file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        files = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        scope = Scope.system("import_cda", options["clinic"])
        for path in (each for each in files if each.suffix.lower() in SUFFIXES):
            self.stdout.write(f"{path.name}: {self._one(scope, path)}")

    def _one(self, scope: Scope, path: Path) -> str:
        """What became of it, without a patient's data."""
        try:
            if path.stat().st_size > LARGEST:
                return TOO_LARGE
            return "filed" if take_in(scope, path.read_bytes()) else "as before"
        except (Unavailable, OSError) as error:
            raise CommandError(f"{path.name}: {getattr(error, 'sentence', error)} Run it again.") from None
        except Refused as refusal:
            return refusal.sentence
