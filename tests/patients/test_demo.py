"""Invented people: the same every time, skewed as real ones are, and reachable by nobody real."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from patients.demo import Person, cast, demo_id, people
from patients.demo.cast import cast_id
from patients.rules import names, phones

NOW = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
GB_FICTION = re.compile(r"\+44(7700900|20794 ?60|1[1-6]\d4960|1914980|1632960|2896496|2920180)\d{3}")
US_FICTION = re.compile(r"\+1\d{3}55501\d{2}")


def some(n: int, *, start: int = 0, seed: str = "1", country: str = "GB", now: datetime = NOW) -> list[Person]:
    return list(people(n, clinic="northside", seed=seed, now=now, country=country, doctors=["d1", "d2"], start=start))


def born(person: Person) -> date:
    """The first of July where only the year is known."""
    written = person.data["birth_date"]
    return date.fromisoformat(written if len(written) == 10 else f"{written}-07-01")


def numbers(person: Person) -> set[str]:
    return {phone["number"] for phone in person.data.get("phones", [])}


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return some(6_000)


def test_the_same_seed_gives_the_same_people() -> None:
    assert some(100) == some(100)
    assert some(100) != some(100, seed="2")


def test_a_person_is_the_same_however_many_are_asked_for() -> None:
    assert some(500)[:100] == some(100)
    for few, many in zip(some(93), some(500), strict=False):
        assert few.data | {"links": []} == many.data | {"links": []}


def test_nobody_is_tied_to_somebody_who_is_not_there() -> None:
    for n in range(1, 45):
        there = {each.id for each in some(n)}
        assert {link["patient_id"] for each in some(n) for link in each.data.get("links", [])} <= there


def test_seeding_goes_on_where_it_stopped() -> None:
    assert some(100, start=37) == some(100)[37:]


def test_people_are_made_one_after_another_not_all_at_once() -> None:
    endless = people(10**9, clinic="northside", seed="1", now=NOW, country="GB")
    assert len(list(islice(endless, 30))) == 30


def test_ids_are_ulids_that_stay_when_the_clock_moves_on() -> None:
    later = some(100, now=NOW + timedelta(days=400))
    assert [each.id for each in later] == [each.id for each in some(100)]
    assert all(re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", each.id) for each in later)
    assert demo_id("northside", "1", "person 1") != demo_id("harbor", "1", "person 1")


def test_ids_do_not_collide(crowd: list[Person]) -> None:
    assert len({each.id for each in crowd}) == len(crowd)


def test_family_names_are_skewed_but_no_name_is_everywhere(crowd: list[Person]) -> None:
    families = Counter(each.data["family_name"] for each in crowd)
    commonest = families.most_common(1)[0][1] / len(crowd)
    assert 0.006 < commonest < 0.03
    assert len(families) > 1_000
    alone = sum(1 for count in families.values() if count < 4)
    assert alone > len(families) / 2


def test_given_names_are_skewed_but_no_name_is_everywhere(crowd: list[Person]) -> None:
    given = Counter(each.data["given_name"] for each in crowd)
    assert 0.008 < given.most_common(1)[0][1] / len(crowd) < 0.04
    assert len(given) > 400


def test_names_come_in_several_scripts(crowd: list[Person]) -> None:
    letters = "".join(each.data["family_name"] for each in crowd)
    for script in ("[\u4e00-\u9fff]", "[\u0600-\u06ff]", "[\u0370-\u03ff]", "[\u0400-\u04ff]", "[łńś]", "['-]"):
        assert re.search(script, letters), script


def test_every_age_comes_to_the_clinic(crowd: list[Person]) -> None:
    ages = [(NOW.date() - born(each)).days // 365 for each in crowd]
    children = sum(age < 18 for age in ages) / len(ages)
    old = sum(age >= 65 for age in ages) / len(ages)
    assert 0.15 < children < 0.35
    assert 0.08 < old < 0.25
    assert min(ages) == 0
    assert 90 < max(ages) < 101


def test_nobody_is_born_or_registered_in_the_future(crowd: list[Person]) -> None:
    for each in crowd:
        assert each.data["birth_date"] <= NOW.date().isoformat()
        assert each.joined <= NOW
        assert each.data["birth_date"][:4] <= str(each.joined.year)


def test_ties_are_on_both_sides_under_one_id(crowd: list[Person]) -> None:
    known = {each.id: each for each in crowd}
    for each in crowd:
        for link in each.data.get("links", []):
            other = known[link["patient_id"]]
            (back,) = [tie for tie in other.data["links"] if tie["patient_id"] == each.id]
            assert back["id"] == link["id"]
            assert {link["kind"], back["kind"]} in ({"parent", "child"}, {"partner"})


def test_every_child_has_somebody_who_may_book_and_pay(crowd: list[Person]) -> None:
    for each in crowd:
        parents = [link for link in each.data.get("links", []) if link["kind"] == "parent"]
        if parents and born(each) > NOW.date() - timedelta(days=17 * 365):
            assert [link["books"] for link in parents].count(True) == 1


def test_families_share_address_and_phone(crowd: list[Person]) -> None:
    known = {each.id: each for each in crowd}
    shared = 0
    for each in crowd:
        for link in each.data.get("links", []):
            ours, theirs = each.data.get("address"), known[link["patient_id"]].data.get("address")
            assert ours == theirs or None in (ours, theirs)
            shared += bool(numbers(each) & numbers(known[link["patient_id"]]))
    assert shared > 1_000


@pytest.mark.parametrize(("country", "fiction"), [("GB", GB_FICTION), ("US", US_FICTION)])
def test_every_number_is_one_set_aside_for_fiction(country: str, fiction: re.Pattern[str]) -> None:
    for each in some(1_000, country=country) + cast(clinic="northside" if country == "GB" else "harbor", now=NOW):
        for phone in each.data.get("phones", []):
            assert fiction.fullmatch(phone["number"]), phone["number"]
            assert phones.normalise(phone["number"], country) == phone["number"]


@pytest.mark.parametrize("country", ["GB", "US"])
def test_two_hundred_strangers_share_no_number(country: str) -> None:
    households: dict[str, set[str]] = {}
    for each in some(200, country=country) + cast(clinic="northside", now=NOW):
        home = {each.id, *(link["patient_id"] for link in each.data.get("links", []))}
        for phone in each.data.get("phones", []):
            assert households.setdefault(phone["number"], home) & home, phone["number"]
            households[phone["number"]] |= home


def test_mail_goes_nowhere_and_national_ids_are_nobodys(crowd: list[Person]) -> None:
    for each in crowd:
        assert each.data.get("email", "a@example.org").split("@")[1] in ("example.org", "example.com", "example.net")
        assert each.data["email"].isascii() if "email" in each.data else True
        assert each.data.get("national_id", "999").startswith("999")
    ids = [each.data["national_id"] for each in crowd if "national_id" in each.data]
    assert len(set(ids)) == len(ids)


def test_some_lives_are_unfinished_and_some_over(crowd: list[Person]) -> None:
    def share(found: Any) -> float:
        return sum(bool(found(each.data)) for each in crowd) / len(crowd)

    assert 0.02 < share(lambda data: "address" not in data) < 0.1
    assert 0.002 < share(lambda data: "deceased_on" in data) < 0.02
    assert 0.005 < share(lambda data: "archived" in data) < 0.04
    assert 0.0005 < share(lambda data: data.get("test")) < 0.01
    assert 0.001 < share(lambda data: data.get("restricted")) < 0.02
    assert 0.03 < share(lambda data: data.get("alerts")) < 0.12
    assert 0.02 < share(lambda data: data.get("interpreter")) < 0.12


def test_everybody_has_words_to_be_found_by(crowd: list[Person]) -> None:
    for each in crowd:
        assert names.words_of(each.data)
        assert names.list_key_of(each.data)


# The cast


def members(clinic: str = "northside") -> dict[str, Person]:
    return {each.key: each for each in cast(clinic=clinic, now=NOW, doctors=["d1"])}


def test_the_cast_of_the_demo_day_is_there() -> None:
    spoken = {f"{each.data['given_name']} {each.data['family_name']}" for each in members().values()}
    assert {
        "Rose Fitzgerald", "María García", "Lucía García", "Mateo García", "Thị Lan Nguyễn", "伟 李", "نور الراشد",
        "Siobhán O'Neill", "Jonas Müller-Schmidt", "John Smith", "Maria Garcia", "Björk Ólafsdóttir", "João Costa",
        "Zofia Kowalska", "Greta Holm", "Idris Haddad", "Pieter van den Berg", "Thandi Mbeki", "Ivan Petrov",
        "Layla Haddad",
    } == spoken  # fmt: skip
    assert len(members("harbor")) == 6
    assert cast(clinic="elsewhere", now=NOW) == []


def test_the_cast_shows_what_it_is_there_to_show() -> None:
    who = members()
    age = NOW.date() - date.fromisoformat(who["idris-haddad"].data["birth_date"])
    assert age.days == 11
    assert who["rose-fitzgerald"].data["birth_date"][:4] == "1944"
    assert who["john-smith-may"].data["birth_date"] == "1961-05-03"
    assert who["john-smith-march"].data["birth_date"] == "1961-03-05"
    assert who["greta-holm"].data["restricted"]
    assert who["lan-nguyen"].data["interpreter"]
    assert "phones" not in who["maria-garcia-again"].data
    assert who["maria-garcia-again"].data["birth_date"] == who["maria-garcia"].data["birth_date"]
    assert who["ivan-petrov"].data["policies"][0]["valid_until"] == "2025-12-31"
    assert (NOW - who["pieter-van-den-berg"].joined).days > 9 * 365


def test_maria_is_her_childrens_guardian_and_payer() -> None:
    who = members()
    for child in ("lucia-garcia", "mateo-garcia"):
        (link,) = who[child].data["links"]
        assert link["patient_id"] == cast_id("northside", "maria-garcia")
        assert (link["kind"], link["pays"], link["books"], link["messages"]) == ("guardian", True, True, True)
    assert {link["patient_id"] for link in who["maria-garcia"].data["links"]} == {
        cast_id("northside", "lucia-garcia"),
        cast_id("northside", "mateo-garcia"),
    }


def test_the_cast_is_the_same_people_on_another_day() -> None:
    later = cast(clinic="northside", now=NOW + timedelta(days=30))
    assert [each.id for each in later] == [each.id for each in members().values()]


def test_nothing_of_a_person_is_in_a_repr() -> None:
    assert "Fitzgerald" not in repr(members()["rose-fitzgerald"])
