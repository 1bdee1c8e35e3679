"""Bad days in a browser: a doctor runs late, a day is cancelled, a freed time finds who waited for it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from clinnet.accounts.models import Staff
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.disruptions.services import late
from scheduling.models import Appointment, VisitType
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist
from tests.browser import on_each_screen, sideways
from tests.engine import Site
from tests.journeys.cards import HOME, newcomer, scope
from tests.journeys.conftest import Visit
from tests.taking_turns import PROCESS

pytestmark = pytest.mark.browser
# Each test has a day of its own, on which nobody else books, in whichever process it runs.
FROM_TODAY = count(100 + 100 * PROCESS)


@dataclass
class Day:
    """A coming day of one doctor's."""

    doctor: Staff
    zone: str
    on: date
    people: dict[str, Patient] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{HOME}day/{self.on}/"

    @property
    def type(self) -> VisitType:
        known = setup(scope())
        plain = [each for each in known.visit_types.values() if each.active and not (each.room_ids or each.nurse)]
        return next(each for each in plain if self.doctor.id in {able.id for able in known.who_does(each)})

    def person(self, given: str, family: str) -> Patient:
        self.people[given] = newcomer(given, family=family, born="1970-03-05")
        return self.people[given]

    def book(self, at: str, given: str, family: str) -> Appointment:
        patient = self.person(given, family)
        id = booking.book(
            scope(),
            patient=patient,
            visit_type=self.type,
            practitioner=self.doctor,
            start=walltime.at(self.on, at, self.zone),
            minutes=15,
        )
        return appointment_queries.appointment(scope(), patient.id, id)

    def times(self, *appointments: Appointment) -> list[str]:
        found = [appointment_queries.appointment(scope(), each.patient_id, each.id) for each in appointments]
        return [(each.wall or "")[-5:] for each in found]


@pytest.fixture
def day(demo: Site) -> Day:
    known = setup(scope())
    zone = known.clinic.time_zone
    days = (clock.today(zone) + timedelta(days=ahead) for ahead in FROM_TODAY)
    on = next(on for on in days if all(known.openings(each.id, on, clock.now()) for each in known.practitioners[:2]))
    return Day(known.practitioners[0], zone, on)


def test_a_doctor_runs_late_and_is_on_time_again(visit: Visit, day: Day) -> None:
    appointments = [
        day.book(at, given, "Lateman") for at, given in (("10:00", "Ann"), ("10:15", "Ben"), ("10:30", "Cat"))
    ]
    page = visit("ana.ruiz", day.path)
    column = page.locator(f"[id='col-{day.doctor.id}']")
    column.locator(".col-head").hover()
    column.locator(".col-edit").click()
    page.get_by_role("link", name="Running late").click()
    page.get_by_label("Minutes late").fill("50")
    preview = page.locator("#late-preview")
    expect(preview).to_contain_text("Running 50 minutes late. Tell 3 people not here yet?")
    expect(preview).to_contain_text("10:50")
    page.get_by_role("radio", name="Tell only").check()
    expect(preview.get_by_role("button", name="Tell them")).to_be_visible()
    page.get_by_role("radio", name="Shift and tell").check()
    expect(preview).to_contain_text("10:50")
    preview.get_by_role("checkbox", name="Cat").uncheck()
    page.get_by_role("button", name="Shift and tell").click()
    expect(page.locator("#job")).to_contain_text("Done, 2 of 2")
    assert day.times(*appointments) == ["10:50", "11:05", "10:30"]
    page.get_by_role("link", name="Back to the day").click()
    expect(column).to_contain_text("50′ min late")
    page.go_back()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#job")).to_contain_text("Taken back")
    assert day.times(*appointments) == ["10:00", "10:15", "10:30"]


def test_a_day_is_cancelled_and_everybody_has_another_time_or_is_first_in_the_requests(visit: Visit, day: Day) -> None:
    appointments = [
        day.book(at, given, "Awayman") for at, given in (("10:00", "Ann"), ("11:00", "Ben"), ("15:00", "Cat"))
    ]
    page = visit("ana.ruiz", f"{day.path}away/{day.doctor.id}/")
    expect(page.locator("main")).to_contain_text("3 patients are booked; for 3 there is another time.")
    page.get_by_label("Instead, for Awayman, Ben").select_option("First in Requests")
    page.get_by_label("Why").fill("Ill")
    page.keyboard.press("Control+Enter")
    job = page.locator("#job")
    expect(job).to_contain_text("Done, 3 of 3")
    expect(job).to_contain_text("1 first in Requests")
    states = [appointment_queries.appointment(scope(), each.patient_id, each.id) for each in appointments]
    assert [each.state for each in states] == ["booked", "cancelled", "booked"]
    assert all((each.day, each.practitioner_id) != (str(day.on), day.doctor.id) for each in (states[0], states[2]))
    job.get_by_role("link", name="Requests").click()
    expect(page.locator(".asked", has_text="Awayman, Ben")).to_contain_text("Day cancelled")


def test_a_freed_time_finds_who_waits_for_it_and_is_offered_and_accepted(visit: Visit, day: Day) -> None:
    appointment = day.book("10:00", "Leo", "Leaveman")
    zofia = day.person("Zofia", f"Waitman{day.on:%j}")
    waitlist.ask(
        scope(),
        patient=zofia,
        visit_type=day.type,
        practitioners=[day.doctor],
        parts=["am"],
        weekdays=[day.on.weekday()],
        since=day.on,
        until=day.on,
    )
    page = visit("ana.ruiz", f"{HOME}patients/{appointment.patient_id}/appointments/{appointment.id}/cancel/")
    page.get_by_label("Ill", exact=True).check()
    page.get_by_role("button", name="Cancel appointment").click()
    page.goto(f"{HOME}patients/{appointment.patient_id}/appointments/{appointment.id}/")
    match = page.locator(".match", has_text="Waitman")
    expect(match).to_contain_text("wants")
    match.get_by_role("button", name="Offer").click()
    page.wait_for_url(f"**{day.path}")
    expect(page.locator("#toasts")).to_contain_text("Call them, then press Accept.")
    page.locator("[data-lane=requests]").click()
    row = page.locator("#lane-requests .asked", has_text="Waitman")
    expect(row).to_contain_text("min left")
    row.get_by_role("button", name="Accept").click()
    expect(page.locator("#toasts")).to_contain_text("is booked: ")
    expect(row).to_have_count(0)
    board = board_queries.board(scope(), day.on)
    assert [each.state for each in board.cards if each.patient_id == zofia.id] == ["booked"]


def cut(page: Page) -> list[str]:
    widths = page.locator(".bad-do select").evaluate_all("all => all.map(each => each.clientWidth)")
    return [*sideways(page), *(["cuts the doctor's name"] if min(widths, default=231) <= 230 else [])]


def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Visit, day: Day) -> None:
    found: dict[str, list[str]] = {}
    day.book("10:00", "Ann", "Axeman")
    asked = waitlist.ask(scope(), patient=day.person("Ben", "Axeman"), visit_type=day.type)
    job = late.run_late(scope(), day=day.on, practitioner=day.doctor, minutes=10, fates=[])
    page = visit("ana.ruiz", f"{HOME}requests/")
    for path in (
        "requests/",
        "requests/new/",
        f"requests/{asked}/",
        f"requests/{asked}/offer/",
        f"requests/{asked}/withdraw/",
        f"day/{day.on}/late/{day.doctor.id}/",
        f"day/{day.on}/late/{day.doctor.id}/?way=over",
        f"day/{day.on}/away/{day.doctor.id}/",
        f"work/{job.id}/",
        f"day/{clock.today(day.zone)}/finish/",
    ):
        page.goto(HOME + path)
        found[path] = on_each_screen(page, cut)
    assert {path: each for path, each in found.items() if each} == {}
    waitlist.withdraw(scope(), request=waitlist_queries.request(scope(), asked))
