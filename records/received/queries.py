"""Reads of received documents."""

from collections.abc import Iterator
from functools import partial

from clinnet.table import Page, Scope, keys, query
from clinnet.table.values import Raw, from_raw
from patients.models import Patient
from records.lines import DocumentLine
from records.models import ERRORED, FILE
from records.queries import of_kind
from records.rules.versions import Filed

MOST = 100


def to_read(scope: Scope) -> partial[Page]:
    """What nobody has looked at, the oldest first. A row's line is a DocumentLine."""
    return partial(query, scope, keys.documents_open(scope.clinic_id), limit=MOST)


def documents(scope: Scope, patient: Patient) -> list[Filed]:
    """Those of a chart that are not in error, the newest first."""
    rows = of_kind(scope, patient, FILE, MOST)
    lines = [(row, DocumentLine.unpack(row["line"])) for row in rows if row.get("state") != ERRORED]
    return [Filed(row["id"], line.entry, line, keys.parse_chart_kind(row["GSI2SK"])) for row, line in lines]


def files_named(raw: Raw) -> Iterator[str]:
    """By a Recorded; one that was entered in error is still shown."""
    if from_raw(raw["kind"]) == FILE:
        line = DocumentLine.unpack(from_raw(raw["content"]))
        yield from filter(None, (line.file, line.thumb))
