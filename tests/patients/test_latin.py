"""Names of other scripts, found from a Latin keyboard."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import Event, Scope, Transaction, errors, get_many
from clinnet.table.meter import Meter
from patients import duplicates, index, queries, services
from patients.demo.cast import cast
from patients.models import Patient
from patients.rules import latin, names, typed
from patients.search import search
from patients.services.searching import add_missing_rows
from tests.actions import TESTED
from tests.conftest import Register

NOW = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("Іванова", "ivanova"), ("Бойко", "boyko"), ("Юлія", "yuliya"), ("Παπαδόπουλος", "papadopoulos"),
        ("Γεωργίου", "georgiou"), ("Σταύρος", "stavros"), ("Ευαγγελία", "evangelia"), ("李伟", "liwei"),
        ("نور", "nur"), ("كريم", "karim"), ("الراشد", "rashad"), ("أحمد", "ahmad"), ("محمود", "mahmud"),
        ("فاطمة", "fatma"), ("عبد الرحمن", "abdulrahman"), ("חנה", "chena"), ("יוסף", "yosef"), ("לוי", "levi"),
        ("キョウコ", "kyoko"), ("じゅんいち", "junichi"), ("ﾊｯﾄﾘ", "hattori"), ("まっちゃ", "matcha"),
        ("シェリー", "sheri"), ("おおの", "ono"), ("いのうえ", "inoue"), ("ゆうき", "yuki"), ("っ", ""),
        ("ウィリアム", "wiriamu"), ("真ゆみ", "zhenyumi"),
        ("García", "García"), ("O’Neill", "O’Neill"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_spelled_in_latin_letters(written: str, spelled: str) -> None:
    assert latin.spell(written) == spelled


@pytest.mark.parametrize(
    ("data", "family", "others"),
    [
        ({"family_name": "김", "given_name": "민준"}, "kim", []),
        ({"family_name": "남궁", "given_name": "민"}, "namgung", []),
        ({"family_name": "박지성"}, "park jiseong", []),
        (
            {"family_name": "山田", "given_name": "京子", "other_names": ["ヤマダ キョウコ"]},
            "shantian",
            ["yamada kyoko"],
        ),
        (
            {"family_name": "Kim", "given_name": "Minjun", "other_names": ["이민준", "정 수"]},
            "Kim",
            ["lee minjun", "jung su"],
        ),
    ],
)
def test_korean_families_and_spoken_names_are_spelled_as_people_write_them(
    data: dict[str, Any], family: str, others: list[str]
) -> None:
    found = latin.in_latin(data)
    assert (found["family_name"], found.get("other_names", [])) == (family, others)


def test_a_family_name_comes_first_and_a_chinese_one_is_its_first_character() -> None:
    assert latin.words_of({"family_name": "李", "given_name": "晓明"})[0] == ("li", "xiaoming")
    assert latin.words_of({"family_name": "李伟"})[0] == ("li", "wei")
    assert latin.words_of({"family_name": "García", "given_name": "Ana"}) == ((), frozenset())


@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_any_name_can_be_spelled_and_gets_few_rows(family: str, given_name: str, others: list[str]) -> None:
    data = {"family_name": family, "given_name": given_name, "other_names": others}
    spelled, _ = latin.words_of(data)
    written = len(names.words_of(data))
    assert len(spelled) <= (latin.MOST_WORDS if written < names.MOST_WORDS else latin.OF_MANY)
    assert len(index.rows("c", "1", data)) <= 44


def test_a_rename_of_five_words_fits_one_transaction(scope: Scope, register: Register) -> None:
    made = register(family_name="Іванова Коваленко", given_name="Олена", other_names=["Бойко", "Мороз"])
    news = {"family_name": "Παπαδόπουλος Παππάς", "given_name": "Γεώργιος", "other_names": ["Βλάχος", "Μακρής"]}
    services.change(scope, made, news)
    assert found(scope, "papadopoulos georgios") == [made.id]
    assert found(scope, "ivanova") == []


def found(scope: Scope, text: str) -> list[str]:
    query = typed.parse(text, "DMY", "GB", date(2026, 11, 22))
    return [hit.id for hit in search(scope, query).hits]


def test_who_is_in_the_demo_is_found_by_latin_letters(scope: Scope, register: Register) -> None:
    known = {each.data["given_name"]: each.data for each in cast(clinic="northside", now=NOW)}

    def of_the_cast(given_name: str) -> str:
        return register(family_name=known[given_name]["family_name"], given_name=given_name).id

    people = {
        "noor": of_the_cast("نور"),
        "wei": of_the_cast("伟"),
        "ivanova": register(family_name="Іванова", given_name="Олена").id,
        "kovalchuk": register(family_name="Ковальчук", given_name="Тарас").id,
        "boyko": register(family_name="Бойко", given_name="Юлія").id,
        "georgios": register(family_name="Παπαδόπουλος", given_name="Γεώργιος").id,
        "cohen": register(family_name="כהן", given_name="יוסף").id,
    }
    asked = {
        "ivanova": "ivanova", "ivanova ol": "ivanova", "olena iva": "ivanova", "koval": "kovalchuk", "boyko": "boyko",
        "boiko": "boyko", "rashid": "noor", "noor": "noor", "noor rashid": "noor", "al rashed nour": "noor",
        "li wei": "wei", "wei li": "wei", "papadopoulos": "georgios", "georgios papa": "georgios", "cohen": "cohen",
        "yosef cohen": "cohen", "李伟": "wei", "іванова": "ivanova",
    }  # fmt: skip
    assert {text: found(scope, text) for text in asked} == {text: [people[who]] for text, who in asked.items()}


def test_the_latin_spelling_is_shown_as_another_name(scope: Scope, register: Register) -> None:
    register(family_name="Іванова", given_name="Олена")
    (hit,) = search(scope, typed.parse("ivanova", "DMY", "GB", date(2026, 11, 22))).hits
    assert (hit.line["o"], hit.alike) == ("Ivanova", False)


def test_finding_costs_what_it_did(scope: Scope, register: Register, meter: Meter) -> None:
    register(family_name="Smith", given_name="Joan")
    register(family_name="Іванова", given_name="Олена")
    register(family_name="الراشد", given_name="نور")

    def cost(text: str) -> tuple[int, float]:
        meter.calls.clear()
        meter.read_units = 0
        assert len(found(scope, text)) == 1
        return len(meter.calls), meter.read_units

    assert cost("ivanova") == cost("rashid") == cost("smith") == (2, 2)
    assert cost("ivanova olena") == cost("smith joan")


def test_a_name_of_another_script_has_six_rows_more_and_a_latin_one_none() -> None:
    def kinds(family: str, given_name: str) -> Counter[str]:
        rows = index.rows("c", "1", {"family_name": family, "given_name": given_name})
        return Counter(key.pk.split("#")[2] for key in rows)

    assert kinds("Smith", "Anna") == {"LIST": 1, "WORD": 2, "PAIR": 2, "SOUND": 3}
    assert kinds("Іванова", "Олена") == {"LIST": 1, "WORD": 4, "PAIR": 4, "SOUND": 2}
    assert kinds("Іванова", "Olena") == {"LIST": 1, "WORD": 3, "PAIR": 4, "SOUND": 2}


def test_who_is_registered_again_in_latin_letters_is_told_of(scope: Scope, register: Register) -> None:
    register(family_name="Іванова", given_name="Олена", birth_date="1985-03-14")
    (one,) = duplicates.likely(scope, {"family_name": "Ivanova", "given_name": "Olena", "birth_date": "1985-03-14"})
    assert one.likeness.sentence == "Same birth date, name sounds alike."
    assert duplicates.likely(scope, {"family_name": "Ivanova", "given_name": "Olena", "birth_date": "1960-03-14"}) == []


def without_latin_rows(scope: Scope, patient: Patient) -> None:
    """As somebody who was registered before there were any."""
    tx = Transaction(scope)
    for key in index.rows(scope.clinic_id, patient.id, patient.data):
        if key.sk.isascii() and ("#WORD#" in key.pk or "#PAIR#" in key.pk or "#SOUND#" in key.pk):
            tx.delete_row(key)
    tx.commit(Event(TESTED, "PATIENT", "x"))


def test_the_command_adds_what_is_lacking_and_nothing_twice(scope: Scope, register: Register) -> None:
    ivanova = register(family_name="Іванова", given_name="Олена")
    without_latin_rows(scope, ivanova)
    assert found(scope, "ivanova") == []
    said = StringIO()
    call_command("mend_search", clinic=scope.clinic_id, stdout=said)
    assert found(scope, "ivanova") == [ivanova.id]
    call_command("mend_search", clinic=scope.clinic_id, stdout=said)
    assert said.getvalue().splitlines() == [
        "6 search rows were added, of 1 patients.",
        "0 search rows were added, of 0 patients.",
    ]


def test_rows_of_a_merged_record_lead_to_the_survivor(scope: Scope, register: Register) -> None:
    kept, other = register(family_name="Smith", given_name="Helen"), register(family_name="Іванова", given_name="Олена")
    services.merge(scope, kept, other, {})
    (merged,) = get_many(scope, [Patient.at(other.id)]).of(Patient)
    without_latin_rows(scope, merged)
    assert add_missing_rows(scope, merged) > 0
    assert found(scope, "ivanova") == [kept.id]


def test_who_was_changed_meanwhile_is_left_for_another_time(scope: Scope, register: Register) -> None:
    ivanova = register(family_name="Іванова", given_name="Олена")
    without_latin_rows(scope, ivanova)
    old = queries.patient(scope, ivanova.id)
    services.change(scope, ivanova, {"notes": "x"})
    with pytest.raises(errors.Stale):
        add_missing_rows(scope, old)
