"""Columns of the board that somebody chose for themselves."""

import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from scheduling.board.rules import arranging
from scheduling.demo.services.setup import put_new
from tests.people import signed_in_client
from tests.scheduling.at_board import html, today, url
from tests.scheduling.board.test_other_boards import columns
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]

IDS = ["a", "b", "c", "d"]


def somebody(desk: Desk, name: str) -> Client:
    """One of the clinic's staff, with an item of their own."""
    id, clinic = f"{name}-{desk.scope.clinic_id}", desk.scope.clinic_id
    place = Staff.at(clinic, id)
    put_new(
        Scope.system("tests", clinic),
        [Staff(pk=place.pk, sk=place.sk, id=id, username=name, name=name, roles=["receptionist"])],
    )
    return signed_in_client(clinic, role=Role.RECEPTIONIST, person=id, name=name)


def save(desk: Desk, client: Client, **chosen: Any) -> Any:
    where = f"/c/{desk.scope.clinic_id}/columns/"
    return client.post(
        where, {"once": re.findall(r'name="once" value="([^"]+)"', client.get(where).content.decode())[-1]} | chosen
    )


def test_each_sees_the_columns_that_they_chose_in_their_order_and_nobody_else_does(today: Desk) -> None:
    okafor, bernard = (each.id for each in today.doctors)
    today.book("10:30")
    today.book("10:30", today.patient("Ada", "Ames"), practitioner=today.doctors[1])
    ana, ben = somebody(today, "ana"), somebody(today, "ben")
    assert columns(html(today, "", ana)) == [okafor, bernard]

    both = {f"shown-{okafor}": "on", f"shown-{bernard}": "on"}
    answer = save(today, ana, **both, **{f"place-{okafor}": "2", f"place-{bernard}": "2"})
    assert answer.status_code == 302
    assert 'desc="2 in sequence of 2"' in answer["Server-Timing"]  # who they are, and one transaction
    assert columns(html(today, "", ana)) == [bernard, okafor]
    assert columns(html(today, "", ben)) == [okafor, bernard]

    save(today, ana, **{f"shown-{bernard}": "on", f"place-{bernard}": "1", f"place-{okafor}": "2"})
    text = html(today, "", ana)
    assert columns(text) == [bernard]
    assert "Columns, 1 left out" in text
    assert columns(ana.get(url(today, "changes/"), headers={"if-none-match": '"x"'}).content.decode()) == [bernard]
    assert "García" in html(today, "print/", ana)  # paper has everybody

    refused = save(today, ana, **{f"place-{bernard}": "1", f"place-{okafor}": "2"})
    assert (refused.status_code, "Choose at least one column." in refused.content.decode()) == (422, True)

    save(today, ana, **both, **{f"place-{okafor}": "1", f"place-{bernard}": "2"})
    assert columns(html(today, "", ana)) == [okafor, bernard]
    kept = next(each for each in accounts.staff(today.scope) if each.name == "ana")
    assert not kept.columns  # as everybody sees it: whoever comes to work here later is where the clinic puts them


def test_who_began_to_work_here_since_stands_at_the_end_and_who_left_is_nowhere() -> None:
    assert arranging.arranged(["a", "b", "new"], ["b", "-a", "gone"]) == ["b", "new"]
    assert arranging.in_order(["a", "b", "new"], ["b", "-a", "gone"]) == ["b", "a", "new"]


def test_who_is_moved_takes_the_place_that_was_said() -> None:
    assert arranging.placed(IDS, {"d": 1}) == ["d", "a", "b", "c"]
    assert arranging.placed(IDS, {"a": 3}) == ["b", "c", "a", "d"]
    assert arranging.placed(IDS, {"a": 2, "b": 1}) == ["b", "a", "c", "d"]


@given(st.permutations(IDS), st.sets(st.sampled_from(IDS), min_size=1))
def test_what_is_kept_is_what_is_seen(order: list[str], shown: set[str]) -> None:
    kept = arranging.kept(IDS, order, [each for each in order if each in shown])
    assert arranging.arranged(IDS, kept) == [each for each in order if each in shown]
    assert arranging.in_order(IDS, kept) == order
