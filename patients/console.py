"""Patients among the management pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.console import shows
from clinnet.console.asked import Month, OneOf
from clinnet.console.registry import Column, Entity, Link, NotManaged, Question
from clinnet.console.settings.declared import Setting, Subject
from clinnet.console.shows import Change, Reader
from clinnet.table import Scope, keys
from patients import history, queries
from patients.models import SEX_LETTERS, Contact, Patient
from patients.rules import names, own
from patients.words import LABELS, SEXES, Words

SEX = {letter: SEXES[name] for name, letter in SEX_LETTERS.items()}
SCRIPTS = {"han": "漢字", "kana": "かな", "hangul": "한글", "other": "Other"}
TOLD = tuple(name for name in LABELS if "/" not in name and name not in ("photo", "links", "identifiers"))


def letters(scope: Scope) -> Sequence[tuple[str, str]]:
    known = sorted(queries.letters(scope), key=names.by_alphabet)
    return [(each, SCRIPTS.get(each, each.title())) for each in known]


def name_of(line: Any, reader: Reader) -> str:
    """Of a patient's line, as other lines carry it."""
    line = line if isinstance(line, Mapping) else {}
    return names.list_name({"family_name": line.get("f", ""), "given_name": line.get("g", "")})


def head(reader: Reader, path: str) -> str:
    """Of the clinic's own fields too."""
    return Words(reader.scope, reader.clinic).label(path) if path.startswith(own.NAME) else PATIENTS.label(path)


def words(reader: Reader, path: str, value: Any) -> str:
    return Words(reader.scope, reader.clinic)(path, value)


def changes(stored: Mapping[str, Any], reader: Reader) -> list[Change]:
    """As the patient's own history says them."""
    found = history.values(stored, Words(reader.scope, reader.clinic))
    return [Change(each["field"], each["before"], each["after"]) for each in found]


PATIENTS = Entity(
    Patient, "patients", "Patient", "Patients", group="People", icon="users", read=Permission.PATIENT_READ,
    questions=(
        Question("By letter", keys.patients_by_letter, {"initial": OneOf("Letter", letters)}),
        Question("Joined in", keys.patients_who_joined_in, {"month": Month()}, newest_first=True),
    ),
    columns=(Column("f", "Family name"), Column("g", "Given name"), Column("b", "Born", shows.day),
             Column("x", "Sex", shows.among(SEX), extra=True), Column("n", "No.", extra=True)),
    facts=(*(Column(name, LABELS[name]) for name in TOLD), Column("address"), Column("consents")),
    named=lambda patient: names.list_name(patient.data), labels=LABELS, head=head, words=words, changes=changes,
    add=Link("patients:new", ()), change=Link("patients:details"), place=Link("patients:overview"),
    put_back=(),
    write=Permission.PATIENT_WRITE, export=Permission.PATIENT_EXPORT,
)  # fmt: skip


def _told_fields(value: Any, reader: Reader) -> str:
    return "; ".join(each.told for each in own.asked(value)) or "None"


ENTITIES = (
    Subject(35, "patients", "Details of patients", "They stand under Details of each patient, after the rest."),
    Setting("patients", "patient_fields", "Own fields", None, _told_fields, page="patients:own-fields",
            why="They are chosen on a page of their own."),
    PATIENTS,
    NotManaged(Contact, "a line of a patient's own log, and read there"),
)  # fmt: skip
