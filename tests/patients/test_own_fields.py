"""Fields that a clinic makes up for its patients: asked in the details, told in the history, in the export."""

from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Role
from clinnet.console.settings.services import change as change_settings
from clinnet.table import Scope, get
from clinnet.table.meter import metered
from patients import exporting, queries, services
from patients.folding import Fold
from patients.models import Patient
from patients.rules import own
from patients.search import search, understood
from tests.conftest import scope_of
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
SCHOOL: dict[str, Any] = {"label": "School", "kind": "text"}
HEIGHT: dict[str, Any] = {"label": "Height", "kind": "number"}
MOVED: dict[str, Any] = {"label": "Moved here", "kind": "date"}
BADGE: dict[str, Any] = {"label": "Badge", "kind": "text", "searched": True}
WAY: dict[str, Any] = {"label": "Comes by", "kind": "choice", "choices": ["bus", "own car"]}


@pytest.fixture
def boss(clinic: str) -> Scope:
    return scope_of(clinic, Role.ADMIN)


@pytest.fixture
def browser(boss: Scope) -> Client:
    return signed_in_client(boss.clinic_id, role=Role.ADMIN)


def clinic_of(scope: Scope) -> Clinic:
    return get(scope, Clinic, Clinic.at(scope.clinic_id))


def declare(scope: Scope, *fields: dict[str, Any]) -> None:
    found = clinic_of(scope)
    kept = own.settled(found.patient_fields or [], fields)
    change_settings(scope, clinic=found, values={"patient_fields": kept})


def somebody(scope: Scope, **data: Any) -> Patient:
    id = services.register(scope, {"family_name": "Holm", "given_name": "Greta", **data})
    return queries.patient(scope, id)


def page(browser: Client, scope: Scope, path: str) -> str:
    answer = browser.get(f"/c/{scope.clinic}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def send(browser: Client, scope: Scope, path: str, **typed: str) -> Any:
    html = page(browser, scope, path)
    form = hidden(html[html.index("<main") :])
    return browser.post(f"/c/{scope.clinic}/{path}", {**form, **{k.replace("__", "-"): v for k, v in typed.items()}})


# --- What the clinic keeps -------------------------------------------------------------------------------------------


def test_a_field_keeps_its_number_under_another_name_and_when_it_comes_back() -> None:
    first = own.settled([], [SCHOOL, HEIGHT])
    assert [(each["id"], each["label"]) for each in first] == [("1", "School"), ("2", "Height")]
    renamed = own.settled(first, [{**first[0], "label": "School or nursery"}])
    assert [(each["id"], each["label"], each.get("gone")) for each in renamed] == [
        ("1", "School or nursery", None),
        ("2", "Height", True),
    ]
    again = own.settled(renamed, [renamed[0], MOVED, HEIGHT])
    assert [(each["id"], each["label"]) for each in again] == [
        ("1", "School or nursery"),
        ("3", "Moved here"),
        ("2", "Height"),
    ]
    assert [each.label for each in own.asked(renamed)] == ["School or nursery"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([SCHOOL, {**SCHOOL, "label": "school"}], "“School” is there twice."),
        ([{**WAY, "choices": ["bus"]}], "“Comes by” needs two choices at least, with commas between them."),
        ([{**HEIGHT, "id": "1"}], "“Height” has another kind already: take it away, and add a new one."),
        ([{**SCHOOL, "id": "1", "searched": True}], "Whether “School” is searched was said when it was made"),
        ([{**BADGE, "label": each} for each in "abc"], "Patients are found by 2 own fields at most"),
        ([{**SCHOOL, "id": "1"}, WAY], ""),
    ],
)
def test_fields_that_cannot_be_are_told(typed: list[dict[str, Any]], said: str) -> None:
    assert own.problem(own.settled([], [SCHOOL]), typed).startswith(said)
    assert bool(own.problem(own.settled([], [SCHOOL]), typed)) == bool(said)


def test_a_number_is_kept_with_a_point() -> None:
    assert [own.number(text) for text in ("104", "104,5", "1 040.25", "-3", "ten", "1.2.3")] == [
        "104", "104.5", "1040.25", "-3", None, None,
    ]  # fmt: skip


def test_a_searched_value_is_found_by_its_words_and_its_number() -> None:
    kept = {"own": {"s1": "Mill Road Primary", "2": "Elsewhere", "s3": "AB-12 34"}}
    assert own.words_of(kept) == [("mill", "road"), ("ab1234",)]


# --- In the settings -------------------------------------------------------------------------------------------------


def test_an_administrator_makes_up_fields_and_puts_back_what_they_were(boss: Scope, browser: Client) -> None:
    path = "manage/settings/patients/fields/"
    made = send(browser, boss, path, fields__0__label="School", fields__0__kind="text", fields__0__choices="")
    assert made.status_code == 302
    assert "Own fields School" in plain(page(browser, boss, "manage/settings/"))
    html = page(browser, boss, path)
    assert 'value="School"' in html
    typed = {"fields__0__label": "School or nursery", "fields__0__kind": "text", "fields__1__kind": "choice"}
    more = {"fields__1__label": "Comes by", "fields__1__choices": "bus, own car"}
    renamed = send(browser, boss, path, **typed, **more)
    assert renamed.status_code == 302
    assert [each.told for each in own.asked(clinic_of(boss).patient_fields)] == [
        "School or nursery",
        "Comes by (bus, own car)",
    ]
    past = page(browser, boss, "manage/settings/history/")
    assert "Own fields School School or nursery; Comes by (bus, own car)" in plain(past)
    back = past.partition(f"{path}?event=")[2].partition('"')[0]
    assert "What was before is filled in" in page(browser, boss, f"{path}?event={back}")
    assert (
        send(browser, boss, f"{path}?event={back}", fields__0__label="School", fields__0__kind="text").status_code
        == 302
    )
    assert [(each.which, each.label, each.gone) for each in own.every(clinic_of(boss).patient_fields)] == [
        ("1", "School", False),
        ("2", "Comes by", True),
    ]


def test_what_cannot_be_a_field_is_said_and_nothing_is_saved(boss: Scope, browser: Client) -> None:
    path = "manage/settings/patients/fields/"
    answer = send(browser, boss, path, fields__0__label="Comes by", fields__0__kind="choice", fields__0__choices="bus")
    assert answer.status_code == 422
    assert "needs two choices at least" in answer.content.decode()
    assert clinic_of(boss).patient_fields is None


def test_of_two_administrators_who_both_add_a_field_neither_loses_one(boss: Scope, browser: Client) -> None:
    path = "manage/settings/patients/fields/"
    html = page(browser, boss, path)
    declare(boss, HEIGHT)
    typed = {"fields-0-label": "School", "fields-0-kind": "text", "fields-0-choices": ""}
    answer = browser.post(f"/c/{boss.clinic}/{path}", {**hidden(html[html.index("<main") :]), **typed})
    assert answer.status_code == 409
    assert "Height (number)" in plain(answer.content.decode())


# --- Of a patient ----------------------------------------------------------------------------------------------------


def test_the_desk_fills_them_in_and_the_history_tells_them_by_name(boss: Scope, browser: Client) -> None:
    declare(boss, SCHOOL, HEIGHT, MOVED, WAY)
    greta = somebody(boss)
    assert "School Not given" in plain(page(browser, boss, f"patients/{greta.id}/details/"))
    path = f"patients/{greta.id}/details/own/"
    assert send(browser, boss, path, own_2="tall").status_code == 422
    typed = {"own_1": "Mill Road", "own_2": "104,5", "own_3": "2026-03-01", "own_4": "own car"}
    assert send(browser, boss, path, **typed).status_code == 302
    assert queries.patient(boss, greta.id).own == {"1": "Mill Road", "2": "104.5", "3": "2026-03-01", "4": "own car"}
    told = plain(page(browser, boss, f"patients/{greta.id}/history/"))
    assert "School nothing Mill Road" in told
    assert "Moved here nothing 1 Mar 2026" in told
    assert "School Mill Road Height 104.5" in plain(page(browser, boss, f"manage/patients/{greta.id}/"))


def test_they_are_asked_when_somebody_is_registered_and_found_at_once(boss: Scope, browser: Client) -> None:
    assert "Also kept here" not in plain(page(browser, boss, "patients/new/")), "a blank form is kept"
    declare(boss, SCHOOL, HEIGHT, BADGE)
    assert "Also kept here" in plain(page(browser, boss, "patients/new/"))
    typed = {"family_name": "Holm", "given_name": "Signe", "own_1": "Mill Road", "own_2": "tall", "own_s3": "AB-12 34"}
    wrong = send(browser, boss, "patients/new/", **typed)
    assert wrong.status_code == 422
    assert "This is not a number." in plain(wrong.content.decode())
    assert 'value="Mill Road"' in wrong.content.decode()
    answer = send(browser, boss, "patients/new/", **{**typed, "own_2": "104,5"})
    assert answer.status_code == 302, plain(answer.content.decode())
    id = next(part for part in answer["Location"].split("/") if len(part) == 26)
    assert queries.patient(boss, id).own == {"1": "Mill Road", "2": "104.5", "s3": "AB-12 34"}


def test_who_has_no_fields_of_their_own_is_asked_for_none(boss: Scope, browser: Client) -> None:
    assert "Also kept here" not in plain(page(browser, boss, "patients/new/"))


def test_what_is_not_asked_any_more_stays_with_whom_it_was_said_of(boss: Scope, browser: Client) -> None:
    declare(boss, SCHOOL, WAY)
    greta, ben = somebody(boss, own={"1": "Mill Road", "2": "bus"}), somebody(boss, given_name="Ben")
    declare(boss, {"id": "2", **WAY, "choices": ["train", "foot"]})
    shown = plain(page(browser, boss, f"patients/{greta.id}/details/"))
    assert "School (not asked any more) Mill Road" in shown
    assert "School" not in plain(page(browser, boss, f"patients/{ben.id}/details/"))
    assert send(browser, boss, f"patients/{greta.id}/details/own/", own_2="bus").status_code == 302
    assert queries.patient(boss, greta.id).own == {"1": "Mill Road", "2": "bus"}


def test_the_export_has_a_column_for_each(boss: Scope) -> None:
    declare(boss, SCHOOL, {**HEIGHT, "label": "=Height"})
    somebody(boss, own={"1": "=cmd()", "2": "104.5"})
    clinic = clinic_of(boss)
    (found,) = exporting.batches(boss)
    assert exporting.head(clinic).rstrip().endswith("School,'=Height")
    assert exporting.lines(found, clinic).rstrip().endswith("'=cmd(),104.5")


def test_of_two_records_that_are_folded_each_field_is_chosen(boss: Scope) -> None:
    declare(boss, SCHOOL, HEIGHT)
    keep, other = somebody(boss, own={"1": "Mill Road"}), somebody(boss, own={"1": "Park Lane", "2": "104"})
    fold = Fold(keep, other)
    assert fold.differing()["own/1"] == ("Mill Road", "Park Lane")
    assert fold.result(fold.picks({}))["own"] == {"1": "Mill Road", "2": "104"}
    assert fold.result(fold.picks({"pick-own/1": "other"}))["own"] == {"1": "Park Lane", "2": "104"}


# --- In the search ---------------------------------------------------------------------------------------------------


def found(scope: Scope, text: str) -> list[str]:
    return [each.line["g"] for each in search(scope, understood(text, clinic_of(scope))).hits]


def test_patients_are_found_by_a_field_that_is_searched(boss: Scope, browser: Client) -> None:
    declare(boss, {**BADGE, "label": "School"}, BADGE, HEIGHT)
    assert [each.which for each in own.every(clinic_of(boss).patient_fields)] == ["s1", "s2", "3"]
    greta = somebody(boss, own={"s1": "Mill Road Primary", "s2": "AB-1234", "3": "104"})
    for text in ("mill", "road mill", "ab1234", "AB 12-34"):
        assert found(boss, text) == ["Greta"], text
    assert found(boss, "104") == []
    assert found(boss, "greta mill") == []  # by itself, not beside a name: rows for both would be too many
    assert send(browser, boss, f"patients/{greta.id}/details/own/", own_s1="Park Lane").status_code == 302
    assert (found(boss, "mill"), found(boss, "park")) == ([], ["Greta"])


def test_a_clinic_without_a_searched_field_asks_for_nothing_more(boss: Scope) -> None:
    declare(boss, HEIGHT)
    somebody(boss)
    assert understood("AB 1234", clinic_of(boss)).own == ""
    with metered() as before:
        found(boss, "AB 1234")
    declare(boss, {"id": "1", **HEIGHT}, BADGE)
    with metered() as after:
        found(boss, "AB 1234")
    assert after.read_units - before.read_units == 1


def test_the_longest_name_can_change_with_two_searched_fields(boss: Scope) -> None:
    declare(boss, {**BADGE, "label": "School"}, BADGE)
    long = {"family_name": "Alpha Bravo Charlie Delta", "given_name": "Echo"}
    greta = somebody(boss, **long, own={"s1": "Mill Road 12", "s2": "Park Lane 34"})
    services.change(boss, greta, {"family_name": "Foxtrot Golf Hotel India", "given_name": "Juliett"})
    assert found(boss, "mill") == ["Juliett"]
