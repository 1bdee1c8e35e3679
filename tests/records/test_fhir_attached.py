"""Texts that a document names, and how they are written: in a file of its own, in another one of its folder."""

import base64
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from clinnet.table import Scope
from records import queries as charts
from records.models import NOTE
from records.rules.notes import Section
from tests.records.test_fhir import PATIENT, only
from tests.records.test_fhir_meaning import chart
from tests.records.test_fhir_versions import about

SERVER = "https://ehr.example.org/fhir"


def held(data: bytes, kind: str = "text/html") -> dict[str, Any]:
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


def binary(id: str, data: bytes, kind: str = "text/html") -> dict[str, Any]:
    return {"resourceType": "Binary", "id": id, **held(data, kind)}


def document(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {
        **about("DocumentReference", "d1", status="current", date="2024-05-01"),
        "subject": {"reference": f"Patient/{PATIENT['id']}"},
        "content": [{"attachment": each} for each in attachments],
    }


def imported(scope: Scope, folder: Path, files: dict[str, list[dict[str, Any]]]) -> str:
    for name, bodies in files.items():
        (folder / name).write_text("\n".join(json.dumps(each) for each in bodies))
    out = StringIO()
    call_command("import_fhir", folder, "--clinic", scope.clinic_id, stdout=out)
    return out.getvalue()


def texts(scope: Scope) -> list[str]:
    return [row["line"]["g"] for row in charts.of_kind(scope, only(scope), NOTE, 9)]


@pytest.mark.parametrize("url", ["Binary/b1", f"{SERVER}/Binary/b1", "Binary/b1/_history/2"])
@pytest.mark.parametrize("where", ["all.ndjson", "Binary.ndjson"])
def test_a_note_whose_text_stands_in_another_resource_is_read(
    doctor: Scope, tmp_path: Path, url: str, where: str
) -> None:
    files = {"all.ndjson": [PATIENT, document({"contentType": "text/html", "url": url})]}
    files[where] = [*files.get(where, []), binary("b1", b"<p>Knee <b>hurts</b>.</p>")]
    said = imported(doctor, tmp_path, files)
    assert texts(doctor) == ["Knee hurts."]
    assert "Not imported yet" not in said
    assert "2 as before" not in imported(doctor, tmp_path, files)


def test_what_no_file_has_is_told(doctor: Scope, tmp_path: Path) -> None:
    files = {"all.ndjson": [PATIENT, document({"contentType": "text/html", "url": "Binary/b2"})]}
    assert "holds no text that can be read here" in imported(doctor, tmp_path, files)


def test_of_several_attachments_one_whose_text_is_there_is_read() -> None:
    there = [{"contentType": "text/plain", "url": "https://x/1"}, held(b"<p>Here</p>")]
    made = chart("DocumentReference", status="current", content=[{"attachment": each} for each in there])
    (taken,) = made.taken()
    assert taken.sections == (Section("text", "Text", "Here"),)


@pytest.mark.parametrize(
    ("data", "kind", "read"),
    [
        ("Müller – well".encode("cp1252"), "text/plain; charset=iso-8859-1", "Müller – well"),
        ("\ufeffMüller".encode(), "text/plain", "Müller"),
        (b"<div>H<sub>2</sub>O and <em>x</em>, <td>1</td><td>2</td></div>", "text/html", "H2O and x, 1 2"),
    ],
)
def test_a_text_is_read_in_the_letters_in_which_it_was_written(data: bytes, kind: str, read: str) -> None:
    made = chart("DocumentReference", status="current", content=[{"attachment": held(data, kind)}])
    (taken,) = made.taken()
    assert [each.text for each in taken.sections] == [read]
