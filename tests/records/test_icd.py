"""The search of ICD-10-CM: what is asked for every day stands first, in three letters."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.icd import Context, Listed, already, already_sentence, is_perinatal, of_code, search, side_of
from records.rules.icd_rank import EVERYDAY, rank
from records.rules.reference import table

ROOT = Path(__file__).resolve().parents[2]


def codes(typed: str, context: Context = Context()) -> list[str]:  # noqa: B008 - frozen
    return [each.code for each in search(typed, context)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("htn", "I10"),
        ("t2dm", "E11.9"),
        ("uti", "N39.0"),
        ("copd", "J44.9"),
        ("asthma", "J45.909"),
        ("back pain", "M54.50"),
        ("pain back", "M54.50"),
        ("anaemia", "D64.9"),
        ("gout", "M10.9"),
        ("depr", "F32.A"),
        ("mult scl", "G35.D"),
        ("HYPERT", "I10"),
        ("sjogren", "M35.00"),
    ],
)
def test_the_usual_code_is_first(typed: str, first: str) -> None:
    assert codes(typed)[0] == first


def test_three_letters_find_diabetes_on_the_first_page_and_no_shwachman_diamond() -> None:
    assert "E11.9" in codes("dia")[:3]
    assert "D61.02" not in codes("dia")


def test_a_code_finds_codes() -> None:
    assert codes("E11.9") == ["E11.9"]
    assert codes("e119") == ["E11.9"]
    assert all(each.startswith("E11.") for each in codes("E11"))
    assert codes("I10") == ["I10"]


def test_a_chosen_code_is_found_by_itself() -> None:
    found = of_code("E11.9")
    assert found
    assert found.words.startswith("Type 2 diabetes")
    assert of_code("E11.99") is of_code("-") is of_code("") is None


@pytest.mark.parametrize(
    ("chart", "days", "is_so"),
    [((), 27, True), ((), 28, False), ((), None, False), (("I10", "Z34.90"), 9000, True), (("O09.90",), None, True)],
)
def test_a_newborn_and_a_pregnancy_bring_their_chapters_up(
    chart: tuple[str, ...], days: int | None, is_so: bool
) -> None:
    today = date(2026, 11, 28)
    born = None if days is None else today - timedelta(days)
    assert is_perinatal(chart, born, today) is is_so


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("Pain in right knee", "right"),
        ("Bilateral primary osteoarthritis of knee", "both"),
        ("Essential hypertension", ""),
    ],
)
def test_the_side_of_a_problem_is_in_its_words(words: str, side: str) -> None:
    assert side_of(words) == side


def test_each_word_begins_a_word() -> None:
    assert search("iabetes") == []
    assert search("diabetes zzz") == []
    assert search("a") == search("") == search("  ") == []


def test_an_inclusion_term_is_shown_where_the_words_were_not_found() -> None:
    found = {each.code: each for each in search("fracture nos")}
    assert found["T14.8XXA"].term == "Fracture NOS"


def test_what_this_chart_and_this_clinic_have_used_come_first() -> None:
    assert codes("diab")[0] != "E13.9"
    assert codes("diab", Context(clinic={"E13.9": 3, "E10.9": 1}))[:2] == ["E13.9", "E10.9"]
    assert codes("diab", Context(chart=["E08.9"], clinic={"E13.9": 3}))[:2] == ["E08.9", "E13.9"]
    assert codes("asthma", Context(chart=["E08.9", "X99"]))[0] == "J45.909"


def test_pregnancy_comes_up_for_who_is_pregnant() -> None:
    assert codes("hypertension", Context(perinatal=True))[1][0] == "O"
    assert not [each for each in codes("diabetes")[:6] if each[0] == "O"]


def test_injuries_are_first_encounters() -> None:
    listed = [line.split("\t")[1] for line in table("icd-10-cm.tsv")]
    assert len(listed) == len(set(listed)) == 37987
    assert {each[7:] for each in listed if each[0] == "S" and len(each) == 8} == {"A"}
    assert set(EVERYDAY) <= set(listed)


def test_what_is_remote_stands_behind() -> None:
    assert rank("I10", "Essential (primary) hypertension") < rank("E11.9", "Type 2") < rank("A00.0", "Cholera")
    assert rank("A00.0", "Cholera") < rank("E08.9", "Diabetes due to underlying condition") < rank("O24.1", "Diabetes")


@given(st.text(max_size=40))
def test_any_text_may_be_searched(typed: str) -> None:
    found = search(typed)
    assert len(found) <= 12
    assert len({each.code for each in found}) == len(found)


def test_the_package_is_not_imported_and_the_list_takes_less_than_25_mb() -> None:
    """Beside an interpreter that has done the imports: by the highest memory, what passes included."""
    script = (
        "import resource, sys; from records.rules import icd; use = resource.getrusage\n"
        "before = use(resource.RUSAGE_SELF).ru_maxrss; icd.search('dia')\n"
        "print(use(resource.RUSAGE_SELF).ru_maxrss - before, 'simple_icd_10_cm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    kilobytes, imported = done.stdout.split()
    assert int(kilobytes) < 25 * 1024
    assert imported == "False"


# --- Already listed --------------------------------------------------------------------------------------------------


def test_the_same_category_and_side_is_already_listed() -> None:
    listed = [Listed("E11.9", "Type 2 diabetes", since="2017-05"), Listed("M17.11", "Osteoarthritis of knee", "right")]
    found = already("E11.65", "", listed)
    assert found is not None
    assert already_sentence(found) == "Already listed: Type 2 diabetes, since 2017."
    assert already("M17.12", "left", listed) is None
    assert already("M17.9", "right", listed) is listed[1]
    assert already("", "", [Listed("", "words alone")]) is None
