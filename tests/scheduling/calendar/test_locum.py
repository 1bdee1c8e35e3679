"""A locum is taken on in one form: invited, in a colleague's column, and gone on the day after."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Staff
from clinnet.table.errors import Refused
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import hours
from scheduling.calendar.services import settings as schedule_settings
from tests.console.user_pool import Pool, pool
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, office

pytestmark = pytest.mark.django_db
__all__ = ["office", "pool"]


def typed(desk: Desk, **more: str) -> dict[str, str]:
    last = str(desk.day + timedelta(days=13))
    begin = {"name": "Dr Ada Bell", "email": "ada@example.org", "first": str(desk.day), "last": last}
    return begin | {"who": desk.doctor.id, "roles": "doctor"} | more


def ada(desk: Desk) -> Staff:
    return next(each for each in accounts.staff_now(desk.scope) if each.username == "ada.bell")


def test_one_form_invites_and_opens_the_column(desk: Desk, office: Office, pool: Pool) -> None:
    free = desk.free()
    fields = office.fields("locums/new/")
    assert office.send("locums/new/", typed(desk), over=fields)[0] == 302
    assert (ada(desk).title, ada(desk).roles, ada(desk).until) == ("Locum", ["doctor"], str(desk.day + timedelta(13)))
    assert ("mail", "ada.bell") in pool.told
    plan = setup(desk.scope).plan(desk.doctor.id)
    assert hours.locum(desk.day, plan) == "Dr Ada Bell"
    assert not hours.locum(desk.day + timedelta(days=14), plan)
    assert desk.free() == free
    assert office.send("locums/new/", typed(desk), over=fields)[0] == 302  # a second click
    assert len(setup(desk.scope).other_days) == 1
    assert office.send("locums/new/", typed(desk, last=str(desk.day)))[0] == 422  # they are of the staff already


def test_days_that_could_not_be_entered_are_entered_by_the_same_again(desk: Desk, office: Office, pool: Pool) -> None:
    with patch.object(schedule_settings, "add_other_days", side_effect=Refused("Not now.")):
        status, page = office.send("locums/new/", typed(desk))
    assert status == 422
    assert "Not now." in page
    assert office.send("locums/new/", typed(desk))[0] == 302
    assert [what for what, _ in pool.told].count("create") == 1
    assert hours.locum(desk.day, setup(desk.scope).plan(desk.doctor.id)) == "Dr Ada Bell"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"who": ""}, "For whom?"),
        ({"last": ""}, "Until which day?"),
        ({"first": "2001-01-01", "last": "2001-01-02"}, "That day is past."),
        ({"last": "2999-01-01"}, "more than 400 days"),
        ({"email": "ada"}, "e-mail"),
    ],
)
def test_what_cannot_be_invites_nobody(
    desk: Desk, office: Office, pool: Pool, wrong: dict[str, str], sentence: str
) -> None:
    status, page = office.send("locums/new/", typed(desk, **wrong))
    assert status == 422
    assert sentence in page
    assert not pool.told


def test_the_staffs_list_leads_there(desk: Desk, office: Office) -> None:
    answer = office.browser.get(f"/c/{desk.scope.clinic_id}/manage/staff/")
    assert f"{office.root}locums/new/?manage=staff" in answer.content.decode()
