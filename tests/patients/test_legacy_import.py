"""manage.py import_clinnet: the older table's items, under the ids they had."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinnet import clock
from clinnet.table import Scope, find_row, keys, query
from patients import queries, services

EXPORT = Path(__file__).parent.parent / "fixtures" / "legacy" / "export.jsonl"


@pytest.fixture
def system(clinic: str) -> Scope:
    return Scope.system("tests", clinic)


def run(clinic: str, path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_clinnet", str(path), clinic=clinic, stdout=out, **options)
    return out.getvalue()


class Export:
    """A small export with ids that no other test has."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "export.jsonl"
        self.lines: list[dict[str, Any]] = []
        self.patient = clock.new_id()

    def add(self, sk: str = "PROFILE#1", *, patient: str = "", **attributes: Any) -> "Export":
        named = {"firstName": "Rosa", "lastName": "Iglesias"} if sk == "PROFILE#1" else {}
        self.lines.append({"PK": f"PAT#{patient or self.patient}", "SK": sk, **named, **attributes})
        self.path.write_text("".join(json.dumps(each) + "\n" for each in self.lines))
        return self


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path)


def test_a_patient_keeps_id_time_and_what_is_not_understood(clinic: str, system: Scope, export: Export) -> None:
    export.add(dateOfBirth="1985-03-15", bloodType="O+", createdAt="2024-01-15T12:00:00Z")
    assert "Patients: 1 new" in run(clinic, export.path)
    found = queries.patient(system, export.patient)
    assert (found.given_name, found.birth_date, found.mrn) == ("Rosa", "1985-03-15", "000001")
    assert found.created_at == "2024-01-15T12:00:00.000Z"
    assert found.extra == {"bloodType": "O+"}
    assert [row["id"] for row in queries.list_page(system, "i").rows] == [export.patient]


def test_items_are_carried_over_as_they_are_with_our_keys(clinic: str, system: Scope, export: Export) -> None:
    export.add().add("APPT#7", startTime="2024-05-14T09:00:00+01:00", doctor="Dr Smith", GSI1PK="CLINIC#DEFAULT")
    export.add("BILL#8", total=75.5, version=3, expiresAt=1, createdAt="2024-05-14T09:48:20.000Z")
    report = run(clinic, export.path)
    assert "Appointments: 1 new" in report
    assert "Bills: 1 new" in report
    visit, bill = (
        find_row(system, at) for at in (keys.appointment(export.patient, "7"), keys.bill(export.patient, "8"))
    )
    assert visit is not None
    assert bill is not None
    assert (visit["clinicId"], visit["doctor"], visit["type"]) == (clinic, "Dr Smith", "APPOINTMENT")
    assert visit["GSI2SK"] == "T#2024-05-14T08:00:00.000Z#APPT#7"
    assert "GSI1PK" not in visit
    assert (bill["total"], bill["version"], bill["older"]) == (Decimal("75.5"), 1, {"version": 3, "expiresAt": 1})
    assert "expiresAt" not in bill


def test_records_stand_in_the_chart_and_not_among_the_visits(clinic: str, system: Scope, export: Export) -> None:
    export.add().add("RECORD#9", note="Rest.", createdAt="2024-05-14T09:46:40.000Z")
    run(clinic, export.path)
    record = find_row(system, keys.record(export.patient, "9"))
    assert record is not None
    assert record["GSI2PK"] == f"PAT#{export.patient}#CHART"


def test_an_item_may_stand_before_its_patient(clinic: str, export: Export) -> None:
    report = run(clinic, export.add("APPT#7").add().path)
    assert "Appointments: 1 new, 0 there already, 0 left out" in report


def test_an_orphan_is_reported(clinic: str, system: Scope, export: Export) -> None:
    nobody = clock.new_id()
    report = run(clinic, export.add().add("RECORD#9", patient=nobody).path)
    assert "line 2: Its patient is neither in the file nor in the clinic; left out." in report
    assert find_row(system, keys.record(nobody, "9")) is None


def test_items_of_a_patient_who_is_here_already_come_in(clinic: str, system: Scope, export: Export) -> None:
    export.patient = services.register(system, {"family_name": "García"})
    assert "Records: 1 new" in run(clinic, export.add("RECORD#9").path)


def test_a_second_import_changes_nothing(clinic: str, system: Scope, export: Export) -> None:
    export.add().add("RECORD#9", note="Rest.")
    run(clinic, export.path)
    services.change(system, queries.patient(system, export.patient), {"email": "rosa@example.org"})
    report = run(clinic, export.path)
    assert "Patients: 0 new, 1 there already" in report
    assert "Records: 0 new, 1 there already" in report
    assert queries.patient(system, export.patient).email == "rosa@example.org"


def test_an_id_of_another_clinic_is_left_alone(clinic: str, other_clinic: str, export: Export) -> None:
    export.add().add("RECORD#9", note="Ours")
    run(other_clinic, export.path)
    report = run(clinic, export.path)
    assert "This id belongs to another clinic here; left out." in report
    assert "Patients: 0 new, 0 there already, 1 left out" in report
    kept = find_row(Scope.system("tests", other_clinic), keys.record(export.patient, "9"))
    assert kept is not None


def test_a_number_that_somebody_has_is_kept_aside(clinic: str, system: Scope, export: Export) -> None:
    services.register(system, {"family_name": "García", "mrn": "A-7"})
    report = run(clinic, export.add(mrn="A-7").path)
    assert "A number of theirs belongs to somebody here; kept aside." in report
    found = queries.patient(system, export.patient)
    assert found.extra == {"mrn": "A-7"}
    assert found.mrn == "000001"


def test_two_patients_with_one_number_in_the_file_do_not_share_it(clinic: str, system: Scope, export: Export) -> None:
    other = clock.new_id()
    run(clinic, export.add(ssn="900-11-1111").add(patient=other, ssn="900-11-1111").path)
    owners = [queries.patient(system, id).national_id for id in (export.patient, other)]
    assert owners == ["900-11-1111", None]


def test_a_dry_run_tells_and_writes_nothing(clinic: str, system: Scope, export: Export) -> None:
    report = run(clinic, export.add().add("RECORD#9").path, dry_run=True)
    assert "Patients: 1 new" in report
    assert "Records: 1 new" in report
    assert not queries.survivors(system, [export.patient])
    assert not query(system, keys.patients_by_letter(clinic, "i"), limit=5).rows


def test_one_event_says_what_came_in(clinic: str, system: Scope, export: Export) -> None:
    before = clock.stamp()
    run(clinic, export.add().add("RECORD#9").path)
    buckets = {keys.audit_event(clinic, at, "").pk for at in (before, clock.stamp())}  # of ten minutes each
    events = [event for each in buckets for event in query(system, keys.Range(each), limit=50).rows]
    assert {"patient.register-many", "import.clinnet"} <= {event["action"] for event in events}


def test_the_report_counts_and_names_what_was_left_out(clinic: str) -> None:
    report = run(clinic, EXPORT, dry_run=True)
    for words in (
        "line 6: This is not valid JSON",
        "line 9: This service does not say whose it is; left out.",
        "line 10: This patient has no name.",
        "line 1: Allergies are kept aside as written",
        "Patients: ",
        "1 left out",
        "Not read: 2",
    ):
        assert words in report


def test_a_file_that_is_no_export_is_refused_in_a_sentence(clinic: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="not UTF-8"):
        run(clinic, bad)
    with pytest.raises(CommandError, match="cannot be read"):
        run(clinic, tmp_path / "missing")
    with pytest.raises(CommandError, match="no clinic nowhere"):
        run("nowhere", EXPORT)
