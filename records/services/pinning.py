"""The values of results that stand in the summary: the latest of each, with those before it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clinnet.table import Scope
from patients.models import Patient
from records import queries
from records.lines import MeasuredLine, ResultLine, ValueLine
from records.models import ERRORED, LAB, RES
from records.queries import Standing, rows_of, stacked
from records.rules.pinned import analyte_of

MARKS = {"H": "▲", "HH": "▲", "L": "▼", "LL": "▼"}
LOOKED_THROUGH = 60  # results, where what stood in the summary was a mistake
Lines = dict[str, dict[str, Any]]


def lines_of(content: Mapping[str, Any], id: str) -> Lines:
    """Packed MeasuredLines by key of pinned.ANALYTES; `content` is a packed ResultLine."""
    line = ResultLine.unpack(content)
    found: Lines = {}
    for each in map(ValueLine.unpack, line.values):
        if key := analyte_of(each.name, each.code, each.value):
            mark = MARKS.get(each.flag, "")
            value = MeasuredLine(text=each.value.strip(), unit=each.unit, mark=mark, at=line.on, entry=line.entry)
            found[key] = replace(value, range=each.range).pack() | {"i": id}
    return found


def stacked_on(before: Mapping[str, Mapping[str, Any]], content: Mapping[str, Any], id: str) -> Lines:
    """The lines of a result that are not older than what stands there, each on top of that."""
    lines = lines_of(content, id)
    return {
        key: stacked(line, before.get(key)) | {"i": id}
        for key, line in lines.items()
        if line["a"] >= before.get(key, {}).get("a", "")
    }


def added(scope: Scope, patient: Patient, stand: Standing, content: Mapping[str, Any], id: str) -> Lines:
    """What a new result changes of the summary. What was filed before there was such a part of it is looked up."""
    if not lines_of(content, id):
        return {}
    before = rows_of(stand.summaries, LAB)
    earlier = before if stand.own.part(LAB).n else before_this(scope, patient, id)
    return {**(earlier if earlier is not before else {}), **stacked_on(earlier, content, id)}


def before_this(scope: Scope, patient: Patient, without: str) -> Lines:
    """The latest of each of the last results that are not `without` or in error."""
    found: Lines = {}
    rows = queries.of_kind(scope, patient, RES, LOOKED_THROUGH)
    for row in sorted(rows, key=lambda row: (str(row["line"].get("o", "")), str(row["id"]))):
        if row["id"] != without and row.get("state") != ERRORED:
            found |= stacked_on(found, row["line"], str(row["id"]))
    return found
