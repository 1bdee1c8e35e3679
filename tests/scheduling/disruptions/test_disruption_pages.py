"""Running late, a cancelled day and their work, as pages."""

import re
from dataclasses import replace
from typing import Any

import pytest

from clinnet.accounts.permissions import Role
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.table.errors import Unavailable
from scheduling.appointments.services import series
from scheduling.board import queries as board_queries
from scheduling.calendar.rules import walltime
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.queries.disrupted_day import Part
from scheduling.disruptions.services import away
from scheduling.disruptions.services import late as late_services
from scheduling.disruptions.services.apply import Fate
from scheduling.front_desk.rows import phone_list
from scheduling.waitlist import queries as waitlist_queries
from tests.conftest import scope_of
from tests.patients.pages import hidden
from tests.people import signed_in_client
from tests.scheduling.at_desk import AtDesk
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(desk: Desk) -> AtDesk:
    return AtDesk(signed_in_client(desk.scope.clinic_id), desk)


def late(desk: Desk, query: str = "") -> str:
    return f"day/{desk.day}/late/{desk.doctor.id}/{query}"


def away_page(desk: Desk) -> str:
    return f"day/{desk.day}/away/{desk.doctor.id}/"


def ticked(html: str) -> dict[str, str]:
    """What a browser sends of ticks and choices as they stand."""
    ticks = re.findall(r'type="checkbox"\s+class="[^"]*"\s+name="(row-[^"]+)"\s+value="([^"]+)"', html)
    chosen = {}
    for name, options in re.findall(r'name="(row-[^"]+)"[^>]*>(.*?)</select>', html, re.S):
        values = re.findall(r'value="([^"]*)"\s*(selected)?', options)
        chosen[name] = next((value for value, is_chosen in values if is_chosen), values[0][0])
    said = dict(re.findall(r'type="number"\s+name="(minutes)".*?value="(\d*)"', html, re.S))
    said |= dict(re.findall(r'type="radio"\s+name="(way)"\s+value="(\w+)"[^>]*\schecked', html))
    return dict(ticks) | chosen | said


def job_of(ana: AtDesk, path: str, **typed: Any) -> str:
    """Sends the page as it stands; returns the address of the job."""
    html = ana.html(path)
    answer = ana.client.post(
        ana.at(path.partition("?")[0]), ana.fields(path, having='name="once"') | ticked(html) | typed
    )
    assert answer.status_code == 302, answer.content
    return str(answer["Location"]).partition(f"/c/{ana.desk.scope.clinic_id}/")[2]


def test_running_late_says_how_many_and_how_they_are_told(desk: Desk, ana: AtDesk) -> None:
    desk.book("10:00", desk.patient("Ann", email="ann@example.org"), tell_by="email")
    desk.book("10:15", desk.patient("Ben", phones=[{"number": "+442079460000", "kind": "mobile"}]))
    text = ana.text(late(desk, "?minutes=50"))
    assert "Running 50 minutes late. Tell 2 people not here yet? 1 by e-mail, 1 to phone." in text
    assert "10:50" in text
    assert "Running 55 minutes late" in ana.text(late(desk, "?minutes=52"))
    assert "Running 15 minutes late" in ana.text(late(desk))


@pytest.mark.parametrize("odd", ["0", "-5", "x", "٣", "", "481", "99999"])
def test_minutes_that_cannot_be_are_said_and_nothing_else_is_proposed(desk: Desk, ana: AtDesk, odd: str) -> None:
    desk.book("10:00")
    html = ana.html(late(desk, f"?minutes={odd}"))
    assert "Say how late: from 5 minutes to 8 hours, in steps of five." in html
    assert "Shift and tell <kbd>" not in html
    typed = re.findall(r'<input id="(find-box|late-minutes)".*?value="(.*?)"', html, re.S)
    assert typed == [("find-box", ""), ("late-minutes", odd)]


def test_shift_and_tell_moves_those_who_are_ticked_and_shows_what_became_of_each(desk: Desk, ana: AtDesk) -> None:
    one, two = desk.book("10:00", desk.patient("Ann")), desk.book("10:15", desk.patient("Ben"))
    job = job_of(ana, late(desk, "?minutes=50"), **{f"row-{two.id}": ""})
    text = ana.text(job)
    assert "Running 50 minutes late: Dr Okafor" in text
    assert "Done, 1 of 1" in text
    assert "10:00 García, Ann Moved 10:50 to phone" in text
    assert [(desk.again(each).wall or "")[-5:] for each in (one, two)] == ["10:50", "10:15"]
    assert "The board says 50 minutes late." in ana.text(late(desk))
    said = ana.press(job, f"{job}undo/")
    assert "Taken back." in said
    assert "What could not be" not in said
    assert (desk.again(one).wall or "")[-5:] == "10:00"
    assert desk.faults() == []


def test_sent_twice_it_is_one_job(desk: Desk, ana: AtDesk) -> None:
    desk.book("10:00")
    path = late(desk, "?minutes=50")
    fields = ana.fields(path, having='name="once"') | ticked(ana.html(path))
    first, second = (ana.client.post(ana.at(path.partition("?")[0]), fields) for _ in range(2))
    assert first["Location"] == second["Location"]


def test_a_second_tab_that_shows_earlier_times_moves_nobody_and_shows_the_day_as_it_is(desk: Desk, ana: AtDesk) -> None:
    """Who says 15 minutes on a page from before another said 50 would bring the patient back to earlier."""
    appointment = desk.book("10:00")
    pages = {
        path: ana.fields(path, having='name="once"') | ticked(ana.html(path))
        for path in (late(desk, "?minutes=15"), away_page(desk))
    }
    job_of(ana, late(desk, "?minutes=50"))
    for path, fields in pages.items():
        answer = ana.client.post(ana.at(path.partition("?")[0]), fields)
        html = answer.content.decode()
        assert (answer.status_code, "Somebody changed times of this day meanwhile." in html) == (422, True)
        assert "10:50" in html
    assert ((desk.again(appointment).wall or "")[-5:], desk.again(appointment).state) == ("10:50", "booked")
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 50


@pytest.mark.parametrize(
    "typed", [{"minutes": "50"}, {"way": "tell"}, {"minutes": ""}, {"minutes": "soon"}, {"show": "1"}]
)
def test_a_list_of_other_minutes_than_its_field_is_shown_again_and_nothing_is_done(
    desk: Desk, ana: AtDesk, typed: dict[str, str]
) -> None:
    """The field was changed before its script listened, or the button pressed before the answer came."""
    appointment = desk.book("10:00")
    fields = ana.fields(late(desk), having='name="once"') | ticked(ana.html(late(desk)))
    answer = ana.client.post(ana.at(late(desk)), fields | typed)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert ("Nothing was done yet" in html) or ("Say how late" in html)
    assert desk.again(appointment).late is None
    assert (desk.again(appointment).wall or "")[-5:] == "10:00"
    fields = hidden(html[html.index("<main") :], "") | ticked(html)
    if typed == {"minutes": "50"}:
        assert ana.client.post(ana.at(late(desk)), fields).status_code == 302
        assert board_queries.board(desk.scope, desk.day).columns[0].late == 50


def test_tell_only_moves_nobody(desk: Desk, ana: AtDesk) -> None:
    appointment = desk.book("10:00")
    assert "Told 50 min late" in ana.text(job_of(ana, late(desk, "?minutes=50&way=tell")))
    assert ((desk.again(appointment).wall or "")[-5:], desk.again(appointment).late) == ("10:00", 50)


def test_hand_over_gives_those_who_can_to_somebody_else(desk: Desk, ana: AtDesk) -> None:
    appointment = desk.book("10:00")
    text = ana.text(job_of(ana, late(desk, "?minutes=50&way=over")))
    assert "Moved 10:00, Dr Bernard" in text
    assert desk.again(appointment).practitioner_id == desk.doctors[1].id


def test_nobody_to_tell_is_still_said_on_the_board_until_it_is_over(desk: Desk, ana: AtDesk) -> None:
    assert "Nobody is still to come." in ana.text(late(desk))
    job_of(ana, late(desk, "?minutes=30"))
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 30
    path = f"day/{desk.day}/late/{desk.doctor.id}/"
    ana.press(path, f"{path}over/")
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 0


def test_a_day_is_handed_over_as_proposed_and_the_rest_is_first_in_the_requests(desk: Desk, ana: AtDesk) -> None:
    one, two, three = (
        desk.book(at, desk.patient(name)) for at, name in (("10:00", "Ann"), ("10:15", "Ben"), ("10:30", "Cat"))
    )
    text = ana.text(away_page(desk))
    assert "3 patients are booked; for 3 there is another time." in text
    job = job_of(ana, away_page(desk), **{f"row-{two.id}": "ask", f"row-{three.id}": "keep"}, reason="Ill")
    text = ana.text(job)
    assert "Cancelled or handed over: Dr Okafor" in text
    assert "Moved 10:00, Dr Bernard" in text
    assert "First in Requests" in text
    assert [desk.again(each).state for each in (one, two, three)] == ["booked", "cancelled", "booked"]
    (row,) = waitlist_queries.open_requests(desk.scope)
    assert row["line"]["o"] == "cancelled-day"
    assert "Day cancelled" in ana.text("requests/")
    assert desk.faults() == []


def test_at_the_same_time_with_somebody_else_they_are_called_as_no_message_says_with_whom(
    desk: Desk, ana: AtDesk
) -> None:
    appointment = desk.book("10:00", desk.patient("Ann", email="ann@example.org"), tell_by="email")
    assert "To phone if only the doctor changes, else by e-mail" in ana.text(away_page(desk))
    assert "1 to phone" in ana.text(late(desk, "?minutes=50&way=over"))
    job = job_of(ana, away_page(desk))
    assert "Moved 10:00, Dr Bernard to phone" in ana.text(job)
    assert desk.again(appointment).to_call == "somebody else sees them"
    with desk.clock_at(desk.at("09:00")):
        (call,) = phone_list.to_call(desk.scope, desk.day).calls
    assert (call.why, "with Dr Bernard, no longer Dr Okafor" in call.say) == ("Somebody else sees them", True)
    ana.press(job, f"{job}undo/")
    assert desk.again(appointment).to_call is None


def test_who_is_handed_over_as_the_doctor_is_late_is_not_said_to_be_late(desk: Desk, ana: AtDesk) -> None:
    appointment = desk.book("10:00")
    job_of(ana, late(desk, "?minutes=50&way=over"))
    assert desk.again(appointment).to_call == "somebody else sees them"


def test_of_a_part_of_a_day_only_those_inside_it_are_affected(desk: Desk, ana: AtDesk) -> None:
    people = ("12:00", "Ann"), ("12:45", "Ben"), ("14:00", "Cat"), ("15:00", "Dot")
    before, across, inside, after = (desk.book(at, desk.patient(name), minutes=30) for at, name in people)
    path = f"{away_page(desk)}?since=13:00&until=15:00"
    html = ana.html(path)
    assert "2 patients are booked" in html
    assert ", 13:00–15:00</h1>" in html
    chosen = ticked(html)
    assert set(chosen) == {f"row-{each.id}" for each in (across, inside)}
    job = job_of(ana, path)
    text = ana.text(job)
    assert ", 13:00–15:00" in text
    assert "Done, 2 of 2" in text
    assert [desk.again(each).version == each.version for each in (before, across, inside, after)] == [
        True,
        False,
        False,
        True,
    ]
    assert "Nobody is booked then." in ana.text(path)
    assert desk.faults() == []


def test_of_a_part_of_a_day_the_same_doctor_may_see_them_before_or_after_it(desk: Desk) -> None:
    desk.book("14:00", desk.patient("Own", practitioner_id=desk.doctor.id))
    part = Part("13:00", "15:00")
    hits = disrupted_day.coming(desk.scope, day=desk.day, practitioner=desk.doctor, part=part)
    (hit,) = disrupted_day.elsewhere(desk.scope, hits, day=desk.day, practitioner=desk.doctor, part=part)
    best = hit.options[0]
    assert best.practitioner == desk.doctor.id
    assert best.start in (walltime.number(desk.at("12:45")), walltime.number(desk.at("15:00")))


def test_the_leave_entered_with_a_part_of_a_day_is_of_those_hours(desk: Desk) -> None:
    desk.book("14:00")
    ines = AtDesk(signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte"), desk)
    job = job_of(ines, f"{away_page(desk)}?since=13:00&until=15:00", leave="on", reason="Ill")
    assert "Those hours are entered as leave: nobody is booked in them." in ines.text(job)
    assert not {"13:00", "14:45"} & set(desk.free())
    assert {"12:00", "18:00"} <= set(desk.free())
    assert "Away 13:00–15:00: Ill" in ines.text(f"{away_page(desk)}?since=13:00&until=15:00")


@pytest.mark.parametrize("odd", ["since=15:00&until=13:00", "since=x", "since=13:01&until=14:00", "until=25:00"])
def test_hours_that_cannot_be_are_said_and_nobody_is_touched(desk: Desk, ana: AtDesk, odd: str) -> None:
    appointment = desk.book("14:00")
    html = ana.html(f"{away_page(desk)}?{odd}")
    assert "Do as chosen" not in html
    assert any(said in html for said in ("ends before it starts", "A time is written as 08:30", "kept to five minutes"))
    posted = dict(pair.split("=") for pair in odd.split("&"))
    fields = ana.fields(away_page(desk), having='name="once"') | {"everybody": "ask"} | posted
    assert ana.client.post(ana.at(away_page(desk)), fields).status_code == 422
    assert desk.again(appointment).state == "booked"


def test_everybody_to_the_requests_at_once(desk: Desk, ana: AtDesk) -> None:
    for at in ("10:00", "10:15"):
        desk.book(at)
    job_of(ana, away_page(desk), everybody="ask")
    assert len(waitlist_queries.open_requests(desk.scope)) == 2
    assert "Nobody is booked that day." in ana.text(away_page(desk))


def test_only_an_administrator_enters_the_leave_with_it(desk: Desk, ana: AtDesk) -> None:
    desk.book("10:00")
    assert "Also enter the day as leave" not in ana.text(away_page(desk))
    ines = AtDesk(signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte"), desk)
    job = job_of(ines, away_page(desk), leave="on", reason="Ill")
    assert board_queries.board(desk.scope, desk.day).columns[0].closed == "Ill"
    assert "/manage/" in ines.html(job).partition("That day is entered as leave: nobody is booked on it.")[2][:200]
    assert "Look at it" not in ana.text(job)
    assert "The leave of that day is removed." in ines.press(job, f"{job}undo/")
    assert board_queries.board(desk.scope, desk.day).columns[0].closed == ""


def test_undone_by_who_may_not_change_hours_the_page_says_that_the_leave_stays(desk: Desk, ana: AtDesk) -> None:
    desk.book("10:00")
    ines = AtDesk(signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte"), desk)
    job = job_of(ines, away_page(desk), leave="on", reason="Ill")
    assert "That day is still entered as leave" in ana.press(job, f"{job}undo/")


def test_of_two_of_one_name_only_the_page_of_who_began_it_goes_on_by_itself(desk: Desk, ana: AtDesk) -> None:
    desk.book("10:00")
    (hit,) = disrupted_day.coming(desk.scope, day=desk.day, practitioner=desk.doctor)
    namesake = scope_of(desk.scope.clinic_id, Role.NURSE, "Ana Ruiz")
    job = away.clear_day(namesake, day=desk.day, practitioner=desk.doctor, fates=[Fate(hit.appointment, "ask")])
    html = ana.html(f"work/{job.id}/")
    assert (job.by, "every 2s" in html, "load delay" in html) == ("Ana Ruiz", True, False)


def test_what_is_no_time_is_refused_and_what_was_chosen_stays(desk: Desk, ana: AtDesk) -> None:
    appointment = desk.book("10:00")
    fields = ana.fields(away_page(desk), having='name="once"')
    for wrong in ("tomorrow", "2026-11-26T10:30Z~nobody~", f"2026-11-26T10:31Z~{desk.doctor.id}~", "~~~"):
        answer = ana.client.post(ana.at(away_page(desk)), fields | {f"row-{appointment.id}": wrong})
        assert answer.status_code == 422, wrong
    assert desk.again(appointment).state == "booked"


def test_work_that_was_interrupted_is_shown_to_everybody_and_finished_by_anybody(
    desk: Desk, ana: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in ("10:00", "10:15", "10:30"):
        desk.book(at)
    calls, real = iter([True, False]), jobs.kinds()[away.KIND]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    monkeypatch.setitem(jobs.kinds(), away.KIND, replace(jobs.kinds()[away.KIND], step=step, undo=None))
    fields = ana.fields(away_page(desk), having='name="once"') | {"everybody": "ask"}
    assert ana.client.post(ana.at(away_page(desk)), fields).status_code == 503
    monkeypatch.setitem(jobs.kinds(), away.KIND, real)
    (row,) = job_queries.unfinished_jobs(desk.scope)
    nora = AtDesk(signed_in_client(desk.scope.clinic_id, role=Role.NURSE, name="Nora Daly"), desk)
    job = f"work/{row['id']}/"
    text = nora.text(job)
    assert "Under way, 1 of 3 · Ana Ruiz, Today" in text
    assert "every 2s" in nora.html(f"{job}now/")
    assert "every 2s" not in ana.html(job)  # the page of who began it goes on by itself
    assert "load delay" in ana.html(job)
    assert "Done, 3 of 3" in nora.press(job, f"{job}go-on/")
    assert "every 2s" not in nora.html(f"{job}now/")
    assert ana.client.post(ana.at(away_page(desk)), fields)["Location"].endswith(job)
    assert desk.faults() == []


def test_a_series_is_work_too(desk: Desk, ana: AtDesk) -> None:
    maria = desk.patient()
    made = series.book_series(
        desk.scope,
        patient=maria,
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        starts=[desk.at("10:30"), desk.at("11:30")],
    )
    assert "A series of appointments Done, 2 of 2" in ana.text(f"work/{made.id}/")
    assert "Undo" not in ana.text(f"work/{made.id}/").split("Back to the day")[0].split("A series")[1]


def test_other_clinics_days_and_work_are_not_found(desk: Desk, other_clinic: str) -> None:
    job = late_services.run_late(desk.scope, day=desk.day, practitioner=desk.doctor, minutes=10, fates=[])
    olga = signed_in_client(other_clinic, person="olga")
    for path in (late(desk), away_page(desk), f"work/{job.id}/", f"work/{job.id}/now/"):
        assert olga.get(f"/c/{other_clinic}/{path}").status_code == 404
    ana = signed_in_client(desk.scope.clinic_id)
    for path in (f"day/nonsense/late/{desk.doctor.id}/", f"day/{desk.day}/away/nobody/", "work/nothing/"):
        assert ana.get(f"/c/{desk.scope.clinic_id}/{path}").status_code == 404
