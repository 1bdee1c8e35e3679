"""Files in S3: named by chance, of a type that their own bytes say."""

import re

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from clinnet import files
from clinnet.files import Kind
from clinnet.table.errors import Refused

SCAN = Kind("scans", "scan", most=1024 * 1024)
PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.mark.engine
def test_a_file_is_stored_under_a_random_name_and_reached_by_it() -> None:
    keys = [files.put(SCAN, PDF) for _ in range(2)]
    assert all(re.fullmatch(r"scans/[\w-]{32}\.pdf", key) for key in keys)
    assert keys[0] != keys[1]
    with default_storage.open(keys[0]) as file:
        assert file.read() == PDF
    assert "X-Amz-Expires=60" in files.address(SCAN, keys[0])
    files.drop(keys[0])
    assert not default_storage.exists(keys[0])
    assert default_storage.exists(keys[1])


@pytest.mark.parametrize(
    ("data", "kind", "sentence"),
    [
        (b"x" * (1024 * 1024 + 1), SCAN, "This scan is larger than 1 MB. Choose a smaller one."),
        (b"<html><script>", SCAN, "This scan cannot be kept. Choose a JPG or PNG or WEBP or PDF file."),
        (b"", SCAN, "This scan cannot be kept. Choose a JPG or PNG or WEBP or PDF file."),
        (PDF, Kind("photos", "photo", ("image/jpeg",)), "This photo cannot be kept. Choose a JPG file."),
    ],
)
def test_what_is_too_large_or_of_another_type_is_refused(data: bytes, kind: Kind, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        files.put(kind, data)
    assert refusal.value.sentence == sentence


@given(st.binary(max_size=40))
def test_whatever_bytes_are_of_a_known_type_or_of_none(data: bytes) -> None:
    assert files.sniff(data) in {*files.ENDINGS, ""}
    assert files.sniff(b" " + data) == ""


def test_markup_is_no_file_that_is_kept() -> None:
    assert not {"text/html", "image/svg+xml"} & set(files.ENDINGS)
    assert files.sniff(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == ""


def test_xml_is_kept_and_nobody_is_given_its_address() -> None:
    data = '<?xml version="1.0"?><a/>'
    kinds = {files.sniff(data.encode(encoding)) for encoding in ("utf-8", "utf-8-sig", "utf-16")}
    assert kinds | {files.sniff(b"<x:ClinicalDocument>")} == {files.XML}
    with pytest.raises(ValueError, match="has no address"):
        files.address(Kind("received", "document", types=(files.XML,)), "received/x.xml")
    assert files.XML not in Kind("photos", "photo").types
