"""The demo clinics are filled once, whatever stops in between."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinnet import clock
from clinnet.management.commands import seed
from clinnet.table import Batch, Scope, find_row, get_rows, keys, query
from clinnet.table.errors import Unavailable
from patients import queries, services
from patients.demo import demo_id
from patients.models import Patient

pytestmark = pytest.mark.engine
NOW = "2026-11-22T10:40:00+00:00"


@pytest.fixture
def demo() -> str:
    """The id of a demo clinic that no other test knows."""
    return f"d{clock.new_id().lower()}"


def run(clinic: str, patients: int = 20, **options: Any) -> str:
    out = StringIO()
    call_command("seed", clinic=[clinic], patients=patients, now=seed._moment(NOW), stdout=out, **options)
    return out.getvalue()


def person(clinic: str, number: int) -> Patient:
    return queries.patient(Scope.system("tests", clinic), demo_id(clinic, "1", f"person {number}"))


def test_a_seeded_clinic_has_its_patients_and_they_can_be_found(demo: str) -> None:
    assert re.search(r"20 new in .* a second", run(demo))
    found = person(demo, 7)
    scope = Scope.system("tests", demo)
    held = find_row(scope, keys.record_number(demo, found.mrn or ""))
    assert held is not None
    assert held["id"] == found.id
    assert found.created_at == found.gsi1sk.split("#")[0]
    assert queries.list_page(scope, "").rows


def test_seeding_again_changes_nothing(demo: str) -> None:
    run(demo)
    before = person(demo, 3)
    services.change(Scope.system("tests", demo), before, {"notes": "Typed by somebody."})
    assert "0 new" in run(demo)
    assert person(demo, 3).notes == "Typed by somebody."


def test_more_people_join_those_who_are_there(demo: str) -> None:
    run(demo)
    assert "25 new" in run(demo, 45)


def test_an_interrupted_seeding_goes_on(demo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Batch.commit

    def fails(self: Any, event: Any) -> int:
        raise Unavailable

    monkeypatch.setattr(Batch, "commit", fails)
    with pytest.raises(Unavailable):
        run(demo)
    monkeypatch.setattr(Batch, "commit", commit)
    assert "20 new" in run(demo)


def test_the_same_seed_gives_the_same_clinic(demo: str) -> None:
    run(demo, 60)
    numbers = [person(demo, at).mrn for at in range(60)]
    assert numbers == [f"{at:06d}" for at in range(1, 61)]


def test_a_number_that_somebody_has_is_not_given_again(demo: str) -> None:
    run(demo, 5)
    scope = Scope.system("tests", demo)
    taken = services.register(scope, {"family_name": "García", "mrn": "000009"})
    run(demo, 20)
    ids = [demo_id(demo, "1", f"person {at}") for at in range(20)]
    numbers = [str(each.mrn) for each in queries.survivors(scope, [*ids, taken]).values()]
    assert len(numbers) == len(set(numbers)) == 21
    held = get_rows(scope, [keys.record_number(demo, number) for number in numbers])
    assert len({row["id"] for row in held.values()}) == 21


def test_another_seed_brings_other_people(demo: str) -> None:
    run(demo, 10)
    assert "10 new" in run(demo, 10, seed="2")


def test_the_next_patient_gets_the_next_number(demo: str) -> None:
    run(demo, 20)
    scope = Scope.system("tests", demo)
    new = queries.patient(scope, services.register(scope, {"family_name": "Novák"}))
    assert new.mrn == "000021"


def test_the_cloud_is_refused(demo: str, settings: Any) -> None:
    settings.CLINNET_CLOUD = True
    with pytest.raises(CommandError, match="never made in the cloud"):
        run(demo)


def test_a_real_endpoint_is_refused(demo: str, settings: Any) -> None:
    settings.DYNAMODB_ENDPOINT = "https://dynamodb.eu-west-1.amazonaws.com"
    with pytest.raises(CommandError, match="never made in the cloud"):
        run(demo)


def test_somebodys_own_clinic_is_refused(clinic: str) -> None:
    with pytest.raises(CommandError, match="not a demo clinic"):
        run(clinic)
    assert not query(Scope.system("tests", clinic), keys.patients_by_letter(clinic, "s"), limit=5).rows


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="is not a moment"):
        call_command("seed", "--now", "yesterday")
