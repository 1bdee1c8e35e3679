"""Messages about appointments: what leaves, to whom, when and how often."""

from datetime import datetime, timedelta

from clinnet import clock
from scheduling.appointments.services import moving, reassign, series, states, undoing
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import by_mail, calendar, maria, messages, send, send_at

# --- When ------------------------------------------------------------------------------------------------------------


def test_a_booking_is_confirmed_after_the_grace_and_once(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert send(desk, timedelta(minutes=2)) == []
    (received,) = send(desk)
    assert received.to == "maria@example.org"
    assert send(desk) == send(desk, timedelta(hours=1)) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.kind, message.to) == ("sent", "booked", ["m…@example.org"])
    now = desk.again(appointment)
    assert now.told is not None
    assert now.told["wall"] == appointment.wall
    assert now.version == appointment.version  # whoever has the visit open is not told that somebody changed it


def test_undo_within_the_grace_sends_nothing(desk: Desk) -> None:
    appointment = by_mail(desk)
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Booked by mistake")
    assert desk.again(appointment).gsi1pk is None
    assert send(desk) == []


def test_a_move_that_goes_back_within_the_grace_sends_nothing(desk: Desk) -> None:
    appointment = by_mail(desk)
    send(desk)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert desk.again(appointment).gsi1sk is not None
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert send(desk, timedelta(hours=1)) == []


def test_a_move_and_a_cancellation_update_the_calendar(desk: Desk) -> None:
    appointment = by_mail(desk)
    (first,) = send(desk)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    (second,) = send(desk)
    states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
    (third,) = send(desk)
    assert [calendar(each, "UID") for each in (first, second, third)] == [f"{appointment.id}@clinnet"] * 3
    assert [calendar(each, "SEQUENCE") for each in (first, second, third)] == ["0", "1", "2"]
    assert [calendar(each, "METHOD") for each in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert "11:00" in second.text
    assert f"The earlier time no longer holds: {desk.day:%A} {desk.day.day} {desk.day:%B %Y}, 10:30." in second.text
    assert "is cancelled. It was:" in third.text
    assert "http" not in third.text
    assert [each.kind for each in messages(desk, appointment)] == ["booked", "changed", "cancelled"]


def test_a_visit_is_given_to_another_patient_and_both_are_told(desk: Desk) -> None:
    appointment, luis = by_mail(desk), maria(desk, given="Luis", email="luis@example.org")
    assert not reassign.is_told(desk.scope, appointment)
    send(desk)
    assert reassign.is_told(desk.scope, desk.again(appointment))
    reassign.change_patient(desk.scope, appointment=desk.again(appointment), patient=luis)
    received = {each.to: each for each in send(desk)}
    assert calendar(received["maria@example.org"], "METHOD") == "CANCEL"
    assert calendar(received["luis@example.org"], "METHOD") == "REQUEST"
    # In a mailbox that both use, what holds must be the later one.
    sequences = [int(calendar(received[f"{name}@example.org"], "SEQUENCE")) for name in ("maria", "luis")]
    assert sequences == sorted(set(sequences))


def test_one_reminder_leaves_two_days_before(desk: Desk) -> None:
    appointment = by_mail(desk, day=desk.day + timedelta(days=9))
    send(desk)
    start = clock.moment(appointment.start or "")
    assert send_at(desk, start - timedelta(hours=49)) == []
    (reminder,) = send_at(desk, start - timedelta(hours=47))
    assert "This is a reminder of your appointment" in reminder.text
    assert send_at(desk, start - timedelta(hours=23)) == []


def test_a_patient_who_is_here_is_sent_nothing_any_more(desk: Desk) -> None:
    appointment = by_mail(desk)
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=appointment)
    assert send(desk) == []


def test_a_series_is_no_flood_of_mail(desk: Desk) -> None:
    starts = [desk.at("10:30", desk.day + timedelta(weeks=n)) for n in range(3)]
    series.book_series(
        desk.scope,
        patient=maria(desk),
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        starts=starts,
        tell_by="email",
    )
    assert send(desk) == []
    (reminder,) = send_at(desk, starts[1] - timedelta(hours=47))
    assert "reminder" in reminder.text


# --- Words -----------------------------------------------------------------------------------------------------------


def test_a_mailbox_shows_nothing_but_date_time_and_clinic(desk: Desk) -> None:
    appointment = by_mail(
        desk,
        maria(desk, family="Canaryname", preferred_name="Canarymia", mrn="990077"),
        reason="Canaryreason",
        note="Canarynote",
    )
    (received,) = send(desk)
    whole = "\n".join([received.subject, received.text, *received.calendar, str(received.message.items())]).lower()
    for word in ("canary", "maría", "garcía", "okafor", "amara", "follow-up", "990077", "1985"):
        assert word not in whole
    day = datetime.fromisoformat(appointment.wall or "")
    assert received.subject == f"Your appointment, {day:%A} {day.day} {day:%B} {day.year}"
    assert "10:30" in received.text
    assert "SUMMARY:Appointment\\, Test Clinic" in received.calendar
    assert max(len(line) for line in received.raw.splitlines()) <= 998
    received.raw.decode("ascii")
