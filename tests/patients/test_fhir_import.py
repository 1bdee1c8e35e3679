"""manage.py import_fhir: whole files into a clinic, as often as one likes."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinnet.table import Scope, find_row, keys
from clinnet.table.errors import Busy
from patients import queries, services
from patients.models import Patient
from patients.services import imports

FIXTURES = Path(__file__).parent.parent / "fixtures" / "fhir"
SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea-r4"
ACME = "urn:oid:1.2.36.146.595.217.0.1"


@pytest.fixture
def system(clinic: str) -> Scope:
    return Scope.system("tests", clinic)


def run(clinic: str, *paths: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_fhir", *map(str, paths), clinic=clinic, stdout=out, **options)
    return out.getvalue()


def written(folder: Path, *bodies: dict[str, Any], name: str = "bundle.json") -> Path:
    path = folder / name
    entries = [{"resource": {"resourceType": "Patient", **body}} for body in bodies]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


def anna(**more: Any) -> dict[str, Any]:
    body = {
        "identifier": [{"system": ACME, "value": "1", "type": {"coding": [{"code": "MR"}]}}],
        "name": [{"family": "Berg", "given": ["Anna"]}],
        "birthDate": "1980-05-06",
        "telecom": [{"system": "phone", "value": "07700 900123", "use": "mobile"}],
    }
    return body | more


def known(scope: Scope, value: str = "1") -> Patient:
    row = find_row(scope, keys.identifier(scope.clinic_id, ACME, value))
    assert row is not None
    return queries.patient(scope, row["id"])


def test_a_patient_comes_in_and_is_found(clinic: str, system: Scope, tmp_path: Path) -> None:
    assert "1 files: 1 new." in run(clinic, written(tmp_path, anna()))
    found = known(system)
    assert (found.given_name, found.birth_date, found.mrn) == ("Anna", "1980-05-06", "000001")
    assert [row["id"] for row in queries.list_page(system, "b").rows] == [found.id]


def test_a_second_import_changes_nothing(clinic: str, system: Scope, tmp_path: Path) -> None:
    path = written(tmp_path, anna())
    run(clinic, path)
    before = known(system)
    assert "1 as before" in run(clinic, path)
    assert known(system).version == before.version


def test_what_the_file_changed_is_changed_and_what_the_staff_typed_stays(
    clinic: str, system: Scope, tmp_path: Path
) -> None:
    run(clinic, written(tmp_path, anna(gender="female")))
    services.change(system, known(system), {"given_name": "Ann", "email": "ann@example.org"})
    married = anna(gender="female", name=[{"family": "Holm", "given": ["Anna"]}], birthDate="1980-05-06")
    assert "1 changed" in run(clinic, written(tmp_path, married))
    found = known(system)
    assert (found.family_name, found.given_name, found.email) == ("Holm", "Ann", "ann@example.org")
    assert "1 as before" in run(clinic, written(tmp_path, married))


def test_a_new_phone_joins_those_we_know(clinic: str, system: Scope, tmp_path: Path) -> None:
    run(clinic, written(tmp_path, anna()))
    run(clinic, written(tmp_path, anna(telecom=[{"system": "phone", "value": "020 7946 0001", "use": "home"}])))
    numbers = [(phone["number"], phone["preferred"]) for phone in known(system).phones or []]
    assert numbers == [("+442079460001", True), ("+447700900123", False)]


def test_a_patient_registered_by_hand_is_completed_not_corrected(clinic: str, system: Scope, tmp_path: Path) -> None:
    mine = [{"system": ACME, "value": "1", "label": "Acme"}]
    services.register(system, {"given_name": "Anne", "birth_date": "1980-05-06", "identifiers": mine})
    assert "1 changed" in run(clinic, written(tmp_path, anna(gender="female")))
    found = known(system)
    assert (found.given_name, found.family_name, found.sex) == ("Anne", "Berg", "female")
    assert "1 as before" in run(clinic, written(tmp_path, anna(gender="female")))


def test_a_number_of_somebody_evidently_else_is_left_to_a_person(clinic: str, tmp_path: Path) -> None:
    run(clinic, written(tmp_path, anna()))
    other = anna(name=[{"family": "Costa", "given": ["João"]}], birthDate="1951-01-02")
    report = run(clinic, written(tmp_path, other))
    assert "1 left out" in report
    assert "another name or birth date" in report


def test_numbers_of_two_patients_are_left_to_a_person(clinic: str, tmp_path: Path) -> None:
    run(clinic, written(tmp_path, anna(), anna(identifier=[{"system": ACME, "value": "2"}])))
    both = anna(identifier=[{"system": ACME, "value": "1"}, {"system": ACME, "value": "2"}])
    assert "belong to 2 patients" in run(clinic, written(tmp_path, both))


def test_the_national_id_finds_the_patient_too(clinic: str, system: Scope, tmp_path: Path) -> None:
    nhs = "https://fhir.nhs.uk/Id/nhs-number"
    run(clinic, written(tmp_path, anna(identifier=[{"system": nhs, "value": "999 000 0018"}])))
    again = anna(identifier=[{"system": nhs, "value": "9990000018"}, {"system": ACME, "value": "1"}])
    assert "1 changed" in run(clinic, written(tmp_path, again))
    assert known(system).national_id


def test_an_import_reaches_the_record_that_absorbed_another(clinic: str, system: Scope, tmp_path: Path) -> None:
    path = written(tmp_path, anna())
    run(clinic, path)
    survivor = queries.patient(system, services.register(system, {"family_name": "Berg"}))
    services.merge(system, survivor, known(system), {})
    assert "1 as before" in run(clinic, path)  # what was chosen in the merge stays
    assert len(queries.list_page(system, "b").rows) == 1


def test_a_dry_run_tells_and_writes_nothing(clinic: str, system: Scope, tmp_path: Path) -> None:
    report = run(clinic, written(tmp_path, anna(), anna()), dry_run=True)
    assert "1 new, 1 as before" in report
    assert "dry run" in report
    assert find_row(system, keys.identifier(clinic, ACME, "1")) is None


def test_record_numbers_of_a_chosen_system_become_ours(clinic: str, system: Scope, tmp_path: Path) -> None:
    path = written(tmp_path, anna(identifier=[{"system": ACME, "value": "A-77", "type": {"text": "MRN"}}]))
    run(clinic, path, record_numbers=ACME)
    assert known(system, "A-77").mrn == "A-77"


def test_two_clinics_have_the_same_person_apart(clinic: str, other_clinic: str, tmp_path: Path) -> None:
    path = written(tmp_path, anna())
    assert "1 new" in run(clinic, path)
    assert "1 new" in run(other_clinic, path)


def test_an_inactive_record_comes_in_archived(clinic: str, system: Scope, tmp_path: Path) -> None:
    path = written(tmp_path, anna(active=False))
    run(clinic, path)
    found = known(system)
    assert found.state == "archived"
    assert (found.archived or {})["by"] == "import_fhir"
    assert "1 as before" in run(clinic, path)


def test_what_the_staff_restored_stays_restored(clinic: str, system: Scope, tmp_path: Path) -> None:
    run(clinic, written(tmp_path, anna(active=False)))
    services.restore(system, known(system))
    assert "1 changed" in run(clinic, written(tmp_path, anna(active=False, gender="female")))
    assert not known(system).archived


def test_the_day_that_stands_for_an_unknown_death_stays(clinic: str, system: Scope, tmp_path: Path) -> None:
    run(clinic, written(tmp_path, anna(deceasedBoolean=True)))
    services.record_death(system, known(system), on="2026-01-02")
    run(clinic, written(tmp_path, anna(deceasedBoolean=True, gender="female")))
    assert known(system).deceased_on == "2026-01-02"


def test_a_folder_is_reported_file_by_file_and_nothing_stops_it(clinic: str, tmp_path: Path) -> None:
    report = run(clinic, FIXTURES, tmp_path / "missing.json")
    assert "7 files: 4 new, 9 left out." in report
    for words in (
        "broken.json: 1 left out",
        "This is not valid JSON (line 1",
        "bulk.ndjson: 2 new, 2 left out",
        "nameless.json: 1 left out",
        "This patient has no name.",
        "observation.json: 1 left out",
        "missing.json: 1 left out",
        "cannot be read",
        "Its patient is neither in the files nor found here",
        "Not imported yet: 1 OperationOutcome",
    ):
        assert words in report


def test_busy_stops_with_a_sentence(clinic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any, **named: Any) -> None:
        raise Busy

    monkeypatch.setattr(imports, "register", busy)
    with pytest.raises(CommandError, match="Import again"):
        run(clinic, written(tmp_path, anna()))


def test_an_unknown_clinic_and_an_empty_folder_are_refused(clinic: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no clinic nowhere"):
        run("nowhere", FIXTURES)
    with pytest.raises(CommandError, match=r"no \.json"):
        run(clinic, tmp_path)


def test_all_of_synthea_comes_in_once(clinic: str) -> None:
    if not SYNTHEA.is_dir():
        pytest.skip("no synthea-r4 beside this checkout")
    files = sorted(SYNTHEA.glob("*_*.json"))
    for told in ("new", "as before"):
        counts = rf"\d{{3}} bills {told}, \d{{4}} chart items {told}, \d{{3}} visits {told}\."
        assert re.search(f"{len(files)} files: {len(files)} {told}, {counts}", run(clinic, *files))
