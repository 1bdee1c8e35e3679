"""Reception and administrators never ask for a key of a chart, on whatever page: the calls themselves are looked at."""

import pytest

from clinnet.accounts.permissions import Role
from tests.people import signed_in_client
from tests.wall.asking import addresses, ask, clinic_pages
from tests.wall.roles import OF_A_CHART
from tests.wall.world import World


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ADMIN])
def test_no_request_of_theirs_names_a_key_of_a_chart(own: World, role: Role) -> None:
    """With the second of what an address names; of the first, tests/wall/test_roles.py says it."""
    browser, found = signed_in_client(own.clinic, role=role, person=f"asking-{role}"), {}
    for page in clinic_pages():
        for url in addresses(page, own)[1:2]:
            for method in ("GET", "POST"):
                if named := ask(browser, method, url).watch.names(OF_A_CHART):
                    found[f"{method} {page.name}"] = named
    assert found == {}


@pytest.mark.django_db
def test_a_doctor_who_opens_a_chart_would_be_seen(own: World) -> None:
    browser = signed_in_client(own.clinic, role=Role.DOCTOR, person="asking-doctor")
    watch = ask(browser, "GET", f"/c/{own.clinic}/patients/{own.first('patient_id')}/chart/").watch
    assert [part for part in ("PROFILE#CHART", "#CHART") if not watch.names([part])] == []
