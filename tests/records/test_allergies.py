"""Allergies against prescribing: five steps, each reason named; names to ingredients; the table of groups."""

import io
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.allergies import Allergy, Override, Unread, already, already_sentence, check
from records.rules.allergy_groups import GROUPS, WHOLE, groups_of
from records.rules.allergy_line import Understood, is_none, is_substance, parse
from records.rules.drug_names import OWN, SAME, drug
from records.rules.reference import NotPrepared, SortedLines, table
from records.tables.drugs import PlainUnpickler

PENICILLINS = Allergy("a1", 1, "penicillins", reactions=("rash",), severity="severe", since="2011-03")


def levels(name: str, *allergies: Allergy) -> list[str]:
    return [finding.level for finding in check(name, allergies).findings]


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("Amoxicillin", ["amoxicillin"]),
        ("amoxycillin 500 mg capsules", ["amoxicillin"]),
        ("co-amoxiclav 500/125", ["amoxicillin", "clavulanic acid"]),
        ("Augmentin", ["amoxicillin", "clavulanic acid"]),
        ("amoxicillin and clavulanic acid", ["amoxicillin", "clavulanic acid"]),
        ("piperacillin/tazobactam", ["piperacillin", "tazobactam"]),
        (
            "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet [Vicodin]",
            ["acetaminophen", "hydrocodone"],
        ),
        ("Paracetamol", ["acetaminophen"]),
        ("Bactrim", ["sulfamethoxazole", "trimethoprim"]),
        ("Simvistatin 10 MG", ["simvastatin"]),
        ("cephalexin", ["cefalexin"]),
        ("benzylpenicillin", ["benzylpenicillin"]),
        ("nothing of the kind", []),
        ("", []),
    ],
)
def test_a_name_is_its_ingredients(name: str, ingredients: list[str]) -> None:
    assert sorted(drug(name).ingredients) == sorted(ingredients)


def test_every_own_ingredient_is_a_name_of_itself() -> None:
    for combination in OWN.values():
        for ingredient in combination.split(" + "):
            assert drug(ingredient).ingredients == (ingredient,), ingredient
    for ingredient in SAME.values():
        assert drug(ingredient).ingredients == (ingredient,), ingredient


def test_the_table_is_found_by_halves_as_by_reading_it_all() -> None:
    lines = table("drug-names.tsv")
    some = [line for number, line in enumerate(lines) if number % 2500 == 0]
    assert len(some) > 30
    for line in some:
        name, _, ingredient = line.partition("\t")
        assert lines.get(name) == ingredient
        assert lines.get(f"{name}~") is None


def test_a_missing_table_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotPrepared, match="make prepare"):
        SortedLines(tmp_path / "none.tsv")


def test_the_unpickler_takes_plain_data_alone() -> None:
    assert PlainUnpickler(io.BytesIO(pickle.dumps({"a": ["b"]}))).load() == {"a": ["b"]}
    with pytest.raises(pickle.UnpicklingError, match="not plain data"):
        PlainUnpickler(io.BytesIO(pickle.dumps(io.BytesIO))).load()


# --- Groups ----------------------------------------------------------------------------------------------------------

MEMBERS = {
    "penicillin": "amoxicillin flucloxacillin benzylpenicillin phenoxymethylpenicillin piperacillin pivmecillinam",
    "cephalosporin": "cefalexin cefuroxime ceftriaxone cefaclor",
    "carbapenem": "meropenem ertapenem",
    "sulfonamide": "sulfamethoxazole sulfadiazine sulfasalazine co-trimoxazole",
    "nsaid": "aspirin ibuprofen naproxen diclofenac celecoxib meloxicam ketorolac indometacin",
    "macrolide": "erythromycin clarithromycin azithromycin",
    "quinolone": "ciprofloxacin levofloxacin norfloxacin",
    "tetracycline": "doxycycline lymecycline tetracycline",
    "aminoglycoside": "gentamicin neomycin",
    "morphinan": "codeine morphine oxycodone co-codamol",
    "ace": "ramipril lisinopril captopril",
    "statin": "simvastatin atorvastatin",
    "amide": "lidocaine bupivacaine",
    "ester": "benzocaine procaine",
    "anticonvulsant": "carbamazepine oxcarbazepine phenytoin lamotrigine",
    "contrast": "iohexol iopamidol",
    "heparin": "heparin enoxaparin dalteparin",
    "egg": "egg",
    "gelatin": "gelatine",
    "latex": "latex",
}
NONE = """furosemide gliclazide sumatriptan tamsulosin penicillamine nystatin pentostatin cilastatin somatostatin
metformin omeprazole vancomycin trimethoprim tramadol fentanyl acetaminophen aztreonam clindamycin dapsone"""


def test_the_groups_have_their_members() -> None:
    assert set(MEMBERS) == set(GROUPS)
    for code, names in MEMBERS.items():
        for name in names.split():
            assert groups_of(name) == {code}, name


@pytest.mark.parametrize("name", [*NONE.split(), "morphine sulfate", "magnesium sulfate"])
def test_what_only_sounds_alike_is_in_no_group(name: str) -> None:
    assert groups_of(name) - {"morphinan"} == frozenset()


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_name_of_a_whole_group_is_in_it(name: str) -> None:
    """What is taken for a group and is in none would warn of nothing."""
    assert groups_of(name), name


def test_ace_inhibitors_stop_ramipril() -> None:
    assert levels("ramipril", Allergy("a1", 1, "ACE inhibitors", reactions=("cough",))) == ["stop"]


def test_pieter_with_a_sulfa_allergy_takes_gliclazide_without_an_alarm() -> None:
    sulfa = Allergy("a1", 1, "co-trimoxazole", reactions=("rash",))
    assert check("gliclazide 80 mg", [sulfa]).findings == ()
    assert check("furosemide", [sulfa]).findings == ()
    assert levels("sulfasalazine", sulfa) == ["stop"]
    assert levels("trimethoprim", sulfa) == ["stop"]  # an ingredient of it


# --- The five steps --------------------------------------------------------------------------------------------------


def test_a_group_stops() -> None:
    (finding,) = check("Flucloxacillin", [PENICILLINS]).findings
    assert finding.level == "stop"
    assert finding.sentence == (
        "Allergy: penicillins, rash, severe (2011). Flucloxacillin is a penicillin. Prescribe anyway? Reason:"
    )


def test_an_ingredient_stops() -> None:
    listed = Allergy("a1", 1, "amoxicillin", reactions=("hives",))
    assert check("Augmentin", [listed]).findings[0].sentence == (
        "Allergy: amoxicillin, hives. Augmentin contains amoxicillin. Prescribe anyway? Reason:"
    )
    assert check("amoxycillin", [listed]).level == "stop"
    assert check("Foobarine", [Allergy("a1", 1, "foobarine")]).level == "stop"


def test_a_shared_side_chain_is_asked_about() -> None:
    listed = Allergy("a1", 1, "amoxicillin", reactions=("rash",), severity="moderate")
    (finding,) = check("Cefalexin", [listed]).findings
    assert finding.level == "ask"
    assert finding.sentence == (
        "Cefalexin can cross-react with amoxicillin (same side chain). Recorded: rash, moderate. Prescribe?"
    )
    assert levels("cefalexin", PENICILLINS) == ["ask"]  # "penicillins" may have been amoxicillin
    assert levels("amoxicillin", Allergy("a1", 1, "cefaclor")) == ["ask"]


@pytest.mark.parametrize(
    ("name", "listed", "level"),
    [
        ("ceftriaxone", "amoxicillin", ["note"]),
        ("cefalexin", "flucloxacillin", ["note"]),
        ("meropenem", "amoxicillin", ["note"]),
        ("amoxicillin", "meropenem", ["note"]),
        ("amoxicillin", "ceftriaxone", ["note"]),
        ("ceftriaxone", "cefalexin", ["stop"]),
        ("meropenem", "ceftriaxone", []),
        ("aspirin", "ibuprofen", ["stop"]),
        ("paracetamol", "ibuprofen", []),
        ("lidocaine", "benzocaine", []),
        ("bupivacaine", "lignocaine", ["stop"]),
        ("Xyzcillin", "penicillin", ["stop"]),
        ("morphine sulfate", "sulfa", []),
        ("amoxicillin", "PCN", ["stop"]),
        ("amoxicillin", "penicilin", ["stop"]),  # as people spell it
        ("amoxicillin", "Penicilina", ["stop"]),
        ("Keflex", "allergic to penicillin", ["ask"]),
        ("naproxen", "anti-inflammatories", ["stop"]),
        ("doxycycline", "anthracyclines", []),
    ],
)
def test_related_groups(name: str, listed: str, level: list[str]) -> None:
    assert levels(name, Allergy("a1", 1, listed)) == level


def test_a_shared_word_is_a_grey_line_and_an_unknown_name_is_said() -> None:
    checked = check("Zorbex herbal tonic", [Allergy("a1", 1, "some herbal tea")])
    assert [(each.level, each.sentence) for each in checked.findings] == [
        ("note", "Recorded: “some herbal tea”, which has the word “herbal” too.")
    ]
    assert "Zorbex herbal tonic" in checked.unknown
    assert check("amoxicillin", [Allergy("a1", 1, "bee stings")]).unknown == ("bee stings",)
    assert check("paracetamol tablets", [Allergy("a1", 1, "yellow tablets")]).findings == ()


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        ("codiene", "co-codamol"),
        ("asprin", "ibuprofen"),
        ("codeine", "codiene"),
        ("trimetoprim", "co-trimoxazole"),
        ("penicillin", "fluclox"),
    ],
)
def test_a_name_that_is_nearly_a_known_one_is_asked_about(listed: str, name: str) -> None:
    (found,) = check(name, [Allergy("a1", 1, listed)]).findings
    assert found.level == "ask"
    assert "is not in our list: is it" in found.sentence


def test_iodine_is_not_the_brand_lodine() -> None:
    assert levels("etodolac", Allergy("a1", 1, "iodine")) == []


def test_a_mild_intolerance_never_stops() -> None:
    nausea = Allergy("a1", 1, "codeine", kind="intolerance", reactions=("nausea",), severity="mild")
    assert levels("codeine", nausea) == ["ask"]
    assert levels("co-codamol", nausea) == ["ask"]
    severe = Allergy("a1", 1, "codeine", kind="intolerance", severity="severe")
    assert levels("codeine", severe) == ["stop"]


def test_a_refuted_allergy_is_none() -> None:
    assert levels("amoxicillin", Allergy("a1", 1, "penicillins", certainty="refuted")) == []


def test_unread_is_not_none() -> None:
    with pytest.raises(Unread):
        check("amoxicillin", None)
    assert check("amoxicillin", []).level is None


def test_an_override_is_remembered_for_this_version_and_ingredient() -> None:
    given_once = Override("a1", 1, "amoxicillin", "taken since without a reaction", "Dr Okafor, 3 May")
    (finding,) = check("amoxicillin", [PENICILLINS], [given_once]).findings
    assert (finding.level, finding.sentence) == (
        "note",
        "Not asked again: taken since without a reaction (Dr Okafor, 3 May).",
    )
    assert check("flucloxacillin", [PENICILLINS], [given_once]).level == "stop"
    assert check("amoxicillin", [Allergy("a1", 2, "penicillins")], [given_once]).level == "stop"


def test_the_gravest_stands_first() -> None:
    cef, pen = Allergy("a1", 1, "ceftriaxone"), Allergy("a2", 1, "penicillin")
    assert [each.allergy for each in check("amoxicillin", [cef, pen]).findings] == ["a2", "a1"]


every = st.sampled_from(sorted(name for names in MEMBERS.values() for name in names.split()))


@given(every, every)
def test_two_of_a_group_stop_each_other(one: str, other: str) -> None:
    shared = groups_of(one) & groups_of(other) or set(drug(one).ingredients) & set(drug(other).ingredients)
    level = check(one, [Allergy("a1", 1, other)]).level
    assert (level == "stop") == bool(shared)


@given(every, st.sampled_from(["{}", "{} 500 mg", " {}  tablets", "{} 5 mg/5 ml oral suspension"]))
def test_decoration_hides_no_allergy(name: str, pattern: str) -> None:
    for shown in (str, str.upper, str.title):
        assert check(pattern.format(shown(name)), [Allergy("a1", 1, name)]).level == "stop"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_checked(name: str, substance: str) -> None:
    check(name, [Allergy("a1", 1, substance)])
    already(name, [Allergy("a1", 1, substance)])


def test_twice_the_same_is_offered_for_change() -> None:
    listed: Sequence[Allergy] = [Allergy("a1", 1, "penicillins", reactions=("rash",), severity="severe", since="2011")]
    found = already("Amoxycillin", listed)
    assert found is listed[0]
    assert already_sentence(found) == "Penicillins are already listed: rash, severe, 2011. Change that entry?"
    assert already("codeine", listed) is None
    assert already("Bee Stings", [Allergy("a1", 1, "bee  stings")]) is not None


def test_an_allergy_is_not_shown_in_logs() -> None:
    assert "penicillins" not in repr(PENICILLINS)


# --- The line --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("penicillin rash severe", Understood("penicillin", ("rash",), "severe")),
        ("severe penicillin urticaria 2011", Understood("penicillin", ("hives",), "severe", since="2011")),
        (
            "codeine nausea, vomiting mild intolerance",
            Understood("codeine", ("nausea", "vomiting"), "mild", "intolerance"),
        ),
        ("bee stings", Understood("bee stings")),
        ("latex rash gloves", Understood("latex", ("rash",), not_understood=("gloves",))),
        ("rash", Understood("", ("rash",))),
    ],
)
def test_the_line(text: str, understood: Understood) -> None:
    assert parse(text) == understood


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "None known",
        "no known allergies",
        "No known drug allergies.",
        "NKDA",
        "nka",
        "nil known",
        "no allergies",
    ],
)
def test_that_there_are_none_is_no_allergy(text: str) -> None:
    assert is_none(text)


@pytest.mark.parametrize("text", ["no latex", "none penicillin", "", "nickel", "penicillin", "nonoxynol"])
def test_a_substance_is_not_none(text: str) -> None:
    assert not is_none(text)


@pytest.mark.parametrize(
    "text", ["unknown", "not allergic to penicillin", "no latex", "?", "Denies penicillin allergy"]
)
def test_what_names_no_substance_is_none(text: str) -> None:
    assert not is_substance(text)


@pytest.mark.parametrize("text", ["nickel", "noradrenaline", "northern crab", "nonoxynol-9", "unknownium"])
def test_a_name_that_begins_alike_is_a_substance(text: str) -> None:
    assert is_substance(text)
