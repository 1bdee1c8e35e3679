"""One thing done to many: looked at beforehand, gone on with after a kill, and taken back."""

import re

import pytest
from django.test import Client

from clinnet.accounts import queries as accounts
from clinnet.console import bulk, history
from clinnet.console.reading import Asked
from clinnet.console.registry import Bulk, Entity, entities
from clinnet.console.shows import Reader
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Batch, Scope, keys, query
from clinnet.table.errors import Refused
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.console.conftest import page, room
from tests.console.test_entities import export, token
from tests.patients.pages import hidden

MANY = 450  # three parts, and the last transaction is not full


def rooms_of(scope: Scope, count: int) -> None:
    """As an import would write them."""
    batch = Batch(Scope.system("import", scope.clinic))
    for number in range(count):
        at = Room.at(scope.clinic_id, f"R{number:04}")
        batch.put(Room(pk=at.pk, sk=at.sk, id=f"R{number:04}", name=f"Room {number:04}", active=True))
    batch.write()


def begun(scope: Scope) -> tuple[Entity, Bulk, Job]:
    entity = entities()["rooms"]
    done = entity.bulk_of("out-of-use")
    assert done
    reader = Reader(scope, accounts.clinic(scope.clinic_id))
    planned = bulk.plan(entity, done, Asked.of(entity, {}, reader), [], reader)
    return entity, done, job_queries.job(scope, bulk.begin(scope, entity=entity, bulk=done, planned=planned))


def in_use(scope: Scope) -> int:
    return sum(each.active for each in query(scope, keys.rooms_of(scope.clinic_id), limit=1000).of(Room))


def test_many_that_were_killed_in_the_middle_are_gone_on_with_and_taken_back(
    boss: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms_of(boss, MANY)
    _, _, job = begun(boss)
    changed = room(boss, "R0449")
    schedule.save_room(boss, room=changed, name="Mine", active=True)  # by somebody else, before its turn

    real, calls = bulk._end, []

    def killed(*given: object) -> None:
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(bulk, "_end", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.go_on(boss, job=job)
    half = job_queries.job(boss, job.id)
    assert (half.state, half.cursor, in_use(boss)) == (jobs.OPEN, 140, MANY - 140)

    done = jobs.go_on(boss, job=half)  # by whoever finds it
    assert (done.state, in_use(boss)) == (jobs.DONE, 1)
    assert bulk.outcome(boss, done).left == ["R0449"]
    assert room(boss, "R0449").name == "Mine"
    told = history.past(boss, room(boss, "R0007")).events
    assert [(each["action"], each["changes"]) for each in told] == [("room.save", {"active": [True, False]})]

    schedule.save_room(boss, room=room(boss, "R0007"), name="Later", active=False)  # since
    jobs.undo(boss, job=done)
    back = jobs.go_on(boss, job=job_queries.job(boss, job.id))
    assert (back.state, in_use(boss)) == (jobs.UNDONE, MANY - 1)
    assert bulk.outcome(boss, back).kept == ["R0007"]


def test_two_administrators_on_one_list_leave_alone_what_the_other_changed(boss: Scope, rooms: list[Room]) -> None:
    _, _, first = begun(boss)
    _, _, second = begun(boss)
    jobs.go_on(boss, job=first)
    assert len(bulk.outcome(boss, jobs.go_on(boss, job=second)).left) == 2
    with pytest.raises(Refused):
        begun(boss)  # all are so already


def test_a_person_chooses_looks_does_and_undoes_it_on_pages(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    text = page(browser, boss, "rooms/")
    assert f'name="pick" value="{rooms[0].id}"' in re.sub(r"\s+", " ", text)
    here = f"rooms/bulk/out-of-use/?pick={rooms[0].id}&pick={rooms[1].id}"
    text = page(browser, boss, here)
    assert "1 changes, 1 stays as it is" in re.sub(r"\s+", " ", text)
    sent = {"once": token(text), "digest": token(text, "digest")}
    schedule.save_room(boss, room=rooms[0], name="Renamed")
    answer = browser.post(f"/c/{boss.clinic}/manage/{here}", sent)
    assert answer.status_code == 409  # it has changed since: shown again, and nothing is done
    assert room(boss, rooms[0].id).active
    text = answer.content.decode()
    answer = browser.post(f"/c/{boss.clinic}/manage/{here}", {"once": token(text), "digest": token(text, "digest")})
    assert answer.status_code == 302
    assert not room(boss, rooms[0].id).active
    there = answer["Location"]
    browser.post(f"{there}undo/", {"once": token(browser.get(there).content.decode())})
    assert room(boss, rooms[0].id).active
    assert "Taken back." in browser.get(there).content.decode()


def test_a_double_click_and_a_press_after_back_are_one_piece_of_work(
    browser: Client, boss: Scope, rooms: list[Room]
) -> None:
    here = f"/c/{boss.clinic}/manage/rooms/bulk/out-of-use/?pick={rooms[0].id}"
    sent = hidden(browser.get(here).content.decode().partition("<main")[2])
    first, second = (browser.post(here, sent) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    schedule.save_room(boss, room=room(boss, rooms[0].id), name="Éclair", active=True)  # by somebody, since
    assert browser.post(here, sent)["Location"] == first["Location"]  # from the page that Back showed
    assert room(boss, rooms[0].id).active


def test_work_that_stopped_is_found_and_leads_to_its_own_page(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    _, _, job = begun(boss)
    assert "Many at once" in page(browser, boss, "work/")
    assert f'href="/c/{boss.clinic}/manage/bulk/{job.id}/"' in page(browser, boss, f"work/{job.id}/")
    there = f"/c/{boss.clinic}/manage/bulk/{job.id}/"
    browser.post(f"{there}go-on/", {"once": token(browser.get(there).content.decode())})
    assert "Done." in browser.get(there).content.decode()


def test_nothing_is_chosen_by_nobody(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    answer = browser.get(f"/c/{boss.clinic}/manage/rooms/bulk/out-of-use/")
    assert answer.status_code == 302


def test_all_of_a_list_of_more_than_a_thousand_are_counted_chosen_and_exported(browser: Client, boss: Scope) -> None:
    rooms_of(boss, 1001)
    assert '<span class="quiet manage-count">1001</span>' in page(browser, boss, "rooms/")
    assert "Room 1000" in page(browser, boss, "rooms/?sort=-name")
    assert export(browser, boss, "rooms").splitlines()[-1] == "Room 1000,Yes"
    _, _, job = begun(boss)
    assert job.total == 1001


@pytest.mark.long
def test_five_thousand_that_were_killed_are_gone_on_with_on_their_page(
    browser: Client, boss: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 5000
    rooms_of(boss, many)
    entity = entities()["rooms"]
    done, reader = entity.bulk[0], Reader(boss, accounts.clinic(boss.clinic_id))
    chosen = [f"R{number:04}" for number in range(many)]
    planned = bulk.plan(entity, done, Asked.of(entity, {}, reader), chosen, reader)
    job = job_queries.job(boss, bulk.begin(boss, entity=entity, bulk=done, planned=planned))

    real, calls = bulk._end, []

    def killed(*given: object) -> None:
        calls.append(1)
        if len(calls) == 225:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]  # as it was called

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_end", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.go_on(boss, job=job)
    there = f"/c/{boss.clinic}/manage/bulk/{job.id}/"
    assert "4480 of 5000 are done." in page(browser, boss, f"bulk/{job.id}/")  # whole steps, nothing of the killed one
    for _ in range(30):
        if job_queries.job(boss, job.id).state == jobs.OPEN:
            sent = hidden(page(browser, boss, f"bulk/{job.id}/"), "go-on/")
            assert browser.post(f"{there}go-on/", sent).status_code == 302
    assert job_queries.job(boss, job.id).state == jobs.DONE
    assert not any(room(boss, each).active for each in (chosen[0], chosen[4490], chosen[-1]))
