"""Linking people, what they may do, and unlinking them."""

from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries, services
from patients.models import Patient
from patients.rules import births
from patients.rules.shape import Link
from tests.conftest import Register
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(register: Register) -> Patient:
    return register(family_name="García", given_name="Lucía", birth_date="2020-02-02")


@pytest.fixture
def mother(register: Register) -> Patient:
    return register(
        family_name="García", given_name="María", birth_date="1985-03-14", phones=[{"number": "+447700900421"}]
    )


@pytest.fixture
def here(scope: Scope, child: Patient) -> Pages:
    """The child's pages."""
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, child)


def linked(scope: Scope, patient: Patient) -> list[dict[str, Any]]:
    return queries.patient(scope, patient.id).links or []


def test_somebody_we_know_is_found_with_the_birth_date(here: Pages, mother: Patient) -> None:
    text = plain(here.send("family/link/", q="garcia mar", find="1").content.decode())
    assert "García, María 14 Mar 1985" in text


def test_the_patient_and_those_linked_already_are_no_choice(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    text = plain(here.send("family/link/", q="garcia", find="1").content.decode())
    assert "Nobody was found by that." in text


def test_what_was_chosen_stays_while_searching(here: Pages, mother: Patient) -> None:
    html = here.send("family/link/", q="garcia", find="1", kind="guardian", pays="on").content.decode()
    assert '<option value="guardian" selected>' in html
    assert html.split('name="pays"')[1].split(">")[0].count("checked") == 1


def test_a_guardian_is_linked_and_both_sides_say_so(here: Pages, scope: Scope, mother: Patient) -> None:
    text = here.sent("family/link/", q="garcia", other=mother.id, kind="guardian", messages="on", books="on", pays="on")
    assert f"García, María {births.age('1985-03-14', clock.today('Europe/London'))}" in text
    assert "Guardian · Receives messages, books and pays · 07700 900421" in text
    other = Pages(here.client, here.clinic, mother).text()
    assert "García, Lucía" in other
    assert "guardian of" in other
    assert "María receives messages, books and pays for them" in other


def test_a_changed_phone_is_asked_about_for_relatives_who_have_the_old_one(
    here: Pages, scope: Scope, mother: Patient, child: Patient
) -> None:
    services.link(scope, child, mother, {"kind": "guardian"})
    services.change(scope, queries.patient(scope, child.id), {"phones": [{"number": "+447700900421"}]})
    hers = Pages(here.client, here.clinic, queries.patient(scope, mother.id))
    text = hers.sent("details/reach/", **{"phones-0-number": "07700 900777"})
    assert "Saved. \u2068Lucía García\u2069 has the old number too." in text
    assert "Edit Lucía" in text
    assert "old number" not in hers.sent("details/reach/", **{"phones-0-number": "07700 900778"})


def test_linking_a_child_gives_the_rights_to_who_looks_after_it(
    here: Pages, scope: Scope, mother: Patient, child: Patient
) -> None:
    hers = Pages(here.client, here.clinic, mother)
    hers.sent("family/link/", q="lucia", other=child.id, kind="ward", messages="on")
    (theirs,) = linked(scope, child)
    assert (theirs["kind"], theirs["messages"]) == ("guardian", True)
    (own,) = linked(scope, mother)
    assert (own["kind"], own.get("messages")) == ("child", None)


def test_nothing_chosen_is_refused_with_what_was_typed(here: Pages, mother: Patient) -> None:
    answer = here.send("family/link/", q="garcia mar", kind="guardian")
    html = answer.content.decode()
    assert "Find them first, then choose." in html
    assert 'value="garcia mar"' in html
    assert mother.id in html


def test_a_link_sent_twice_is_one_link(here: Pages, scope: Scope, mother: Patient) -> None:
    fields = here.fields("family/link/")
    for _ in range(2):
        answer = here.send("family/link/", fields, q="", other=mother.id, kind="parent")
        assert answer.status_code == 302
    assert len(linked(scope, here.patient)) == len(linked(scope, mother)) == 1


def test_who_is_linked_already_is_not_linked_again(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    answer = here.send("family/link/", q="", other=mother.id, kind="carer")
    assert "These two are linked already." in answer.content.decode()
    assert len(linked(scope, here.patient)) == 1


def test_nobody_is_their_own_relative(here: Pages) -> None:
    answer = here.send("family/link/", q="", other=here.patient.id, kind="parent")
    assert "Nobody is their own relative." in answer.content.decode()


def test_a_patient_of_another_clinic_is_not_linked(here: Pages, scope: Scope, outsider: Scope) -> None:
    foreign = services.register(outsider, {"given_name": "Foreign"})
    answer = here.send("family/link/", q="", other=foreign, kind="parent")
    assert "We can't find that here." in plain(answer.content.decode())
    assert linked(scope, here.patient) == []


def test_a_folded_record_is_linked_as_its_survivor(
    here: Pages, scope: Scope, mother: Patient, register: Register
) -> None:
    old = register(family_name="Garcia", given_name="Maria")
    services.merge(scope, mother, old, {})
    here.sent("family/link/", q="", other=old.id, kind="parent")
    assert linked(scope, here.patient)[0]["patient_id"] == mother.id


def test_an_outsider_has_a_name_and_a_phone_that_dials(here: Pages) -> None:
    html = here.client.get(
        here.send("family/outsider/", who="Rosa Pérez", phone="07700 900555", kind="carer", books="on")["Location"]
    ).content.decode()
    assert 'href="tel:+447700900555"' in html
    assert "not a patient Carer · Books" in plain(html)


def test_an_outsider_without_a_name_is_refused(here: Pages) -> None:
    assert "A name is needed." in here.send("family/outsider/", who="", kind="carer").content.decode()


def test_what_a_relative_may_do_is_changed(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent", "messages": True})
    link = linked(scope, here.patient)[0]["id"]
    assert "Parent · Pays" in here.sent(f"family/{link}/", kind="parent", pays="on")
    assert linked(scope, here.patient)[0]["messages"] is False


def test_another_kind_is_reversed_on_the_other_record(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    link = linked(scope, here.patient)[0]["id"]
    here.sent(f"family/{link}/", kind="partner")
    assert linked(scope, mother)[0]["kind"] == "partner"


def test_a_stale_change_shows_both_sides_and_loses_neither(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    link = linked(scope, here.patient)[0]["id"]
    fields = here.fields(f"family/{link}/")
    theirs: Link = {"messages": True}
    services.change_link(scope, queries.patient(scope, here.patient.id), link, None, theirs)
    answer = here.send(f"family/{link}/", fields, kind="parent", pays="on")
    html = answer.content.decode()
    assert "Now it is: Parent, receives messages." in plain(html)
    assert html.split('name="pays"')[1].split(">")[0].count("checked") == 1
    assert linked(scope, here.patient)[0].get("pays") is None
    again = hidden(html[html.index("<main") :])
    assert here.send(f"family/{link}/", again, kind="parent", pays="on").status_code == 302
    assert linked(scope, here.patient)[0]["pays"] is True


def test_a_change_sent_twice_is_no_conflict(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    link = linked(scope, here.patient)[0]["id"]
    fields = here.fields(f"family/{link}/")
    for _ in range(2):
        assert here.send(f"family/{link}/", fields, kind="parent", pays="on").status_code == 302


def test_unlinking_frees_both_sides_and_twice_is_once(here: Pages, scope: Scope, mother: Patient) -> None:
    services.link(scope, here.patient, mother, {"kind": "parent"})
    link = linked(scope, here.patient)[0]["id"]
    fields = here.fields(f"family/{link}/", f"family/{link}/unlink/")
    for _ in range(2):
        assert here.send(f"family/{link}/", fields, action=f"family/{link}/unlink/").status_code == 302
    assert linked(scope, here.patient) == linked(scope, mother) == []


def test_a_link_that_does_not_exist_is_not_found(here: Pages) -> None:
    assert here.get("family/01JZZZZZZZZZZZZZZZZZZZZZZZ/").status_code == 404


def test_other_roles_link_and_outsiders_of_the_clinic_do_not(
    here: Pages, scope: Scope, outsider: Scope, mother: Patient
) -> None:
    nurse = Pages(signed_in_client(scope.clinic_id, role=Role.NURSE), scope.clinic_id, here.patient)
    assert nurse.get("family/link/").status_code == 200
    theirs = Pages(signed_in_client(outsider.clinic_id), outsider.clinic_id, here.patient)
    assert theirs.send("family/link/", {}, q="", other=mother.id, kind="parent").status_code == 404
