"""The list of patients and its export, as a browser asks for them."""

import csv
import html
import io
import re
from typing import Any, cast

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.console import exporting as lists
from clinnet.table import Scope, errors, keys, query
from patients import exporting, queries, services
from tests.conftest import Register
from tests.patients.registering import MARIA, words
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(clinic: str, path: str = "") -> str:
    return f"/c/{clinic}/{path}"


# --- The list ------------------------------------------------------------------------------------------------------


def test_the_list_turns_its_pages_across_letters_and_back(
    ana: Client, clinic: str, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast(dict[str, Any], queries.list_page.__kwdefaults__), "limit", 2)
    names = ["Abe", "Ada", "Amy", "Bea", "李"]
    for name in reversed(names):
        register(given_name=name)
    pages, next_url = [], "?"
    while next_url:
        answer = ana.get(url(clinic, "patients/") + next_url)
        pages.append(in_table(answer))
        next_url, last_answer = link(answer, "next"), answer
    assert pages == [["Abe", "Ada"], ["Amy"], ["Bea"], ["李"]]
    back, previous = [], link(last_answer, "prev")
    while previous:
        answer = ana.get(url(clinic, "patients/") + previous)
        back.append(in_table(answer))
        previous = link(answer, "prev")
    assert back == [["Bea"], ["Ada", "Amy"], ["Abe"]]  # from the letter's end: nobody is left out or shown twice


def in_table(answer: Any) -> list[str]:
    return re.findall(r'<a class="go-link"[^>]*><bdi>([^<]*)</bdi>', answer.content.decode())


def link(answer: Any, rel: str) -> str:
    found = re.search(rf'href="(\?[^"]*)"\s+rel="{rel}"', answer.content.decode())
    return html.unescape(found[1]) if found else ""


def test_the_letters_that_exist_lead_on(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    register(family_name="李", given_name="伟")
    page = ana.get(url(clinic, "patients/")).content.decode()
    assert re.search(r'<a href="\?letter=g"\s+aria-current="page"\s*>G</a>', page)
    assert re.search(r'<a href="\?letter=han"\s*>漢字</a>', page)
    assert '<span aria-hidden="true">Q</span>' in page


def test_a_forged_page_is_not_found(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    assert ana.get(url(clinic, "patients/?letter=g&after=AAAA")).status_code == 404


def test_an_empty_list_says_what_to_do(ana: Client, clinic: str) -> None:
    assert "Press N to register the first patient." in words(ana.get(url(clinic, "patients/")))


# --- The export ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ines(clinic: str) -> Client:
    return signed_in_client(clinic, role=Role.ADMIN, name="Inês Duarte")


def exported(client: Client, clinic: str) -> list[dict[str, str]]:
    answer = client.post(url(clinic, "patients/export/"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="patients-\d{4}-\d\d-\d\d.csv"', answer["Content-Disposition"])
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def events(scope: Scope) -> list[tuple[str, str]]:
    system = Scope.system("tests", scope.clinic)
    asked = keys.audit_actor(scope.clinic_id, f"admin-{scope.clinic_id}", clock.stamp(), "")
    rows = query(system, keys.Range(asked.pk, gsi="GSI1"), limit=50).rows
    return [(row["line"]["action"], row["line"].get("note", "")) for row in rows]


def test_the_export_is_complete_and_in_the_trail(
    ines: Client, clinic: str, scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    for name in ("Ann", "Abe", "Amy", "Bea", "Cat"):
        register(given_name=name, **({"reach_by": "sms"} if name == "Abe" else {}))
    folded, survivor = register(given_name="Dora"), register(given_name="Dot", test=True)
    services.merge(scope, survivor, folded, {})
    rows = exported(ines, clinic)
    assert [row["given name"] for row in rows] == ["Abe", "Amy", "Ann", "Bea", "Cat", "Dot"]
    assert [row["test"] for row in rows][-1] == "yes"
    assert [row["messages by"] for row in rows][:2] == ["sms", ""]
    assert events(scope) == [("patient.export", "begun"), ("patient.exported", "complete: 6 patients")]


def test_all_of_many_patients_are_exported_for_a_reason(
    ines: Client, clinic: str, scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MANY", 2)
    for name in ("Ann", "Bea"):
        register(family_name=name)  # of two letters
    assert len(exported(ines, clinic)) == 2  # two are not many
    register(family_name="Cat")
    asked = ines.post(url(clinic, "patients/export/"))
    assert (asked.status_code, "Why do you need the rows of more than" in asked.content.decode()) == (422, True)
    assert events(scope)[-1] == ("patient.exported", "complete: 2 patients")  # nothing left
    answer = ines.post(url(clinic, "patients/export/"), {"reason": "We move to another town"})
    assert len(b"".join(answer.streaming_content).splitlines()) == 4  # type: ignore[attr-defined]  # it streams
    assert ("patient.export", "begun, because: We move to another town") in events(scope)


def test_an_export_that_breaks_off_is_no_whole_file(
    ines: Client, clinic: str, scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 1)
    register(given_name="Abe")
    register(given_name="Ann")
    answer = ines.post(url(clinic, "patients/export/"))
    lines = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert b"Abe" in next(lines) + next(lines)

    def gone(*_: object) -> None:
        raise errors.Unavailable

    monkeypatch.setattr(exporting, "_whole", gone)
    with pytest.raises(errors.Unavailable):
        list(lines)
    assert events(scope)[-1] == ("patient.exported", "broken off after 1 patients")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_a_spreadsheet_runs_nothing(ines: Client, clinic: str, register: Register, name: str) -> None:
    register(family_name=name, given_name='O\'Neill, "Pat"', notes="one\ntwo", phones=[{"number": "+33612344821"}])
    (row,) = exported(ines, clinic)
    assert row["family name"] == f"'{name}"
    assert row["given name"] == 'O\'Neill, "Pat"'
    assert row["notes"] == "one\ntwo"
    assert row["phones"] == "'+33 6 12 34 48 21"


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.NURSE, Role.DOCTOR])
def test_only_those_permitted_export(clinic: str, role: Role) -> None:
    client = signed_in_client(clinic, role=role)
    assert client.post(url(clinic, "patients/export/")).status_code == 403
    assert "Export" not in words(client.get(url(clinic, "patients/")))
