"""Booking: taken, refused, offered again; never twice."""

from datetime import timedelta

import pytest

from clinnet.accounts.services import add_staff
from clinnet.table import Once
from clinnet.table.errors import Denied, NotFound, Refused
from clinnet.table.meter import Meter, metered
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, states
from scheduling.appointments.services.booking import Visit
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import practitioner
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.refusals import OutsideHours, PatientBusy, SlotTaken
from tests.scheduling.conftest import Desk, MakeDesk


def test_a_booked_appointment_is_on_the_board_at_once(desk: Desk) -> None:
    appointment = desk.book("10:30", reason="Blood pressure")
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert (card.id, card.state, card.minutes, card.reason) == (appointment.id, "booked", 15, "Blood pressure")
    assert (appointment.wall, appointment.day, appointment.zone) == (
        f"{desk.day}T10:30",
        str(desk.day),
        "Europe/London",
    )
    assert card.patient["f"] == "García"
    assert [row["id"] for row in appointment_queries.coming(desk.scope, desk.patient_of(appointment))] == [
        appointment.id
    ]


def test_what_is_booked_is_not_free_any_more(desk: Desk) -> None:
    assert {"10:15", "10:30", "10:45"} <= set(desk.free())
    desk.book("10:30")
    assert "10:30" not in desk.free()
    assert {"10:15", "10:45"} <= set(desk.free())


def test_a_taken_time_says_who_took_it_and_what_is_near(desk: Desk) -> None:
    desk.book("10:30")
    with pytest.raises(SlotTaken) as refusal:
        desk.book("10:30")
    assert refusal.value.sentence == (
        "10:30 with Dr Okafor was just booked by Ana. Nearest: 10:45, 10:15, 11:00. Everything you typed is still here."
    )
    assert len(refusal.value.nearest) == 3
    assert not refusal.value.may_overbook
    assert len(board_queries.board(desk.scope, desk.day).cards) == 1


def test_a_patient_is_not_in_two_places(desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria, practitioner=desk.doctors[1])
    with pytest.raises(PatientBusy) as refusal:
        desk.book("10:30", maria)
    assert refusal.value.sentence == "María already has 10:30 with Dr Bernard that day. Choose another time."


def test_a_doctor_of_two_clinics_is_not_in_both(desk: Desk, other_clinic: str, make_desk: MakeDesk) -> None:
    there = make_desk(other_clinic)
    add_staff(there.admin, person=desk.doctor.id, username="x", name=desk.doctor.name, roles=["doctor"])
    shared = practitioner(there.admin, desk.doctor.id)
    schedule_settings.save_hours(
        there.admin, practitioner=shared, sessions=[Session(day, "06:00", "24:00") for day in range(7)]
    )
    desk.book("10:30")
    with pytest.raises(SlotTaken) as refusal:
        there.book("10:30", practitioner=shared)
    assert "10:30 with Dr Okafor is taken." in refusal.value.sentence
    there.book("10:45", practitioner=shared)
    assert "10:45" not in desk.free()


def test_overbooking_needs_permission_and_is_visible_with_its_reason(desk: Desk) -> None:
    desk.book("10:30")
    with pytest.raises(Denied):
        desk.book("10:30", overbook="fever, fit in")
    appointment = desk.book("10:30", scope=desk.nurse, overbook="fever, fit in")
    assert appointment.overbooked == "fever, fit in"
    assert ["O" in card.flags for card in board_queries.board(desk.scope, desk.day).cards] == [False, True]


def test_a_room_is_chosen_and_is_not_doubled(desk: Desk) -> None:
    first = desk.book("10:30", type="Procedure")
    second = desk.book("10:30", type="Procedure", practitioner=desk.doctors[1])
    assert {first.room_id, second.room_id} == {desk.room("Room 1").id, desk.room("Room 2").id}
    with pytest.raises(SlotTaken):
        desk.book("10:45", type="Vaccination", practitioner=desk.doctors[1])


def test_buffers_and_the_nurse_s_part_are_kept_free(desk: Desk) -> None:
    desk.book("10:30", type="Procedure")  # doctor 10:25 to 11:10, room 10:30 to 11:00
    free = desk.free()
    assert not {"10:30", "10:45", "11:00"} & set(free)
    assert {"10:00", "11:15"} <= set(free)
    maria = desk.patient()
    desk.book("12:00", maria, type="Vaccination")  # patient from 11:50
    with pytest.raises(PatientBusy):
        desk.book("11:45", maria, practitioner=desk.doctors[1])


def test_outside_hours_is_asked_about_and_needs_permission(desk: Desk) -> None:
    with pytest.raises(OutsideHours) as refusal:
        desk.book("05:30")
    assert refusal.value.sentence == "This is outside Dr Okafor's hours (06:00–00:00). Book anyway?"
    assert not refusal.value.may
    with pytest.raises(Denied):
        desk.book("05:30", outside_hours=True)
    assert desk.book("05:30", scope=desk.nurse, outside_hours=True).wall == f"{desk.day}T05:30"


def test_on_leave_the_sentence_says_so(desk: Desk) -> None:
    schedule_settings.add_other_days(
        desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctor, reason="conference"
    )
    with pytest.raises(OutsideHours) as refusal:
        desk.book("10:30")
    assert "does not work on" in refusal.value.sentence
    assert "(conference)" in refusal.value.sentence
    (okafor, _) = board_queries.board(desk.scope, desk.day).columns
    assert (okafor.closed, okafor.openings) == ("conference", [])


@pytest.mark.parametrize("minutes", [-15, 3, 7, 26 * 60])
def test_lengths_that_cannot_be_are_refused(desk: Desk, minutes: int) -> None:
    with pytest.raises(Refused):
        desk.book("10:30", minutes=minutes)


def test_a_past_time_an_odd_minute_and_a_far_year_are_refused(desk: Desk) -> None:
    for start in (
        desk.at("10:30") - timedelta(days=9),
        desk.at("10:30") + timedelta(minutes=1),
        desk.at("10:30") + timedelta(days=4000),
    ):
        with pytest.raises(Refused):
            desk.book(start=start)


def test_objects_of_another_clinic_are_not_found(desk: Desk, other_clinic: str, make_desk: MakeDesk) -> None:
    there = make_desk(other_clinic)
    maria = desk.patient()
    for wrong in (
        {"patient": there.patient()},
        {"practitioner": there.doctor},
        {"visit_type": there.type("Follow-up")},
        {"room": there.room("Room 1")},
    ):
        with pytest.raises(NotFound):
            desk.book("10:30", **({"patient": maria} | wrong))
    assert board_queries.board(desk.scope, desk.day).cards == []


@pytest.mark.parametrize("kind", ["Follow-up", "Procedure", "Vaccination"])
def test_a_double_click_creates_one_appointment(desk: Desk, kind: str) -> None:
    maria, once = desk.patient(), Once(f"token {desk.scope.clinic}", "same")
    first, second = (desk.book("10:30", maria, once=once, type=kind) for _ in range(2))
    assert first.id == second.id
    assert len(board_queries.board(desk.scope, desk.day).cards) == 1


def test_a_family_is_booked_together_or_not_at_all(desk: Desk) -> None:
    family = [desk.patient(name) for name in ("Lucía", "Mateo", "María")]
    starts = [desk.at(at) for at in ("10:00", "10:15", "10:30")]
    visits = [
        Visit(patient, desk.type("Follow-up"), desk.doctor, start)
        for patient, start in zip(family, starts, strict=True)
    ]
    other = desk.book("10:30")
    with pytest.raises(SlotTaken):
        booking.book_together(desk.scope, visits=visits)
    assert len(board_queries.board(desk.scope, desk.day).cards) == 1
    states.cancel(desk.scope, appointment=other, by="patient", reason="Ill")
    assert len(booking.book_together(desk.scope, visits=visits)) == 3
    assert [row["w"][-5:] for each in family for row in [appointment_queries.coming(desk.scope, each)[0]["line"]]] == [
        "10:00",
        "10:15",
        "10:30",
    ]


@pytest.mark.parametrize(("kind", "units", "reads"), [("Follow-up", 18, []), ("Procedure", 20, ["BatchGetItem"])])
@pytest.mark.parametrize(("at", "minutes"), [("10:30", 15), ("08:00", 9 * 60)])
def test_booking_any_length_costs_one_transaction_and_the_same(  # noqa: PLR0917  parameters of the test
    desk: Desk, kind: str, units: int, reads: list[str], at: str, minutes: int
) -> None:
    """Two units for each of 7 actions (8 with a room), and one for each of the 4 index entries."""
    maria, once = desk.patient(), Once(f"token {desk.scope.clinic} {minutes}", "same")
    desk.free()
    with metered() as meter:
        booking.book(
            desk.scope,
            patient=maria,
            visit_type=desk.type(kind),
            practitioner=desk.doctor,
            start=desk.at(at),
            minutes=minutes,
            reason="Blood pressure",
            once=once,
        )
    assert meter.calls == [*reads, "TransactWriteItems"]
    assert meter.write_units == units


def test_the_board_is_one_call(desk: Desk, meter: Meter) -> None:
    board_queries.board(desk.scope, desk.day)
    before = len(meter.calls)
    board_queries.board(desk.scope, desk.day)
    assert meter.calls[before:] == ["Query"]
