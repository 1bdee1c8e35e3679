"""The chart's entities: an entry is a moment, and what was recorded in it hangs beneath."""

from collections.abc import Mapping
from typing import Any

from clinnet.table import Item, Key, ListOf, MapOf, Number, Text, keys
from records.rules.notes import Section

CURRENT, ENDED, ERRORED = "current", "ended", "errored"  # of what hangs in an entry beside notes
ALG, PROB, MED, OBS, IMM = "ALG", "PROB", "MED", "OBS", "IMM"  # kinds in keys
ORD, RES, PROC, PLAN = "ORD", "RES", "PROC", "PLAN"
LET = "LET"  # the kind of letters
COSIGN = "COSIGN"  # the kind of what waits for a second signature, in DUE
FILE = "FILE"  # a document that was received
NOTE = "NOTE"  # the kind of notes among the others, in time order
MEAS, DUE = "MEAS", "DUE"  # parts of the summary: of measurements, and of what waits for somebody; IMM, ORD in none
LAB = "LAB"  # the part of values of results that a problem may pin
VERSION = "VERSION"  # the type of a row with what a note said before
OPEN, SIGNED, DISCARDED = "open", "signed", "discarded"  # of a note


class Entry(Item, discriminator="RECORD"):
    """A visit, call, result or letter: what a row of the chart in time order is. `line` is an `EntryLine`.

    Its id is the appointment's where it is a visit. Items of the older application are entries of their own.

    `aside`: the resource of a file that it came from (fhir/shapes.py). `source`: at and number of its version there,
    and past, digests of what it said before.
    """

    patient_id = Text(null=True, attr_name="patientId")
    at_time = Text(null=True, attr_name="at")
    aside = Text(null=True)
    source = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.record(patient_id, id)


class Note(Item, discriminator="NOTE"):
    """What was written, by one person. `sealed`: at, by, name, hash; then nothing but marks is ever changed.

    `errored` is such a mark: at, by, name, reason.

    `sections` are key, label, text: the note is readable without its template. `tokens` are the ids of what was
    recorded with the signature.
    """

    patient_id = Text(attr_name="patientId")
    entry_id = Text(attr_name="entryId")
    author = Text()
    author_name = Text(attr_name="authorName")
    title = Text()
    template = Text()
    template_version = Number(attr_name="templateVersion")
    sections = ListOf(default=list)
    tokens = ListOf(null=True)
    sealed = MapOf(null=True)
    errored = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, entry: str, id: str) -> Key:
        return keys.note(patient_id, entry, id)

    @property
    def written(self) -> list[Section]:
        return [Section.of(each) for each in self.sections or []]

    def stand_among_its_kind(self, at: str) -> None:
        """In time order, from its first writing on."""
        self.gsi2pk, self.gsi2sk = keys.chart_kind(self.patient_id, NOTE, at, self.id)

    @property
    def made_of(self) -> str:
        """The id and the edition of its template."""
        return f"{self.template} {int(self.template_version)}"

    @property
    def is_signed(self) -> bool:
        return bool(self.sealed)


class Addendum(Item, discriminator="ADDENDUM"):
    """A later word to a signed note, signed by saving it. `number` counts from 1."""

    patient_id = Text(attr_name="patientId")
    note_id = Text(attr_name="noteId")
    number = Number()
    text = Text()
    sealed = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, entry: str, note: str, number: int) -> Key:
        return keys.addendum(patient_id, entry, note, number)


class Recorded(Item, discriminator="RECORDED"):
    """An allergy, problem, medicine, immunisation, order, result, measurements: `content` is the packed line.

    `state` is current, ended or errored; what is wrong is marked, never removed. `reason`: why it was done against
    a warning. `reviewed`: at, by, name, answer, said; of a result or a document. `aside` and `source` as an
    entry's.

    `taken`, of a document: at and name by the key of what was taken from it into the chart.
    """

    patient_id = Text(attr_name="patientId")
    entry_id = Text(attr_name="entryId")
    kind = Text()
    at_time = Text(attr_name="at")
    by = Text()
    by_name = Text(attr_name="byName")
    content = MapOf(default=dict)
    reason = Text(null=True)
    ended = MapOf(null=True)
    errored = MapOf(null=True)
    reviewed = MapOf(null=True)
    aside = Text(null=True)
    source = MapOf(null=True)
    taken = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, entry: str, kind: str, id: str) -> Key:
        return keys.recorded(patient_id, entry, kind, id)


BEGINNING = 300  # characters


def listed(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """What the rows of lists have of a packed line: of what a report says the beginning."""
    said = content.get("m", "") if kind == RES else ""
    return {**content, "m": f"{said[:BEGINNING].rstrip()} …"} if len(said) > BEGINNING else dict(content)


class Glass(Item, discriminator="GLASS"):
    """A restricted chart was opened by one person, for a reason, until a moment (seconds since 1970); or an opening
    looked unusual, `reason` says how, and `until` is 0: it opens nothing.

    `reviewed`: at, by, name, found. Whoever reads compares `until`.
    """

    patient_id = Text(attr_name="patientId")
    person = Text()
    person_name = Text(attr_name="personName")
    reason = Text()
    at_time = Text(attr_name="at")
    until = Number()
    reviewed = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, person: str, id: str) -> Key:
        return keys.glass(patient_id, person, id)


def signed_content(note: Note, sections: list[dict[str, Any]], at: str, by: str, name: str) -> dict[str, Any]:
    """What a signature is over."""
    return {
        "clinic": note.clinic_id,
        "patient": note.patient_id,
        "entry": note.entry_id,
        "note": note.id,
        "author": by,
        "name": name,
        "template": [note.template, int(note.template_version)],
        "title": note.title,
        "sections": sections,
        "at": at,
        **({"tokens": note.tokens} if note.tokens else {}),
    }


def addendum_content(addendum: Addendum, before: list[str], at: str, by: str, name: str) -> dict[str, Any]:
    """The same of an addendum; `before` are the hashes of the note and of all addenda before."""
    return {
        "clinic": addendum.clinic_id,
        "patient": addendum.patient_id,
        "note": addendum.note_id,
        "number": int(addendum.number),
        "text": addendum.text,
        "before": before,
        "author": by,
        "name": name,
        "at": at,
    }
