"""An imported appointment offers what can be done, and everything else says why not; nothing else suffers from it."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from clinnet import clock
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.services import record_death
from scheduling.appointments import queries
from scheduling.appointments.services import changing, moving, reassign, retyping, states, urgent
from scheduling.models import CANCELLED, Appointment
from scheduling.waitlist.services import waitlist
from tests.people import signed_in_client
from tests.scheduling.appointments.test_fhir_owners import appointment, encounter, here, patient, together
from tests.scheduling.conftest import Desk


@pytest.fixture
def imported(desk: Desk, tmp_path: Path) -> tuple[Patient, Appointment]:
    """One for later today, which has come by the board's measure, and its patient."""
    start = clock.stamp(clock.now() + timedelta(minutes=1))
    together(tmp_path, desk, {"a.json": ((patient("north", "Ardsley"), appointment("A1", start)), "")})
    found = here(desk, "north")
    (row,) = queries.coming(desk.scope, found)
    return found, queries.appointment(desk.scope, found.id, row["id"])


def test_its_page_offers_what_can_be_done(desk: Desk, imported: tuple[Patient, Appointment], db: None) -> None:
    found, made = imported
    browser = signed_in_client(desk.scope.clinic_id)
    base = f"/c/{desk.scope.clinic_id}/patients/{found.id}"
    page = browser.get(f"{base}/appointments/{made.id}/").content.decode()
    for words in ("Book this", "Take off the list", "takes no time here"):
        assert words in page
    for words in ("Arrive", "Confirm", "To Requests", "Move <kbd>", "Change patient", "Another step"):
        assert words not in page
    overview = browser.get(f"{base}/").content.decode()
    assert "Book this" in overview
    assert 'data-key-name="Arrive"' not in overview
    assert "Keep it" in browser.get(f"{base}/appointments/{made.id}/cancel/").content.decode()


def test_what_takes_a_card_is_refused_with_a_sentence(desk: Desk, imported: tuple[Patient, Appointment]) -> None:
    found, made = imported
    other = desk.patient()
    tried: list[Any] = [
        lambda: states.arrive(desk.scope, appointment=made),
        lambda: states.confirm(desk.scope, appointment=made),
        lambda: waitlist.park(desk.scope, appointment=made, patient=found),
        lambda: moving.move(desk.scope, appointment=made, start=desk.at("10:30")),
        lambda: reassign.change_patient(desk.scope, appointment=made, patient=other),
        lambda: retyping.change_type(desk.scope, appointment=made, visit_type=desk.type("Procedure")),
        lambda: urgent.call(desk.scope, appointment=made, patient=found),
    ]
    for each in tried:
        with pytest.raises(Refused) as refused:
            each()
        assert refused.value.sentence == changing.ELSEWHERE


def test_it_can_be_taken_off_and_its_words_changed(desk: Desk, imported: tuple[Patient, Appointment]) -> None:
    _, made = imported
    changing.change_words(desk.scope, appointment=made, reason="Knee", note="")
    states.cancel(desk.scope, appointment=desk.again(made), by="clinic", reason="Booked here")
    assert (desk.again(made).state, desk.again(made).reason) == (CANCELLED, "Knee")


def test_a_death_by_hand_stops_what_is_booked_here_and_elsewhere(
    desk: Desk, imported: tuple[Patient, Appointment]
) -> None:
    found, made = imported
    booked = [desk.book("10:30", patient=found), desk.book("11:30", patient=found)]
    assert record_death(desk.scope, found, on=clock.stamp()[:10]) == ["3 appointments cancelled"]
    assert {desk.again(each).state for each in (made, *booked)} == {CANCELLED}


def test_times_that_nobody_said_are_not_shown(desk: Desk, tmp_path: Path, db: None) -> None:
    told = [
        encounter("day alone", id="e1", period={"start": "2013-03-11", "end": "2013-03-20"}),
        encounter("no end", id="e2", period={"start": "2025-04-02T09:02:00Z"}),
        encounter("backwards", id="e3", period={"start": "2025-04-03T09:30:00Z", "end": "2025-04-03T09:00:00Z"}),
        encounter("odd", id="e4", period={"start": "2025-01-03T10:46:00Z", "end": "2025-01-03T13:20:00Z"}),
        encounter("early", id="e5", period={"start": "1943-01-30T22:58:14Z"}),
        encounter("R5", id="e6", period=None, actualPeriod={"start": "2025-04-01T09:00:00Z"}),
    ]
    report = together(tmp_path, desk, {"a.json": ((patient("north", "Ardsley"), *told), "")})
    assert "ends before it starts" in report
    assert "before the birth of its patient" in report
    found, shown = here(desk, "north"), dict[str, str]()
    browser = signed_in_client(desk.scope.clinic_id)
    for row in queries.past(desk.scope, found):
        url = f"/c/{desk.scope.clinic_id}/patients/{found.id}/appointments/{row['id']}/"
        page = " ".join(browser.get(url).content.decode().split())
        shown[row["line"]["y"]] = page.partition("<dt>When</dt> <dd>")[2].partition("</dd>")[0].strip()
    assert shown["day alone"] == "11 Mar 2013, time not known"
    assert shown["no end"].endswith("10:02")
    assert shown["backwards"].endswith("10:30")
    assert shown["odd"].endswith("10:46–13:20")
    assert "R5" in shown


def test_a_visit_of_a_bare_code_has_no_number_for_a_reason(desk: Desk, tmp_path: Path) -> None:
    service = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/service-type", "code": "124"}]}
    told = encounter("", serviceType=service, reasonCode=None)
    together(tmp_path, desk, {"a.json": ((patient("north", "Ardsley"), told), "")})
    (row,) = queries.past(desk.scope, here(desk, "north"))
    assert "y" not in row["line"]


def test_the_same_folder_again_changes_nothing(desk: Desk) -> None:
    """All the cases beside this checkout, together and twice; a dry run says what the run does."""
    cases = Path(__file__).resolve().parents[4] / "shared" / "cases" / "import"
    if not cases.is_dir():
        pytest.skip("no cases beside this checkout")

    def run(**options: Any) -> str:
        out = StringIO()
        call_command("import_fhir", cases, clinic=desk.scope.clinic_id, stdout=out, **options)
        return out.getvalue()

    dry = run(dry_run=True).replace("Nothing was written: this was a dry run.\n", "")
    assert run() == dry
    again = run()
    assert " new" not in again
    assert " changed" not in again
    assert "taken away" not in again
