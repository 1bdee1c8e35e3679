"""Exports of the older Clinnet table, in each form that people have them in."""

import gzip
import io
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import legacy
from patients.fhir import BadResource, Problem
from patients.legacy import Older
from patients.legacy_patient import OlderPatient, patient

EXPORT = Path(__file__).parent.parent / "fixtures" / "legacy" / "export.jsonl"
TODAY = date(2026, 11, 22)
# As the older guide's createNewPatient writes it.
ROSA = {
    "PK": "PAT#1705312800000",
    "SK": "PROFILE#1",
    "id": "1705312800000",
    "GSI1PK": "CLINIC#DEFAULT",
    "GSI1SK": "PAT#1705312800000",
    "GSI2PK": "PAT#1705312800000",
    "GSI2SK": "PROFILE#1",
    "type": "PATIENT",
    "firstName": "Rosa",
    "lastName": "Iglesias",
    "dateOfBirth": "1985-03-15",
    "createdAt": "2024-01-15T10:00:00.000Z",
    "updatedAt": "2024-01-15T10:00:00.000Z",
}


def typed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in item.items()}


def read(content: Any) -> list[Older | Problem]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(legacy.read(io.BytesIO(data)))


def items(content: Any) -> list[Older]:
    return [each for each in read(content) if isinstance(each, Older)]


def known(**attributes: Any) -> OlderPatient:
    item = Older("line 1", "PATIENT", "1", "1", {"firstName": "Rosa", "lastName": "Iglesias", **attributes})
    return patient(item, today=TODAY, country="GB", order="DMY")


def data(**attributes: Any) -> dict[str, Any]:
    return dict(known(**attributes).data)


FORMS: dict[str, Callable[[], bytes]] = {
    "a bare item": lambda: json.dumps(ROSA).encode(),
    "a typed item": lambda: json.dumps(typed(ROSA)).encode(),
    "an exported line": lambda: json.dumps({"Item": typed(ROSA)}).encode() + b"\n",
    "a list": lambda: json.dumps([ROSA]).encode(),
    "an indented list": lambda: json.dumps([typed(ROSA)], indent=2).encode(),
    "a scan's answer": lambda: json.dumps({"Items": [typed(ROSA)], "Count": 1, "ScannedCount": 1}, indent=4).encode(),
    "a batch's requests": lambda: json.dumps({"clinnet": [{"PutRequest": {"Item": typed(ROSA)}}]}).encode(),
    "with a byte order mark": lambda: b"\xef\xbb\xbf" + json.dumps(ROSA).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_export_gives_the_same_item(form: str) -> None:
    (item,) = items(FORMS[form]())
    assert (item.kind, item.id, item.patient_id) == ("PATIENT", "1705312800000", "1705312800000")
    assert item.attributes["firstName"] == "Rosa"
    assert "GSI1PK" not in item.attributes


def test_a_gzipped_export_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "export.json.gz"
    packed.write_bytes(gzip.compress(EXPORT.read_bytes()))
    assert list(legacy.read_file(packed)) == list(legacy.read_file(EXPORT))
    packed.write_bytes(gzip.compress(EXPORT.read_bytes())[:200])
    with pytest.raises(BadResource, match="damaged"):
        list(legacy.read_file(packed))


def test_an_export_is_read_line_by_line_and_bad_lines_stop_nothing() -> None:
    found = list(legacy.read_file(EXPORT))
    assert [each.kind for each in found if isinstance(each, Older)] == [
        "PATIENT",
        "PATIENT",
        "APPOINTMENT",
        "RECORD",
        "BILLING",
        "SERVICE",
        "RECORD",
        "PATIENT",
    ]
    assert [each for each in found if isinstance(each, Problem)] == [
        Problem("line 6", "This is not valid JSON (line 1, column 15)."),
        Problem("line 9", "This service does not say whose it is; left out."),
    ]


def test_a_record_is_known_by_its_key_because_the_guide_gave_it_no_type() -> None:
    (record,) = items({"PK": "PAT#12", "SK": "RECORD#34", "createdAt": "2024-05-14T09:46:40.000Z"})
    assert (record.kind, record.id, record.patient_id) == ("RECORD", "34", "12")


@pytest.mark.parametrize(
    "item",
    [
        {"PK": "APPT#34", "SK": "DETAIL#1", "type": "APPOINTMENT", "GSI2PK": "PAT#12"},
        {"PK": "APPT#34", "SK": "DETAIL#1", "type": "APPOINTMENT", "patientId": "12"},
        {"id": "34", "type": "appointment", "patientId": "12"},
    ],
)
def test_an_appointment_kept_elsewhere_still_finds_its_patient(item: dict[str, str]) -> None:
    (found,) = items(item)
    assert (found.kind, found.id, found.patient_id) == ("APPOINTMENT", "34", "12")


def test_the_other_patient_key_is_a_patient_too() -> None:
    (found,) = items({"PK": "PATIENT#12", "SK": "METADATA", "type": "patient", "id": "12"})
    assert (found.kind, found.id) == ("PATIENT", "12")


@pytest.mark.parametrize(
    "item", [{}, 5, None, [], "x", {"PK": "USER#1", "SK": "PROFILE#1"}, {"PK": "PAT#a#b", "SK": "PROFILE#1"}]
)
def test_what_is_no_item_of_a_patient_is_named(item: Any) -> None:
    found = read([item])
    assert all(isinstance(each, Problem) for each in found)
    assert len(found) == 1


def test_types_come_off_and_nothing_is_rounded() -> None:
    written = {
        "PK": {"S": "PAT#1"},
        "SK": {"S": "BILL#2"},
        "total": {"N": "75.10"},
        "count": {"N": "3"},
        "paid": {"BOOL": False},
        "note": {"NULL": True},
        "tags": {"SS": ["b", "a"]},
        "lots": {"NS": ["1", "2.5"]},
        "rows": {"L": [{"M": {"price": {"N": "0.1"}}}]},
        "scan": {"B": "AAEC"},
    }
    (bill,) = items(written)
    assert bill.attributes == {
        "total": Decimal("75.10"),
        "count": 3,
        "paid": False,
        "note": None,
        "tags": ["b", "a"],
        "lots": [1, Decimal("2.5")],
        "rows": [{"price": Decimal("0.1")}],
        "scan": b"\x00\x01\x02",
    }


def test_times_become_utc_and_days_stay_days() -> None:
    (visit,) = items(
        {
            "PK": "PAT#1",
            "SK": "APPT#2",
            "startTime": "2024-05-14T09:00:00+01:00",
            "date": "2024-05-14",
            "createdAt": "2024-05-01T08:00:00.123456",
        }
    )
    assert visit.attributes["startTime"] == visit.at == "2024-05-14T08:00:00.000Z"
    assert visit.attributes["createdAt"] == "2024-05-01T08:00:00.123Z"
    assert visit.attributes["date"] == "2024-05-14"


def test_without_any_time_the_id_says_when() -> None:
    (record,) = items({"PK": "PAT#1", "SK": "RECORD#1715680000000"})
    assert record.at == "2024-05-14T09:46:40.000Z"
    (other,) = items({"PK": "PAT#1", "SK": "RECORD#x"})
    assert other.at == ""


# A patient


def test_a_patient_of_the_guide_is_understood_whole() -> None:
    (item,) = items(typed(ROSA))
    found = patient(item, today=TODAY, country="GB", order="DMY")
    assert found.data == {"given_name": "Rosa", "family_name": "Iglesias", "birth_date": "1985-03-15", "sex": "unknown"}
    assert found.created_at == found.updated_at == "2024-01-15T10:00:00.000Z"


def test_the_rest_of_a_patient_is_kept_as_it_was() -> None:
    first = next(legacy.read_file(EXPORT))
    assert isinstance(first, Older)
    found = patient(first, today=TODAY, country="GB", order="DMY")
    assert found.data["phones"] == [{"number": "+442079460123", "kind": "other", "preferred": True}]
    assert found.data["policies"][0]["payer"] == "Northern Mutual"
    assert found.data["sex"] == "female"
    assert found.data["extra"] == {
        "bloodType": "O+",
        "visits": 12,
        "allergies": ["penicillin"],
        "loyalty": {"tier": "gold", "since": Decimal("2019.5")},
    }
    assert found.notes == ["Allergies are kept aside as written; they belong in the chart."]


@pytest.mark.parametrize("written", ["1985-03-15", "1985-03-15T00:00:00.000Z", "15/3/1985"])
def test_birth_dates_are_read_as_they_were_typed(written: str) -> None:
    assert data(dob=written)["birth_date"] == "1985-03-15"


@pytest.mark.parametrize("written", ["2030-01-01", "someday", 7, "1700-01-01"])
def test_a_birth_date_that_cannot_be_is_kept_aside(written: Any) -> None:
    found = known(dateOfBirth=written)
    assert found.data["extra"] == {"dateOfBirth": written}
    assert found.notes


def test_addresses_come_as_a_line_as_a_map_or_in_pieces() -> None:
    assert data(address="12 Oak Street")["address"] == {"line": "12 Oak Street"}
    assert data(street="4 Mill Lane", zip="YO1")["address"] == {"line": "4 Mill Lane", "postcode": "YO1"}
    mapped = data(address={"street": "4 Mill Lane", "city": "York", "floor": 2})
    assert mapped["address"] == {"line": "4 Mill Lane", "city": "York"}
    assert mapped["extra"] == {"address": {"floor": 2}}


def test_an_emergency_contact_becomes_a_link() -> None:
    nested = data(emergencyContact={"name": "Luis", "phone": "07700 900123", "relationship": "Husband"})
    flat = data(emergencyContactName="Luis", emergencyContactPhone="07700 900123")
    assert nested["links"][0] | {"kind": "other"} == flat["links"][0]
    assert nested["links"][0]["kind"] == "partner"
    assert "extra" not in nested


def test_what_a_status_meant_is_kept() -> None:
    assert "archived" not in data(status="Active")
    assert data(status="archived")["archived"]["reason"] == "Was archived in the older Clinnet"
    assert data(status="deceased")["deceased_on"] == "2026-11-22"
    assert data(dateOfDeath="2020-01-02")["deceased_on"] == "2020-01-02"
    assert data(status="VIP")["extra"] == {"status": "VIP"}


def test_a_patient_without_a_name_is_refused() -> None:
    with pytest.raises(BadResource, match="no name"):
        known(firstName="", lastName=None)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{", b"\xff\xfe", b"[" * 100_000, b'{"N": ' + b"9" * 5000 + b"}"])
def test_what_is_no_export_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadResource):
        read(content)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadResource, match="cannot be read"):
        list(legacy.read_file(tmp_path / "none"))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["PAT#1", "PROFILE#1"])
NAMES = st.sampled_from(
    ["PK", "SK", "id", "type", "S", "N", "B", "M", "L", "SS", "firstName", "address", "emergencyContact", "status"]
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=20
)


@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    with suppress(BadResource):
        for each in read(value):
            assert isinstance(each, Older | Problem)


@given(st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=8))
def test_any_patient_is_mapped_or_refused(attributes: dict[str, Any]) -> None:
    with suppress(BadResource):
        for item in items({"firstName": "Rosa", **attributes, "PK": "PAT#1", "SK": "PROFILE#1"}):
            assert patient(item, today=TODAY, country="GB", order="DMY").data


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(BadResource):
        read(content)
