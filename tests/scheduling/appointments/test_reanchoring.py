"""Booked under the rules of 2025b, read under those of today: the reading on the wall is what the patient was told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock, consistency
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import open_clinic
from clinnet.local import django_setup, place
from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from clinnet.table.values import Raw
from scheduling.appointments.services import changing, moving, reanchoring, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks
from scheduling.calendar.rules import walltime
from scheduling.front_desk import services as by_link
from scheduling.messages.services import links
from scheduling.models import Appointment
from tests.clocks import rules_of, zone_of
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.messages.leaving import by_mail, calendar, maria, send_at

pytestmark = pytest.mark.django_db

PACIFIC, MOUNTAIN, CENTRAL = "PST8PDT,M3.2.0,M11.1.0", "MST7MDT,M3.2.0,M11.1.0", "CST6CDT,M3.2.0,M11.1.0"
CUBAN, MOLDOVAN, MOROCCAN = "CST5CDT,M3.2.0/0,M11.1.0/1", "EET-2EEST,M3.5.0,M10.5.0/3", "<+01>-1"
# The names whose rules of 2025b and 2026f differ from November 2026 on, with the line that says the older ones.
OLD = {
    "America/Vancouver": PACIFIC,
    "Canada/Pacific": PACIFIC,
    "America/Edmonton": MOUNTAIN,
    "Canada/Mountain": MOUNTAIN,
    "America/Yellowknife": MOUNTAIN,
    "America/Inuvik": MOUNTAIN,
    "America/Winnipeg": CENTRAL,
    "Canada/Central": CENTRAL,
    "America/Rainy_River": CENTRAL,
    "America/Havana": CUBAN,
    "Cuba": CUBAN,
    "Africa/Casablanca": MOROCCAN,
    "Africa/El_Aaiun": MOROCCAN,
    "Europe/Chisinau": MOLDOVAN,
    "Europe/Tiraspol": MOLDOVAN,
}
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
WALL = datetime(2027, 1, 12, 13, 45)  # noqa: DTZ001  a reading
TWICE = datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001  in Chisinau by the older rules: the second is booked
SKIPPED = datetime(2027, 3, 28, 3, 30)  # noqa: DTZ001  in Chisinau by the newer rules
CHECK = Scope.system("tests")


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "America/Vancouver"))


@pytest.fixture
def clinic(zone: str) -> str:
    id = f"t{clock.new_id().lower()}"
    open_clinic(
        Scope.system("tests", id), name="Test Clinic", time_zone=zone, locale="en-GB", country="GB", date_order="DMY"
    )
    return id


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Iterator[Desk]:
    """A clinic in `zone`, in November 2026."""
    desk = make_desk(clinic)
    desk.scope = Scope.system("tests", clinic)  # may book at night
    with desk.clock_at(NOW):
        yield desk


class Old:
    """Books as it was done under the older rules."""

    def __init__(self, desk: Desk, zone: str, folder: Path) -> None:
        self.desk, self.zone, self.folder = desk, zone, folder

    def book(self, wall: datetime = WALL, *, second: bool = False, told: bool = False) -> Appointment:
        with rules_of(self.folder, {self.zone: OLD[self.zone]}):
            start = walltime.to_utc(wall, self.zone, second=second)
            appointment = by_mail(self.desk, maria(self.desk), start=start, outside_hours=True)
            assert appointment.wall == wall.isoformat(timespec="minutes")
            if told:
                send_at(self.desk, NOW + timedelta(minutes=4))
            return self.desk.again(appointment)

    def at(self, wall: datetime) -> datetime:
        with rules_of(self.folder, {self.zone: OLD[self.zone]}):
            return walltime.to_utc(wall, self.zone)


@pytest.fixture
def old(desk: Desk, zone: str, tmp_path: Path) -> Old:
    return Old(desk, zone, tmp_path / "zoneinfo")


def fix(desk: Desk) -> None:
    call_command("check_schedule", clinic=desk.scope.clinic_id, clocks=True, fix=True)


def kinds(desk: Desk) -> list[str]:
    return [issue.kind for issue in consistency.check(CHECK, desk.scope.clinic_id)]


def starts(appointment: Appointment) -> datetime:
    return clock.moment(appointment.start or "")


# --- Each zone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", OLD, indirect=True)
def test_a_visit_keeps_its_reading_everywhere(desk: Desk, old: Old, zone: str) -> None:
    wall = TWICE if OLD[zone] == MOLDOVAN else WALL
    before = old.book(wall, second=wall is TWICE, told=True)
    assert kinds(desk) == ["clock changed"]
    fix(desk)
    appointment = desk.again(before)
    assert kinds(desk) == []  # busy times and card agree with it
    assert (appointment.wall, appointment.day, appointment.state) == (before.wall, before.day, "booked")
    assert starts(appointment) == walltime.to_utc(wall, zone) != starts(before)
    assert clock.moment(appointment.end or "") - starts(appointment) == timedelta(minutes=15)
    (card,) = board_queries.board(desk.scope, wall.date()).cards
    assert card.start == starts(appointment)
    assert appointment.gsi1sk is not None
    assert appointment.gsi1sk.startswith(clock.stamp(starts(appointment) - timedelta(hours=48)))
    (letter,) = send_at(desk, starts(appointment) - timedelta(hours=48))
    assert f"{wall:%H:%M}" in letter.text
    begins = datetime.strptime(calendar(letter, "DTSTART"), "%Y%m%dT%H%M%S%z")
    assert walltime.to_wall(begins, zone) == wall
    assert int(calendar(letter, "SEQUENCE")) == int(before.sequence) + 1  # else calendars keep the older entry


@pytest.mark.parametrize("zone", ["Europe/Chisinau"], indirect=True)
def test_a_reading_that_is_skipped_by_now_moves_on_and_is_told(desk: Desk, old: Old, zone: str) -> None:
    before = old.book(SKIPPED, told=True)
    fix(desk)
    appointment = desk.again(before)
    assert appointment.wall == "2027-03-28T04:30"
    assert kinds(desk) == []
    (letter,) = send_at(desk, NOW + timedelta(minutes=10))
    assert "has a new time" in letter.text
    assert "04:30" in letter.text


# --- What a person sees --------------------------------------------------------------------------------------------


def test_every_page_says_one_time(desk: Desk, old: Old) -> None:
    appointment = old.book(told=True)
    fix(desk)
    root, patient = f"/c/{desk.scope.clinic_id}", appointment.patient_id
    browser = signed_in_client(desk.scope.clinic_id, role=Role.RECEPTIONIST, name="Ana Ruiz")
    for path in (
        f"/day/{appointment.day}/",
        f"/day/{appointment.day}/print/",
        f"/patients/{patient}/appointments/{appointment.id}/",
        f"/patients/{patient}/appointments/",
        f"/patients/{patient}/",
    ):
        answer = browser.get(root + path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert "13:45" in page, path
        assert "12:45" not in page, path  # as the older moment would be shown, and one in the other direction
        assert "14:45" not in page, path


def test_the_trail_says_why(desk: Desk, old: Old) -> None:
    appointment = old.book()
    fix(desk)
    browser = signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte")
    page = browser.get(f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/history/").content.decode()
    assert "kept the clock time of an appointment under new time zone rules" in page


def test_a_link_in_hand_goes_on_working_and_ends_when_the_visit_begins(desk: Desk, old: Old) -> None:
    appointment = old.book(told=True)
    link = links.link_of("cancel", desk.scope.clinic_id, appointment)
    fix(desk)
    assert by_link.look(link).status == "ask"
    with desk.clock_at(starts(desk.again(appointment))):
        assert by_link.look(link).status == "over"
    moving.move(
        desk.scope,
        appointment=desk.again(appointment),
        start=walltime.to_utc(WALL + timedelta(hours=2), "America/Vancouver"),
    )
    assert by_link.look(link).status == "earlier"


def test_a_move_is_undone_to_the_reading_that_it_came_from(desk: Desk, old: Old) -> None:
    appointment = old.book()
    there = old.at(WALL + timedelta(days=1))
    with rules_of(old.folder, OLD):
        moving.move(desk.scope, appointment=appointment, start=there)
    fix(desk)
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert desk.again(appointment).wall == appointment.wall
    assert kinds(desk) == []


# --- Order and collisions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["America/Vancouver", "Africa/Casablanca"], indirect=True)
def test_a_full_morning_moves_whole(desk: Desk, old: Old, zone: str) -> None:
    """Each goes to where another is: who goes first makes room, whichever way the clock was changed."""
    appointments = [old.book(WALL + timedelta(minutes=15 * number)) for number in (3, 1, 4, 0, 2, 5)]
    fix(desk)
    assert kinds(desk) == []
    assert [desk.again(each).wall for each in appointments] == [each.wall for each in appointments]


def test_who_would_collide_is_listed_and_left_to_a_person(
    desk: Desk, old: Old, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = old.book(), old.book(WALL + timedelta(hours=3))
    block = blocks.block(
        desk.scope,
        start=walltime.to_utc(WALL, "America/Vancouver"),
        minutes=30,
        reason="Meeting",
        practitioner=desk.doctor,
    )
    with pytest.raises(CommandError):
        fix(desk)
    assert f"would collide: {one.id} at {one.wall} and {block}" in capsys.readouterr().out
    assert kinds(desk) == ["clock changed", "would collide"]
    assert desk.again(one).start == one.start
    assert starts(desk.again(other)) == walltime.to_utc(WALL + timedelta(hours=3), "America/Vancouver")


# --- What stays ----------------------------------------------------------------------------------------------------


def test_twice_is_once(desk: Desk, old: Old) -> None:
    appointment = old.book()
    reanchoring.reanchor(CHECK, appointment)
    once = desk.again(appointment)
    reanchoring.reanchor(CHECK, once)
    assert desk.again(appointment).version == once.version


def test_what_is_over_or_under_way_stays(desk: Desk, old: Old) -> None:
    appointment = old.book()
    with desk.clock_at(starts(appointment)):
        assert kinds(desk) == []
    assert reanchoring.drifted(changing.changed(appointment, {"state": "waiting"}), NOW) == {}


ZONES = st.sampled_from(sorted(OLD))
READINGS = st.integers(0, 12 * 24 * 700).map(lambda grain: datetime(2026, 11, 28) + timedelta(minutes=5 * grain))  # noqa: DTZ001


@given(zone=ZONES, wall=READINGS, after=st.integers(-48, 48), fold=st.sampled_from([0, 1]))
def test_the_reading_is_kept_twice_is_once_and_the_past_stays(zone: str, wall: datetime, after: int, fold: int) -> None:
    was = wall.replace(tzinfo=zone_of(OLD[zone]), fold=fold).astimezone(UTC)
    wall = was.astimezone(zone_of(OLD[zone])).replace(tzinfo=None, fold=0)  # what the older clock did show
    appointment = Appointment(
        state="booked",
        zone=zone,
        wall=wall.isoformat(timespec="minutes"),
        start=clock.stamp(was),
        end=clock.stamp(was + timedelta(minutes=15)),
        minutes=15,
        day=str(wall.date()),
    )
    now = was + timedelta(minutes=15 * after)
    news = reanchoring.drifted(appointment, now)
    moments = {walltime.to_utc(wall, zone), walltime.to_utc(wall, zone, second=True)}
    assert bool(news) == (was not in moments and max(was, min(moments)) > now)
    kept = changing.changed(appointment, news)
    skipped = walltime.reading(wall, zone) is walltime.Reading.SKIPPED
    assert kept.wall == appointment.wall or (news and skipped)
    assert not news or walltime.to_wall(starts(kept), zone).isoformat(timespec="minutes") == kept.wall
    assert reanchoring.drifted(kept, now) == {}


# --- A start -------------------------------------------------------------------------------------------------------


def test_a_start_with_other_rules_says_so_and_does_it_once(
    desk: Desk, old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    appointment = old.book()
    monkeypatch.setattr(place, "var", lambda: tmp_path)
    monkeypatch.setattr(django_setup, "_table_is_empty", lambda: False)
    (tmp_path / django_setup.ZONE_RULES).write_text("2025b")
    django_setup.follow_zone_rules()
    assert f"the rules {clock.zone_rules().version} now, not 2025b" in capsys.readouterr().out
    assert desk.again(appointment).start != appointment.start
    django_setup.follow_zone_rules()
    assert capsys.readouterr().out == ""


def test_a_start_that_leaves_a_collision_goes_on_and_looks_again_next_time(
    desk: Desk, old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old.book()
    blocks.block(
        desk.scope,
        start=walltime.to_utc(WALL, "America/Vancouver"),
        minutes=30,
        reason="Meeting",
        practitioner=desk.doctor,
    )
    monkeypatch.setattr(place, "var", lambda: tmp_path)
    monkeypatch.setattr(django_setup, "_table_is_empty", lambda: False)
    django_setup.follow_zone_rules()
    assert "not those of the last start" in capsys.readouterr().out
    assert not (tmp_path / django_setup.ZONE_RULES).exists()


def test_a_start_whose_look_fails_goes_on_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(scope: Scope) -> list[Raw]:
        raise Unavailable

    monkeypatch.setattr(consistency, "every_raw", fails)
    monkeypatch.setattr(place, "var", lambda: tmp_path)
    monkeypatch.setattr(django_setup, "_table_is_empty", lambda: False)
    django_setup.follow_zone_rules()
    assert django_setup.AGAIN in capsys.readouterr().out
    assert not (tmp_path / django_setup.ZONE_RULES).exists()
