"""Every value of a file's patients stands on a page; and what stands there is what the file says, in words."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from patients import fhir
from patients.fhir import BadResource, Mapped, Resource
from patients.rules import languages
from patients.rules.names import fold
from patients.rules.phones import reversed_digits

TODAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[3] / "shared"
FOLDERS = ("cases/import", "data/fhir-r4-examples", "data/synthea-r4")
# What tells computers something, or is told by its effect.
SILENT = frozenset((
    "resourceType", "id", "meta", "text.div", "status", "system", "url", "reference", "use", "rank", "type", "period",
    "code", "valueCode", "gender", "active", "birthDate", "deceasedDateTime", "deceasedBoolean", "link",
    "photo", "preferred", "contained",
    "userSelected", "multipleBirthBoolean", "multipleBirthInteger", "communication", "implicitRules", "language",
))  # fmt: skip


def mapped(**fields: Any) -> Mapped:
    body = {"resourceType": "Patient", "name": [{"family": "Berg", "given": ["Anna"]}], **fields}
    return fhir.patient(Resource(kind="Patient", body=body), today=TODAY, country="GB")


def data(**fields: Any) -> dict[str, Any]:
    return dict(mapped(**fields).data)


def aside(**fields: Any) -> dict[str, Any]:
    return dict(data(**fields).get("extra", {}))


def values(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in it that is for people, with its path."""
    if isinstance(value, dict) and not str(value.get("url")).endswith(("interpreter-needed", "interpreterRequired")):
        for name, each in value.items():
            if name not in SILENT and not (name == "text" and isinstance(each, dict)):
                yield from values(each, f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from values(each, path)
    elif isinstance(value, str):
        yield path, value


def lost(body: dict[str, Any], read: Mapped) -> list[str]:
    """Paths of values that stand on no page."""
    shown = fold(" ".join(str(each) for _, each in values(dict(read.data))))
    digits = "".join(letter for letter in json.dumps(read.data, default=str) if letter.isdecimal())
    missing = []
    for path, value in values(body):
        known = set(fold(value).split()) <= set(shown.split()) or fold(value) in shown
        called = path.endswith("telecom.value") and reversed_digits(value)[::-1].lstrip("0+")[-6:] in digits
        if not known and not called and not read.source.startswith("synthea"):
            missing.append(path)
    return missing


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_value_of_a_file_stands_on_a_page(folder: str) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"no {folder} beside this checkout")
    found: dict[str, list[str]] = {}
    for path in sorted((SHARED / folder).glob("*.json")):
        try:
            read = [each for each in fhir.read_file(path) if isinstance(each, Resource) and each.kind == "Patient"]
            for each in read:
                if gone := lost(dict(each.body), fhir.patient(each, today=TODAY, country="GB")):
                    found.setdefault(path.name, []).extend(gone)
        except BadResource:
            continue
    assert not found


# --- Kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "needed"),
    [
        ({"valueCoding": {"system": "http://snomed.info/sct", "code": "373066001"}}, True),
        ({"valueCoding": {"code": "373067005"}}, False),
        ({"valueCodeableConcept": {"text": "Yes (qualifier value)"}}, True),
        ({"valueString": "Y"}, True),
        ({"valueBoolean": False}, False),
    ],
)
def test_a_coded_answer_is_read_by_its_code_and_its_words(held: dict[str, Any], needed: bool) -> None:
    assert data(extension=[{"url": "http://x/us-core-interpreter-needed", **held}])["interpreter"] is needed


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ({"url": "http://x/Extension-UKCore-InterpreterRequired", "valueBoolean": True}, True),
        (
            {
                "url": "http://x/Extension-UKCore-NHSCommunication",
                "extension": [
                    {"url": "language", "valueCodeableConcept": {"text": "Polish"}},
                    {"url": "interpreterRequired", "valueBoolean": True},
                ],
            },
            True,
        ),
        ({"url": "http://x/us-core-interpreter-needed", "valueCoding": {"code": "LA33-6"}}, True),
        ({"url": "http://x/us-core-interpreter-needed", "valueCoding": {"code": "LA32-8"}}, False),
        ({"url": "http://x/interpreter-required", "valueString": "Not needed"}, False),
        (
            {"url": "http://x/interpreter-required", "valueCodeableConcept": {"text": "Interpreter needed (finding)"}},
            True,
        ),
    ],
)
def test_a_nation_s_own_way_to_ask_for_an_interpreter_is_understood(where: dict[str, Any], needed: bool) -> None:
    assert data(extension=[where])["interpreter"] is needed
    spoken = {"language": {"coding": [{"code": "pl"}]}, "extension": [where]}
    assert data(communication=[spoken])["interpreter"] is needed


def test_a_language_beside_the_need_of_an_interpreter_is_the_one_that_is_spoken() -> None:
    """As the United Kingdom's extension has it; what `communication` says comes first."""
    parts = [
        {"url": "language", "valueCodeableConcept": {"coding": [{"code": "pl", "display": "Polish"}]}},
        {"url": "interpreterRequired", "valueBoolean": True},
    ]
    there = [{"url": "http://x/Extension-UKCore-NHSCommunication", "extension": parts}]
    assert data(extension=there)["language"] == "pl"
    spoken = [{"language": {"coding": [{"code": "de"}]}}]
    assert data(extension=there, communication=spoken)["language"] == "de"


def test_a_code_of_sex_beside_the_one_that_is_read_is_told_once() -> None:
    read = data(gender="other", _gender={"extension": [{"url": "http://x/gender-amtlich-de", "valueString": "divers"}]})
    assert [name for name, words in read["extra"].items() if "divers" in words] == ["Other codes of sex"]


def test_a_part_of_a_contact_that_says_nothing_is_not_named() -> None:
    assert "extra" not in data(contact=[{"\x00": None, "nickname": None}])


def test_an_answer_that_says_more_stands_aside_too() -> None:
    read = data(extension=[{"url": "http://x/us-core-interpreter-needed", "valueString": "Yes, Polish"}])
    assert (read["interpreter"], "Yes, Polish" in read["extra"].values()) == (True, True)


def test_what_stands_below_the_first_level_is_kept() -> None:
    said = {"extension": [{"url": "http://x/comment", "valueString": "after six"}]}
    told = aside(
        telecom=[{"system": "phone", "value": "020 7946 0101", **said},
                 *({"system": "phone", "value": f"020 7946 02{at}"} for at in range(10, 21))],
        address=[{"line": ["Hauptstr. 12"], "_line": [{"extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-houseNumber", "valueString": "12"},
            {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-additionalLocator",
             "valueString": "Hinterhaus"}]}], "extension": [
                     {"url": "http://x/no-fixed-address", "valueBoolean": True}]}],
        communication=[{"language": {"coding": [{"code": "de"}]}, "extension": [
            {"url": "http://x/patient-proficiency", "extension": [{"url": "level", "valueString": "Poor"}]}]}],
        contact=[{"name": {"text": "Vera Gannet"}, "extension": [{"url": "http://x/keyholder", "valueBoolean": True}],
                  "additionalAddress": [{"city": "Ely"}]}, {"relationship": [{"text": "Neighbour"}]}],
        meta={"security": [{"code": "PSY"}]}, text={"status": "additional", "div": "<div>Came <b>with</b> a dog</div>"},
    )  # fmt: skip
    assert told["About phones and mail"] == "020 7946 0101: Comment: after six"
    assert told["Other phone"] == "+442079460219; +442079460220"
    assert told["Address, further"] == "No fixed address: yes, Additional locator: Hinterhaus"
    assert "Poor" in told["About languages"]
    assert told["Contacts in the file"] == "Vera Gannet: Keyholder: yes, Additional address: Ely; Neighbour"
    assert (told["Labels"], told["Text in the file"]) == ("PSY", "Came with a dog")


def test_a_contact_s_phone_is_read_as_their_own_country_writes_it_and_a_later_one_is_not_called_yet() -> None:
    phone = {"system": "phone", "value": "55 1234 5678"}
    read = data(
        contact=[
            {"name": {"text": "Juan"}, "address": {"country": "MEX"}, "telecom": [phone]},
            {"name": {"text": "Guardian"}, "period": {"start": "2027-02"}, "telecom": [phone]},
            {"name": {"text": "Bo"}, "telecom": [{**phone, "value": "the shop on the corner, they go and fetch him"}]},
        ]
    )
    assert [(each["name"], each["phone"]) for each in read["links"]] == [("Juan", "+525512345678"), ("Bo", "")]
    assert read["extra"]["Contact to come"] == "Guardian: 55 1234 5678 (from 2027-02)"
    assert "the shop on the corner" in read["extra"]["Contacts in the file"]


def test_of_addresses_without_an_end_the_latest_is_the_one_to_write_to() -> None:
    read = data(
        address=[
            {"use": "home", "line": ["1 Past St"], "period": {"start": "2015"}},
            {"use": "home", "line": ["2 Now St"], "period": {"start": "2024-05"}},
        ]
    )
    assert (read["address"]["line"], read["extra"]["Other address"]) == ("2 Now St", "1 Past St")


def test_systems_and_uses_are_read_in_any_case_and_a_mail_in_brackets_is_one() -> None:
    read = data(
        telecom=[
            {"system": "Phone", "value": "020 7946 0101", "use": "Work"},
            {"system": "email", "value": "none"},
            {"system": "EMAIL", "value": "Anna Berg <anna@example.org>"},
        ]
    )
    assert (read["phones"][0]["kind"], read["email"]) == ("work", "anna@example.org")
    assert read["extra"]["E-mail as written"] == "none; Anna Berg <anna@example.org>"


def test_an_address_in_some_server_is_nobody_s_name() -> None:
    read = mapped(
        generalPractitioner=[{"reference": "Practitioner/1"}], managingOrganization={"reference": "urn:uuid:1"}
    )
    assert "general_practitioner" not in read.data
    assert len(read.notes) == 2


def test_an_answer_that_is_not_understood_stands_aside() -> None:
    read = data(extension=[{"url": "http://x/us-core-interpreter-needed", "valueString": "ask the daughter"}])
    assert "interpreter" not in read
    assert "ask the daughter" in read["extra"].values()


def test_every_way_to_reach_a_contact_is_kept() -> None:
    read = data(contact=[
        {"telecom": [{"system": "phone", "value": "020 7946 0101"}, {"system": "email", "value": "mum@example.org"}],
         "relationship": [{"coding": [{"code": "C"}]}]},
        {"name": {"text": "Mrs Vera Gannet"}, "address": {"line": ["3 Mill Row"], "city": "Ely"},
         "telecom": [{"system": "phone", "value": "020 7946 0102"}, {"system": "phone", "value": "020 7946 0103"}],
         "relationship": [{"coding": [{"display": "family member"}, {"display": "Emergency Contact"}]}]},
        {"organization": {"reference": "#o"}, "telecom": [{"system": "phone", "value": "020 7946 0104"}]},
    ], contained=[{"resourceType": "Organization", "id": "o", "name": "Borough Social Care"}])  # fmt: skip
    assert [(each["name"], each["phone"]) for each in read["links"]] == [
        ("Emergency contact", "+442079460101"),
        ("Vera Gannet", "+442079460102"),
    ]
    told = " ".join(read["extra"].values())
    for words in (
        "mum@example.org",
        "3 Mill Row, Ely",
        "020 7946 0103",
        "Emergency Contact",
        "Borough Social Care: 020 7946 0104",
    ):
        assert words in told


def test_a_written_line_that_says_more_is_kept_and_what_is_to_come_is_not_used_yet() -> None:
    assert data(address=[{"postalCode": "160-0023", "text": "Shinjuku 2-4"}])["address"]["line"] == "Shinjuku 2-4"
    later = {"line": ["1 Next St"], "period": {"start": "2027-06-01"}}
    read = data(
        address=[later, {"line": ["2 Now St"]}],
        name=[
            {"family": "Kell", "period": {"start": "2027-01-01"}},
            {"family": "Jarrow", "given": ["Bo"]},
        ],
        telecom=[
            {"system": "phone", "value": "020 7946 0301", "rank": 1, "period": {"start": "2027-01-01"}},
            {"system": "phone", "value": "020 7946 0302"},
        ],
    )
    assert (read["address"]["line"], read["family_name"]) == ("2 Now St", "Jarrow")
    assert [each["number"] for each in read["phones"]] == ["+442079460302"]
    assert read["extra"]["Address to come"] == "1 Next St (from 2027-06-01)"
    boxed = [{"type": "postal", "line": ["PO Box 77"]}, {"type": "physical", "line": ["8 Fen Lane"]}]
    assert data(address=boxed)["address"]["line"] == "8 Fen Lane"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ({"coding": [{"code": "pjt", "display": "Pitjantjatjara"}]}, "Pitjantjatjara"),
        ({"coding": [{"code": "hmn"}], "text": "Hmong"}, "Hmong"),
        ({"coding": [{"code": "spa", "display": "Spanish"}]}, "Spanish"),
        ({"coding": [{"code": "zh-Hant", "display": "Chinese (Traditional)"}]}, "Chinese (Traditional)"),
        ({"coding": [{"code": "GRE", "display": "Greek"}]}, "Greek"),
        ({"coding": [{"code": "und", "display": "Undetermined"}]}, ""),
        ({"coding": [{"code": "UNK", "display": "unknown"}]}, ""),
        ({"coding": [{"code": "pt_BR"}]}, "Portuguese"),
    ],
)
def test_a_language_is_told_in_the_files_words_where_we_have_none(language: dict[str, Any], said: str) -> None:
    assert languages.name(data(communication=[{"language": language}]).get("language", "")) == said


@pytest.mark.parametrize(
    ("line", "title", "given", "family"),
    [
        ("JACKSON Jane (Miss)", "Miss", "Jane", "JACKSON"),
        ("Dr. med. Anna Berg", "Dr. med.", "Anna", "Berg"),
        ("Prof. Dr. Anna Berg", "Prof. Dr.", "Anna", "Berg"),
        ("Rev. Martin Luther King Jr.", "Rev.", "Martin", "King"),
        ("Smith, John, Jr.", "", "John", "Smith"),
        ("Nguyễn Thị Lan", "", "Lan", "Nguyễn"),
        ("van der Berg, Anna Maria", "", "Anna", "van der Berg"),
        ("Sr. Pedro Gómez", "Sr.", "Pedro", "Gómez"),
        ("Señora Ana Lopez", "Señora", "Ana", "Lopez"),
        ("Dña. Ana García", "Dña.", "Ana", "García"),
        ("Berg, Anna Dr.", "Dr.", "Anna", "Berg"),
        ("Hahn, Karl, Prof. Dr.", "Prof. Dr.", "Karl", "Hahn"),
        ("Smith, John Sr.", "", "John", "Smith"),
        ("Phil Collins", "", "Phil", "Collins"),
        ("Don Johnson", "", "Don", "Johnson"),
        ("Prof. Dr. med. Dr. h.c. Hans Meier", "Prof. Dr. med. Dr. h.c.", "Hans", "Meier"),
        ("Hans Meier, jun.", "", "Hans", "Meier"),
        ("Mrs. Jane Smith (née Jones)", "Mrs.", "Jane", "Smith"),
        ('Jane "JJ" Doe', "", "Jane", "Doe"),
        ("Sean O'Brien", "", "Sean", "O'Brien"),
        ("von Trapp Georg", "", "Georg", "von Trapp"),
        ("山田 太郎", "", "太郎", "山田"),
    ],
)
def test_a_line_taken_apart_is_kept_as_written(line: str, title: str, given: str, family: str) -> None:
    read = data(name=[{"text": line}])
    assert (read.get("title", ""), read["given_name"], read["family_name"]) == (title, given, family)
    assert read["extra"]["Name as written"] == line


def test_a_name_of_hl7_v2_in_a_line_is_taken_apart() -> None:
    read = data(name=[{"text": "SMITH^JOHN^Q^^DR"}])
    assert [read[part] for part in ("title", "given_name", "further_names", "family_name")] == [
        "DR",
        "JOHN",
        "Q",
        "SMITH",
    ]


def test_names_beyond_those_that_fit_stand_aside() -> None:
    told = aside(name=[{"family": f"F{at}", "given": ["Anna"]} for at in range(23)])
    assert told["Other names"] == "Anna F21; Anna F22"


def test_a_given_name_that_only_the_line_has_is_found() -> None:
    read = data(name=[{"family": "Imber", "text": "Ms Josefine Imber"}])
    assert (read["title"], read["given_name"], read["family_name"]) == ("Ms", "Josefine", "Imber")


def test_a_field_gets_the_value_alone_and_nothing_that_its_form_refuses() -> None:
    def nested(url: str, **parts: Any) -> dict[str, Any]:
        return {
            "url": f"http://hl7.org/fhir/StructureDefinition/{url}",
            "extension": [{"url": name, **value} for name, value in parts.items()],
        }

    read = data(
        extension=[
            nested("individual-genderIdentity", value={"valueCodeableConcept": {"text": "Questioning"}}),
            nested(
                "individual-pronouns",
                value={"valueCodeableConcept": {"text": "she/her"}},
                comment={"valueString": "private history of some length"},
            ),
            {"url": "http://x/patient-religion", "valueCodeableConcept": {"text": "Quaker"}},
            {"url": "http://x/patient-birthPlace", "valueAddress": {"text": "Mexico", "country": "MX"}},
        ],
        telecom=[{"system": "email", "value": "NOT.AN.ADDRESS"}, {"system": "phone", "value": "ask"}],
    )
    assert (read["gender_identity"], read["pronouns"]) == ("Questioning", "she/her")
    assert "email" not in read
    assert not read.get("phones")
    extra = read["extra"]
    assert (extra["Patient religion"], extra["Born in"]) == ("Quaker", "Mexico, MX")
    assert "private history" in extra["Individual pronouns"]
    assert (extra["E-mail as written"], extra["Phone as written"]) == ("NOT.AN.ADDRESS", "ask")


def test_who_gave_a_number_and_whether_it_was_verified_is_kept() -> None:
    number = {
        "system": "https://fhir.nhs.uk/Id/nhs-number",
        "value": "9990000018",
        "extension": [{"url": "verification", "valueCoding": {"code": "01", "display": "Verified"}}],
    }
    assert "Verified" in aside(identifier=[number])["About numbers"]


def test_a_language_that_is_a_bare_word_is_one() -> None:
    assert data(communication=[{"language": "de"}])["language"] == "de"
    assert data(communication=[{"language": "Pitjantjatjara"}])["language"] == "Pitjantjatjara"
