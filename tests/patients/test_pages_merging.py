"""Folding two records together on the pages: found, compared, chosen, undone."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries, services
from patients.models import Patient
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.wall.html import HtmlForm, forms_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(scope: Scope, register: Register) -> Pages:
    patient = register(
        family_name="García",
        given_name="María",
        birth_date="1985-03-14",
        sex="female",
        email="m@example.org",
        phones=[{"number": "+447700900421", "kind": "mobile", "preferred": True}],
        notes="first",
    )
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, patient)


@pytest.fixture
def other(register: Register) -> Patient:
    return register(
        family_name="Garcia",
        given_name="Maria",
        birth_date="1985-03-14",
        language="es",
        email="x@example.org",
        phones=[{"number": "+447700900422", "kind": "home"}],
        notes="second",
        restricted=True,
        address={"line": "5 Mill Lane", "city": "Leeds"},
    )


def now(scope: Scope, patient: Patient) -> Patient:
    return queries.folded(scope, patient.id)


def form_in(answer: Any) -> HtmlForm:
    html = answer.content.decode()
    return forms_of(html[html.index("<main") :])[0]


def opened(keep: Pages, other: Patient) -> HtmlForm:
    answer = keep.get(f"merge/{other.id}/")
    assert answer.status_code == 200, plain(answer.content.decode())
    return form_in(answer)


def send(keep: Pages, form: HtmlForm, picks: dict[str, str] | None = None) -> Any:
    return keep.client.post(form.action, form.fields | (picks or {}))


# --- Finding -------------------------------------------------------------------------------------------------------


def test_likely_duplicates_are_offered_with_the_reason(keep: Pages, other: Patient) -> None:
    html = keep.get("merge/").content.decode()
    assert keep.at(f"merge/{other.id}/") in html
    assert f"No. {other.mrn}" in plain(html)
    assert "birth date" in plain(html).lower()


def test_anybody_is_found_by_a_search_that_is_sent_by_post(keep: Pages, register: Register) -> None:
    stranger = register(family_name="Zzyzx", given_name="Quite", birth_date="1999-01-02")
    answer = keep.client.post(keep.at("merge/"), {"q": "zzyzx"})
    text = plain(answer.content.decode())
    assert "Zzyzx, Quite" in text
    assert "2 Jan 1999" in text
    assert keep.at(f"merge/{stranger.id}/") in answer.content.decode()
    assert "Nobody else was found" in plain(keep.client.post(keep.at("merge/"), {"q": "nobody"}).content.decode())
    assert "Nobody else was found" in plain(
        keep.client.post(keep.at("merge/"), {"q": keep.patient.mrn}).content.decode()
    )


# --- Comparing -----------------------------------------------------------------------------------------------------


def test_only_what_differs_is_compared_in_words(keep: Pages, other: Patient) -> None:
    text = keep.text(f"merge/{other.id}/")
    words = f"Keep No. {keep.patient.mrn} and fold No. {other.mrn} into it? Appointments, notes and bills move with it."
    assert words in text
    assert "The old number keeps working. You can undo this." in text
    for differs in ("García", "Garcia", "m@example.org", "x@example.org", "Spanish", "Leeds", "(empty)"):
        assert differs in text
    compared = text.split("What differs")[1].split("Kept from both")[0]
    assert "Date of birth" not in compared
    both = text.split("Kept from both")[1]
    assert "07700 900421 (mobile, preferred)" in both
    assert "07700 900422 (home)" in both


def test_the_side_that_says_something_is_chosen_first(keep: Pages, other: Patient) -> None:
    fields = opened(keep, other).fields
    picks = {name: values for name, (values,) in fields.items() if name.startswith("pick-")}
    assert picks == {
        "pick-family_name": "keep",
        "pick-given_name": "keep",
        "pick-sex": "keep",
        "pick-email": "keep",
        "pick-language": "other",
        "pick-address": "other",
    }


def test_the_number_that_is_kept_can_be_swapped(keep: Pages, other: Patient) -> None:
    html = keep.get(f"merge/{other.id}/").content.decode()
    swapped = f"/c/{keep.clinic}/patients/{other.id}/merge/{keep.patient.id}/"
    assert swapped in html
    assert f"Keep No. {other.mrn} and fold No. {keep.patient.mrn}" in plain(keep.client.get(swapped).content.decode())


# --- Folding -------------------------------------------------------------------------------------------------------


def test_a_merge_keeps_what_was_chosen_and_both_lists(keep: Pages, other: Patient, scope: Scope) -> None:
    answer = send(keep, opened(keep, other), {"pick-email": "other", "pick-family_name": "other"})
    assert answer.status_code == 302
    assert answer["Location"] == keep.at()
    after = now(scope, keep.patient)
    assert [after.email, after.family_name, after.given_name] == ["x@example.org", "Garcia", "María"]
    assert [after.language, (after.address or {})["city"], after.restricted] == ["es", "Leeds", True]
    assert [each["number"] for each in after.phones or []] == ["+447700900421", "+447700900422"]
    assert after.notes == "first\nsecond"
    assert after.mrn == keep.patient.mrn


def test_the_old_address_leads_to_the_survivor(keep: Pages, other: Patient) -> None:
    send(keep, opened(keep, other))
    old = Pages(keep.client, keep.clinic, other)
    answer = old.get("details/")
    assert answer["Location"] == keep.at("details/")
    assert f"No. {other.mrn} was folded into this record." in plain(
        keep.client.get(answer["Location"]).content.decode()
    )


def test_the_toast_undoes_it_with_everything_as_before(keep: Pages, other: Patient, scope: Scope) -> None:
    before = now(scope, keep.patient).data, now(scope, other).data
    html = keep.client.get(send(keep, opened(keep, other))["Location"]).content.decode()
    toast = html.split('id="toasts"')[1]
    assert f"No. {other.mrn} is folded into No. {keep.patient.mrn}." in plain(toast)
    action = re.search(r'action="([^"]+)"', toast)
    assert action
    assert keep.client.post(action[1], hidden(toast)).status_code == 302
    assert (now(scope, keep.patient).data, now(scope, other).data) == before


def test_sent_twice_is_merged_once(keep: Pages, other: Patient, scope: Scope) -> None:
    form = opened(keep, other)
    for _ in range(2):
        answer = send(keep, form)
        assert answer["Location"] == keep.at()
        text = plain(keep.client.get(answer["Location"]).content.decode())
        assert f"No. {other.mrn} is folded into No. {keep.patient.mrn}." in text
    assert now(scope, keep.patient).absorbed == [other.id]


@pytest.mark.parametrize("changed", ["keep", "other"])
def test_what_changed_meanwhile_is_compared_anew_with_the_choices_kept(
    keep: Pages, other: Patient, scope: Scope, changed: str
) -> None:
    form = opened(keep, other)
    services.change(scope, now(scope, keep.patient if changed == "keep" else other), {"title": "Dr"})
    answer = send(keep, form, {"pick-email": "other"})
    assert answer.status_code == 422
    assert "Somebody changed one of these records meanwhile." in plain(answer.content.decode())
    assert now(scope, other).merged_into is None
    again = form_in(answer)
    assert again.fields["pick-email"] == ["other"]
    assert again.fields["pick-title"] == ["keep" if changed == "keep" else "other"]
    assert send(keep, again).status_code == 302
    assert [now(scope, keep.patient).email, now(scope, keep.patient).title] == ["x@example.org", "Dr"]


def test_what_changes_at_the_same_moment_is_compared_anew(
    keep: Pages, other: Patient, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, merge = opened(keep, other), services.merge

    def slowly(*given: Any, **options: Any) -> Any:
        monkeypatch.undo()
        services.change(scope, now(scope, other), {"title": "Dr"})
        return merge(*given, **options)

    monkeypatch.setattr(services, "merge", slowly)
    answer = send(keep, form)
    assert answer.status_code == 422
    assert "Somebody changed one of these records meanwhile." in plain(answer.content.decode())
    assert send(keep, form_in(answer)).status_code == 302


def test_the_same_record_and_a_folded_one_are_refused_in_words(
    keep: Pages, other: Patient, scope: Scope, register: Register
) -> None:
    assert "That is this record." in follow(keep, keep.get(f"merge/{keep.patient.id}/"))
    send(keep, opened(keep, other))
    assert f"No. {other.mrn} was folded into this record already." in follow(keep, keep.get(f"merge/{other.id}/"))
    third = Pages(keep.client, keep.clinic, register(given_name="Third"))
    said = follow(third, third.get(f"merge/{other.id}/"))
    assert f"No. {other.mrn} was folded into another record already." in said


def follow(pages: Pages, answer: Any) -> str:
    assert answer.status_code == 302
    return plain(pages.client.get(answer["Location"]).content.decode())


@pytest.mark.django_db(transaction=True)
def test_two_people_who_fold_the_same_pair_both_ways_do_it_once(keep: Pages, other: Patient, scope: Scope) -> None:
    forms = [opened(keep, other), opened(Pages(keep.client, keep.clinic, other), keep.patient)]
    people = [signed_in_client(keep.clinic, person=f"p{number}") for number in range(2)]
    sides = [Pages(people[0], keep.clinic, keep.patient), Pages(people[1], keep.clinic, other)]
    forms = [opened(sides[0], other), opened(sides[1], keep.patient)]
    start = Barrier(2)

    def run(number: int) -> int:
        start.wait()
        try:
            return int(send(sides[number], forms[number]).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    one, two = now(scope, keep.patient), now(scope, other)
    assert bool(one.merged_into) != bool(two.merged_into)


# --- Undoing -------------------------------------------------------------------------------------------------------


def test_the_undo_page_lists_what_goes_back_and_what_stays(keep: Pages, other: Patient, scope: Scope) -> None:
    send(keep, opened(keep, other), {"pick-email": "other"})
    services.change(scope, now(scope, keep.patient), {"email": "new@example.org"})
    text = keep.text(f"merge/{other.id}/undo/")
    assert "Ana Ruiz folded Garcia, Maria" in text
    back, stays = text.split("Goes back")[1].split("Was changed since, and stays")
    assert "without 5 Mill Lane" in back
    assert "new@example.org" in stays
    answer = keep.send(f"merge/{other.id}/undo/")
    assert f"No. {other.mrn} and No. {keep.patient.mrn} are two records again." in follow(keep, answer)
    after = now(scope, keep.patient)
    assert [after.email, after.address, after.notes] == ["new@example.org", None, "first"]
    assert Pages(keep.client, keep.clinic, other).get().status_code == 200


def test_the_undo_of_a_merge_that_took_nothing_over_says_so(keep: Pages, register: Register) -> None:
    bare = register(family_name="García", given_name="María")
    send(keep, opened(keep, bare))
    html = keep.get(f"merge/{bare.id}/undo/").content.decode()
    assert "Nothing in this record changes" in plain(html)
    for stored in ("without", "CLINIC#", "class &#x27;", "Gsi1pk"):
        assert stored not in html


def test_undo_twice_says_so(keep: Pages, other: Patient) -> None:
    send(keep, opened(keep, other))
    fields = keep.fields(f"merge/{other.id}/undo/")
    assert keep.send(f"merge/{other.id}/undo/", fields).status_code == 302
    assert "is not folded into this record" in follow(keep, keep.send(f"merge/{other.id}/undo/", fields))


def test_undo_waits_for_nobody(keep: Pages, other: Patient, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    send(keep, opened(keep, other))
    fields, undo = keep.fields(f"merge/{other.id}/undo/"), services.undo_merge

    def slowly(*given: Any, **options: Any) -> Any:
        monkeypatch.undo()
        services.change(scope, now(scope, keep.patient), {"title": "Dr"})
        return undo(*given, **options)

    monkeypatch.setattr(services, "undo_merge", slowly)
    assert keep.send(f"merge/{other.id}/undo/", fields).status_code == 302
    assert [now(scope, keep.patient).title, now(scope, other).merged_into] == ["Dr", None]


# --- Who may -------------------------------------------------------------------------------------------------------


def test_another_clinic_finds_neither_record(keep: Pages, other: Patient, other_clinic: str, scope: Scope) -> None:
    stranger = Pages(signed_in_client(other_clinic), other_clinic, keep.patient)
    for page in ("merge/", f"merge/{other.id}/", f"merge/{other.id}/undo/"):
        assert stranger.get(page).status_code == 404
        assert stranger.client.post(stranger.at(page), {"q": "garcia"}).status_code == 404
    theirs = services.register(scope_of(other_clinic, Role.RECEPTIONIST), {"given_name": "Theirs"})
    assert keep.get(f"merge/{theirs}/").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("receptionist", 200), ("nurse", 403), ("doctor", 200), ("admin", 200)])
def test_who_may_merge(keep: Pages, other: Patient, role: str, status: int) -> None:
    pages = Pages(signed_in_client(keep.clinic, role=role), keep.clinic, keep.patient)
    for page in ("merge/", f"merge/{other.id}/"):
        assert pages.get(page).status_code == status
