"""Files that hold FHIR, and files that only claim to."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from patients import fhir
from patients.fhir import BadResource, Problem, Resource, files

FIXTURES = Path(__file__).parent.parent / "fixtures" / "fhir"
ANNA = {"resourceType": "Patient", "id": "1", "name": [{"family": "Berg", "given": ["Anna"]}]}


def found(value: Any) -> list[Resource | Problem]:
    return list(fhir.read(value if isinstance(value, bytes | str) else json.dumps(value)))


def bodies(value: Any) -> list[dict[str, Any]]:
    return [each.body for each in found(value) if isinstance(each, Resource)]


def refused(value: Any) -> str:
    with pytest.raises(BadResource) as caught:
        found(value)
    return caught.value.sentence


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset", "document", "no such"])
def test_a_bundle_of_any_type_gives_its_resources(kind: str) -> None:
    assert bodies({"resourceType": "Bundle", "type": kind, "entry": [{"resource": ANNA}]}) == [ANNA]


def test_a_bare_resource_a_list_and_lines_are_read() -> None:
    assert bodies(ANNA) == [ANNA]
    assert bodies([ANNA, ANNA]) == [ANNA, ANNA]
    line = json.dumps(ANNA)
    assert bodies(f"{line}\n\n{line}\n") == [ANNA, ANNA]


def test_a_byte_order_mark_is_accepted() -> None:
    assert bodies(b"\xef\xbb\xbf" + json.dumps(ANNA).encode()) == [ANNA]
    assert bodies("\ufeff" + json.dumps(ANNA)) == [ANNA]


@pytest.mark.parametrize("letters", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.json.gz", "a.NDJSON.GZ"])
def test_a_file_is_read_packed_and_in_the_letters_of_windows(tmp_path: Path, name: str, letters: str) -> None:
    """PowerShell writes UTF-16 into files, and bulk exports come packed."""
    whole, lines = json.dumps([ANNA, ANNA], indent=1), f"{json.dumps(ANNA)}\r\n{json.dumps(ANNA)}\r\n"
    is_lines = "nd" in name.lower()
    letters = "utf-16" if is_lines and letters == "utf-16-le" else letters
    data = (lines if is_lines else whole).encode(letters)
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    assert [each.body for each in fhir.read_file(path) if isinstance(each, Resource)] == [ANNA, ANNA]
    assert files.kind_of(path) in files.SUFFIXES


def test_a_packed_file_that_is_not_whole_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(ANNA).encode())[:-12])
    with pytest.raises(BadResource, match="not whole"):
        list(fhir.read_file(path))
    path.write_bytes(b"no gzip")
    with pytest.raises(BadResource, match="not whole"):
        list(fhir.read_file(path))
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(json.dumps([ANNA] * 50).encode()))
    with pytest.raises(BadResource, match="larger than 64 MB"):
        list(fhir.read_file(path))


def test_a_bundle_in_a_bundle_is_opened() -> None:
    inner = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": ANNA}]}
    outer = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": inner}]}
    assert bodies(outer) == [ANNA]
    assert [each.where for each in found(outer)] == ["entry 1, entry 1"]


def test_an_empty_bundle_holds_nothing() -> None:
    assert found({"resourceType": "Bundle", "type": "searchset", "total": 0}) == []


def test_a_history_gives_the_newest_version_only() -> None:
    newer = {**ANNA, "birthDate": "1980"}
    entries = [{"resource": newer}, {"resource": ANNA}, {"resource": {**ANNA, "id": "2"}}]
    assert bodies({"resourceType": "Bundle", "type": "history", "entry": entries})[0] == newer
    assert len(bodies({"resourceType": "Bundle", "type": "history", "entry": entries})) == 2


def test_a_history_in_another_order_gives_the_newest_version_too() -> None:
    def entry(**meta: str) -> dict[str, Any]:
        return {"resource": {"resourceType": "Patient", "id": "1", "meta": meta}}

    for metas in (
        [{"versionId": "1"}, {"versionId": "10"}, {"versionId": "9"}],
        [{"lastUpdated": "2026-02-01T00:30:00+02:00"}, {"lastUpdated": "2026-01-31T23:30:00Z", "versionId": "10"}],
        [{"lastUpdated": "2026-02-01T00:30:00Z"}, {"lastUpdated": "2026-02-01T00:30:00.5Z", "versionId": "10"}],
    ):
        history = {"resourceType": "Bundle", "type": "history", "entry": [entry(**each) for each in metas]}
        found = list(fhir.read(json.dumps(history)))
        assert [each.body["meta"]["versionId"] for each in found if isinstance(each, Resource)] == ["10"]


def test_what_a_history_deleted_does_not_come_back() -> None:
    gone = {"request": {"method": "DELETE", "url": "Patient/1"}}
    assert bodies({"resourceType": "Bundle", "type": "history", "entry": [gone, {"resource": ANNA}]}) == []


def test_what_a_transaction_deletes_is_not_imported_though_it_is_sent() -> None:
    entry = {"resource": ANNA, "request": {"method": "DELETE", "url": "Patient/1"}}
    assert bodies({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}) == []


def test_bad_entries_are_named_and_stop_nothing() -> None:
    entries: list[Any] = [None, {"resource": 5}, {"resource": {}}, {"resource": ANNA}, {"response": {"status": "200"}}]
    parts = found({"resourceType": "Bundle", "entry": entries})
    assert [each.where for each in parts] == ["entry 1", "entry 2", "entry 3", "entry 4"]
    assert [isinstance(each, Problem) for each in parts] == [True, True, True, False]


def test_a_bad_line_is_named_and_stops_nothing() -> None:
    parts = list(fhir.read_file(FIXTURES / "bulk.ndjson"))
    assert [each.where for each in parts] == ["line 1", "line 3", "line 4", "line 5"]
    assert [type(each) for each in parts] == [Resource, Problem, Resource, Resource]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"{", "not valid JSON"),
        (b'{"resourceType": "Patient" "id"}', "line 1, column 28"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number"),
        (b"\xff\xfe{\x00}\x00", "no resourceType"),
        (b"\xff\xfe\x00\xd8", "UTF-8"),
        (b'{"name": "Jos\xe9"}', "UTF-8"),
        (b"<Patient/>", "XML"),
        (b"PK\x03\x04", "not valid JSON"),
        (b"[" * 100_000, "deep"),
        (b"[" * 200 + b"]" * 200, "deep"),
        (b"null", "not a FHIR resource"),
        (b"7", "not a FHIR resource"),
        (b'{"id": "1"}', "no resourceType"),
        (b'[{"id": "1"}, 7]', "nothing in it"),
    ],
)
def test_what_is_no_fhir_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_an_oversized_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    large = tmp_path / "large.json"
    large.write_text(json.dumps(ANNA) + " " * 100)
    with pytest.raises(BadResource, match="larger than 64 MB"):
        list(fhir.read_file(large))


def test_an_oversized_line_is_named_and_the_next_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 200)
    lines = tmp_path / "many.ndjson"
    lines.write_text("\n".join([json.dumps({**ANNA, "id": "x" * 1000}), json.dumps(ANNA)]))
    first, second = fhir.read_file(lines)
    assert isinstance(first, Problem)
    assert first.where == "line 1"
    assert isinstance(second, Resource)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadResource, match="cannot be read: No such file"):
        list(fhir.read_file(tmp_path / "none.json"))
    with pytest.raises(BadResource, match="cannot be read"):
        list(fhir.read_file(tmp_path))


def test_nothing_of_a_patient_is_in_a_repr() -> None:
    (resource,) = found(ANNA)
    assert "Berg" not in repr(resource)
