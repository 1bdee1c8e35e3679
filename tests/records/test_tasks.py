"""What has to be done about a patient: by whom, taken by one at a time, done and had back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import ROLES, Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.accounts.services import add_staff
from clinnet.accounts.staffing import STOP
from clinnet.table import Actor, Event, Once, Scope, Transaction, errors
from clinnet.table.kept import forget
from patients import services as patients
from patients.models import Patient
from patients.queries import patient as get_patient
from records.lines import TaskLine
from records.rules import tasks as rules
from records.services import typing
from records.services.recording import Moment
from records.services.typing import Typed
from records.tasks import queries, services
from records.tasks.models import Task
from records.tasks.rows import Reader, of_chart, task_row
from records.tasks.services import TaskWish
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client

SATURDAY = date(2028, 2, 26)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("phone him friday", ("", "phone him", date(2028, 3, 3))),
        ("desk: ring back 3d", ("receptionist", "ring back", date(2028, 2, 29))),
        ("saturday letters", ("", "letters", date(2028, 3, 4))),  # the next one
        ("nurse: dressing today", ("nurse", "dressing", SATURDAY)),
        ("dose: check", ("", "dose: check", SATURDAY)),
        ("friday", ("", "", date(2028, 3, 3))),
        ("", ("", "", SATURDAY)),
    ],
)
def test_a_task_says_for_whom_what_and_by_when(text: str, said: tuple[str, str, date]) -> None:
    assert rules.taken_apart(text, SATURDAY) == said


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(rules.WEEKDAYS))
def test_a_weekday_is_within_the_next_seven_days(today: date, word: str) -> None:
    found = rules.day_of(word, today)
    assert found
    assert 1 <= (found - today).days <= 7
    assert rules.WEEKDAYS[found.weekday()] == word


@pytest.fixture
def desk(clinic: str) -> Scope:
    return scope_of(clinic, Role.RECEPTIONIST, "Ana Ruiz")


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Rose", family_name="Fitzgerald")


def today(scope: Scope) -> date:
    return clock.today(clinic_of(scope.clinic_id).time_zone)


def added(scope: Scope, patient: Patient, owner: str, what: str = "Phone her") -> Task:
    wish = TaskWish(what, today(scope).isoformat(), owner)
    return read(scope, patient, services.add_task(scope, patient=patient, task_wish=wish))


def read(scope: Scope, patient: Patient, id: str) -> Task:
    return queries.task(scope, patient, id)


def mine(scope: Scope, *roles: str) -> list[str]:
    return [each.what for each in queries.still_open(ask() for ask in queries.mine_asked(scope, roles)).values()]


def refused(do: Callable[..., object], *args: object, **given: object) -> str:
    with pytest.raises(errors.Refused) as refusal:
        do(*args, **given)
    return refusal.value.sentence


def test_a_roles_task_is_taken_by_one_done_by_them_and_had_back(doctor: Scope, desk: Scope, patient: Patient) -> None:
    second = replace(desk, actor=Actor(f"second-{desk.clinic_id}", "Ben Okoro"))
    task = added(doctor, patient, "receptionist")
    assert (mine(desk, "receptionist"), mine(second, "receptionist"), mine(doctor, "doctor")) == (
        ["Phone her"],
        ["Phone her"],
        [],
    )
    services.take(desk, task=task)
    assert "just worked on this" in refused(services.take, second, task=task)  # both pages were open
    assert (mine(desk, "receptionist"), mine(second, "receptionist")) == (["Phone her"], [])
    taken = read(doctor, patient, task.id)
    with pytest.raises(errors.NotFound):
        services.do(second, task=taken)
    once = Once("a" * 24 + clock.new_id(), "same")
    for _ in range(2):  # pressed twice
        services.do(desk, task=taken, once=once)
    over = read(doctor, patient, task.id)
    assert (mine(desk), over.over["name"]) == ([], "Ana Ruiz")
    assert "just worked on this" in refused(services.do, desk, task=over)
    services.reopen(desk, task=over)
    assert mine(desk) == ["Phone her"]


def test_it_is_given_to_who_works_here_alone(doctor: Scope, patient: Patient, other_clinic: str) -> None:
    nora = f"nora-{doctor.clinic_id}"
    add_staff(doctor, person=nora, username="nora", name="Nora Daly", roles=[Role.NURSE])
    task = added(doctor, patient, doctor.actor.id)
    services.pass_on(doctor, task=task, owner=nora)
    assert mine(doctor) == []
    assert mine(replace(doctor, actor=Actor(nora, "Nora Daly"))) == ["Phone her"]
    given = read(doctor, patient, task.id)
    assert "Choose somebody who works here" in refused(services.pass_on, doctor, task=given, owner="elsewhere")
    assert "just worked on this" in refused(services.take, doctor, task=given)  # it is a person's
    with pytest.raises(errors.NotFound):
        services.do(scope_of(other_clinic, Role.DOCTOR), task=given)


@pytest.mark.django_db
def test_of_somebody_who_has_left_whoever_treats_takes_it_and_an_administrator_gives_it_unread(
    doctor: Scope, desk: Scope, patient: Patient
) -> None:
    nora, clinic, boss = f"nora-{doctor.clinic_id}", clinic_of(doctor.clinic_id), scope_of(doctor.clinic_id, Role.ADMIN)
    add_staff(doctor, person=nora, username="nora", name="Nora Daly", roles=[Role.NURSE])
    both = [added(doctor, patient, nora, what) for what in ("Phone her", "Weigh her")]
    assert (mine(doctor, "doctor"), mine(boss, "admin")) == ([], [])
    assert "just worked on this" in refused(services.take, doctor, task=both[0])
    tx = Transaction(boss)  # as the last day of a locum, which is over
    tx.update(accounts.member(boss, nora), {"until": (today(doctor) - timedelta(1)).isoformat()})
    tx.commit(Event(STOP, "STAFF", nora))
    forget()
    for who, roles in ((doctor, "doctor"), (boss, "admin"), (desk, "receptionist")):
        assert len(mine(who, roles)) == (0 if who is desk else 2)
    found = {each.id: TaskLine.unpack(each.line) for each in both}
    rows = [task_row(both[0].id, found[both[0].id], patient, Reader.of(who, clinic)) for who in (doctor, boss)]
    told = [(each.what, each.owner, each.free, each.theirs) for each in rows]
    left = "Nora Daly, who works here no longer"
    assert told == [("Phone her", left, True, True), ("", left, False, False)]
    office = Pages(signed_in_client(clinic.id, role=Role.ADMIN), clinic.id, patient)
    pages = [plain(office.client.get(f"/c/{clinic.id}/tasks/").content.decode()), office.text(f"tasks/{both[0].id}/")]
    for page, words in zip(pages, ("A task to give to somebody else for Nora Daly", "Give it"), strict=True):
        assert words in page
        assert "Phone her" not in page
        assert "Done" not in page
    services.take(doctor, task=both[0])
    assert "Choose somebody who works here" in refused(services.pass_on, boss, task=both[1], owner=nora)
    for act in (services.do, services.take):
        with pytest.raises(errors.NotFound):
            act(boss, task=both[1])
    services.pass_on(boss, task=both[1], owner="nurse")
    assert (mine(doctor), mine(boss)) == (["Phone her"], [])
    with pytest.raises(errors.NotFound):
        services.pass_on(boss, task=read(doctor, patient, both[0].id), owner="nurse")


def test_what_cannot_be_written_says_why(doctor: Scope, desk: Scope, patient: Patient) -> None:
    day = today(doctor)
    for wish, said in (
        (TaskWish(" ", day.isoformat(), "nurse"), "Say what is to be done"),
        (TaskWish("Phone", (day - timedelta(days=1)).isoformat(), "nurse"), "Say by when"),
        (TaskWish("Phone", "", "nurse"), "Say by when"),
        (TaskWish("Phone", day.isoformat(), "admin"), "Choose somebody"),
    ):
        assert said in refused(services.add_task, doctor, patient=patient, task_wish=wish)
    with pytest.raises(errors.Denied):
        services.add_task(desk, patient=patient, task_wish=TaskWish("Phone", day.isoformat(), "receptionist"))


def test_from_the_line_it_is_ones_own_or_a_roles(doctor: Scope, patient: Patient) -> None:
    for text in ("task phone friday", "task nurse: dressing"):
        typing.record(doctor, patient=patient, moment=Moment(clock.new_id(), ""), typed=Typed(text))
    assert (mine(doctor), mine(doctor, "nurse")) == (["phone"], ["dressing", "phone"])


def test_a_merged_records_task_is_found_and_one_about_the_dead_says_so(
    doctor: Scope, desk: Scope, patient: Patient, register: Register
) -> None:
    twin = register(given_name="Rosa", family_name="Fitzgerald")
    task = added(doctor, twin, doctor.actor.id)
    patients.merge(doctor, patient, twin, {})
    patients.record_death(doctor, get_patient(doctor, patient.id), on="2026")
    one = get_patient(doctor, patient.id)
    found = queries.still_open(ask() for ask in queries.of_patient_asked(doctor, one))
    assert list(found) == [task.id]
    (row,) = of_chart(found, one, Reader.of(doctor, clinic_of(doctor.clinic_id)))
    assert (row.name, row.mine) == ("Fitzgerald, Rose (deceased)", True)
    assert of_chart(found, one, Reader.of(desk, clinic_of(doctor.clinic_id))) == []
    services.do(doctor, task=read(doctor, one, task.id))
    assert mine(doctor) == []


@pytest.mark.django_db
def test_on_the_pages_it_is_written_taken_done_and_had_back(doctor: Scope, desk: Scope, patient: Patient) -> None:
    clinic = doctor.clinic_id
    add_staff(doctor, person=doctor.actor.id, username="amara", name="Dr Amara Okafor", roles=[Role.DOCTOR])
    here = Pages(signed_in_client(clinic, role=Role.DOCTOR, name="Dr Amara Okafor"), clinic, patient)
    reception = Pages(signed_in_client(clinic, role=Role.RECEPTIONIST), clinic, patient)
    text = here.sent("chart/task/", what="Phone <b>her</b>", due=today(doctor).isoformat(), owner="receptionist")
    assert "Phone <b>her</b> for reception" in text
    mine = added(doctor, patient, doctor.actor.id, "Write to the clinic")
    tasks = f"/c/{clinic}/tasks/"

    def seen(who: Pages) -> str:
        return plain(who.client.get(tasks).content.decode())

    assert "Write to the clinic" in seen(here)
    assert "Phone <b>her</b>" in seen(reception)
    assert "Write to the clinic" not in seen(reception)
    assert reception.get(f"tasks/{mine.id}/").status_code == 404
    html = reception.client.get(tasks).content.decode()
    (id,) = {part.split("/")[0] for part in html.split("/tasks/")[1:] if part.split("/")[0].isalnum()}
    for act, said in (("take", "It is yours."), ("done", "Done. Undo")):
        html = reception.client.get(tasks).content.decode()
        answer = reception.send("", hidden(html[html.index("<main") :], f"{id}/{act}/"), action=f"tasks/{id}/{act}/")
        assert said in plain(reception.client.get(answer["Location"]).content.decode())
    assert "Phone <b>" not in seen(reception)
    assert "Done by Ana Ruiz" in here.text(f"tasks/{id}/")
    assert "Write to the clinic" in here.text("chart/")
    assert ROLES[Role.RECEPTIONIST].isdisjoint({"chart:write"})
