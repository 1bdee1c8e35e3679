"""The chart of a filled clinic's patient: a note that is signed, with an addendum, and one that is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from clinnet import clock
from clinnet.table import Scope, get, keys
from patients.models import Patient
from records import queries
from records.incoming import services as incoming
from records.incoming.models import Incoming
from records.letters import services as letters
from records.letters.models import ClinicLetter, Letter
from records.letters.queries import clinic_letter
from records.letters.services import Draft
from records.lines import AllergyLine, ImmunisationLine, MedicineLine, OrderLine, ProblemLine
from records.models import Glass
from records.recalls import services as recalls
from records.recalls.models import Recall
from records.recalls.services import Wish
from records.received import services as received
from records.received.services import filing
from records.results import services as results
from records.results.services import Came
from records.rules.letters import BUILT_IN
from records.rules.measurements import Reading
from records.rules.notes import SOAP, Section
from records.rules.results import Value
from records.rules.units import Quantity
from records.services import glass, notes, typing
from records.services.asking import Asked
from records.services.notes import Written
from records.services.recording import Moment
from records.services.typing import Typed
from records.shortcuts import queries as shortcuts
from records.shortcuts import services as templates
from records.shortcuts.models import NoteTemplate, Phrase
from records.tasks import services as to_do
from records.tasks.models import Task
from records.tasks.services import TaskWish
from tests.records.cda_files import allergy as made_allergy
from tests.records.cda_files import document, section
from tests.records.pictures import photo


def written(word: str) -> Written:
    sections = tuple(Section(part.key, part.label, f"{part.label}, {word}.") for part in SOAP.parts)
    return Written(clock.new_id(), clock.new_id(), f"Review {word}", sections)


def settle_chart(scope: Scope, word: str, patient: Patient) -> dict[str, list[str]]:
    """All texts hold the word. The ids are named as URLs name them."""
    signed = written(word)
    left = replace(written(word), entry_id=signed.entry_id)
    notes.sign_note(scope, patient=patient, typed=signed)
    notes.add_addendum(scope, patient=patient, entry_id=signed.entry_id, note_id=signed.note_id, text=f"More {word}")
    notes.leave_note(scope, patient=patient, typed=left)
    moment = Moment(signed.entry_id, "Review")
    ordered, came = _results(scope, word, patient, moment)
    done = [
        typing.record(scope, patient=patient, moment=moment, typed=Typed(text, code="-"))
        for text in (f"allergy {word} rash", f"problem {word}", f"rx paracetamol 500 od prn {word}")
    ]
    document = _document(scope, word, patient, moment)
    measured = typing.record(scope, patient=patient, moment=moment, typed=Typed("bp 142/86"))
    return {
        "entry_id": [signed.entry_id],
        "note_id": [signed.note_id, left.note_id, clock.new_id()],  # the last is yet to be written
        "recorded_id": [*(each.id for each in [*done, measured]), ordered, came],
        "medicine_id": [done[2].id],
        "result_id": [came],
        "document_id": [document],
        "file_id": [_file(scope, word, patient, moment)],
        "incoming_id": _incoming(scope, word, patient),
        "recall_id": [recalls.ask_back(scope, patient=patient, wish=_wish(word))],
        "task_id": _tasks(scope, word, patient),
        "letter_id": [_letter(scope, word, patient, moment)],
        "letter_template_id": [_letter_template(scope, word)],
        "holder": [scope.actor.id],
        "template_id": [templates.save_template(scope, name=word, text=f"# Head {word}", titles=[word], short="wall")],
        "phrase_short": [
            templates.save_phrase(scope, owner=keys.EVERYBODY, short=_short(scope), text=f"Stands for {word}")
        ],
        "glass_id": [glass.break_glass(scope, patient=patient, reason=f"Needed at once, {word}")],
    }


def _results(scope: Scope, word: str, patient: Patient, moment: Moment) -> list[str]:
    """An order that waits, and a result that nobody has looked at."""
    came = Came(f"Blood {word}", [Value(f"CRP {word}", "48", "mg/L", "<5", "H")], "2026-11-01", f"Seen {word}")
    return [
        results.order(scope, patient=patient, moment=moment, wanted=OrderLine(what=f"Lipids {word}")),
        results.file_result(scope, patient=patient, moment=moment, came=came),
    ]


def _document(scope: Scope, word: str, patient: Patient, moment: Moment) -> str:
    """One that another clinic sent, which nobody has looked at, and of which nothing is taken."""
    data = document(section("48765-2", "Allergies", made_allergy(f"Latex {word}"), text=f"Read {word}"), title=word)
    try:
        return received.receive(scope, patient=patient, moment=moment, data=data)
    except Asked as asked:
        return received.receive(scope, patient=patient, moment=moment, data=data, answered=asked.answers)


def _file(scope: Scope, word: str, patient: Patient, moment: Moment) -> str:
    """A picture that nobody has looked at."""
    return filing.file_away(scope, patient=patient, moment=moment, data=photo(), title=f"Picture {word}")


def _incoming(scope: Scope, word: str, patient: Patient) -> list[str]:
    """Pictures that wait for a doctor."""
    return [
        incoming.hand_in(scope, patient=patient, data=photo(size), title=f"Letter {word}", doctor="")
        for size in ((40, 30), (50, 30))
    ]


def _letter(scope: Scope, word: str, patient: Patient, moment: Moment) -> str:
    draft = Draft(BUILT_IN[0], f"Referral {word}", f"Dear {word}", f"Dr {word}")
    return letters.sign_letter(scope, patient=patient, moment=moment, draft=draft).split("/")[1]


def _letter_template(scope: Scope, word: str) -> str:
    return letters.save_letter_template(scope, name=word, kind="letter", text=f"Dear {word}")


def _short(scope: Scope) -> str:
    """Unlike the word it may stand in an address. No id of ours has a "u": it is no part of the clinic's own."""
    return f"u{scope.clinic_id[-10:]}"


def _template(scope: Scope, word: str) -> str:
    return templates.save_template(scope, name=word, text=f"# Head {word}", titles=[word], short="wall")


def note_of(ids: dict[str, list[str]], word: str) -> Written:
    """The one that is not signed, as a page would send it."""
    return replace(written(word), entry_id=ids["entry_id"][0], note_id=ids["note_id"][1], version=1)


def _wish(word: str) -> Wish:
    return Wish(f"Pressure {word}", (clock.today("UTC") + timedelta(days=9)).isoformat())


def _tasks(scope: Scope, word: str, patient: Patient) -> list[str]:
    """One to be done, and one that is."""
    ids = [to_do.add_task(scope, patient=patient, task_wish=_task(word)) for _ in range(2)]
    to_do.do(scope, task=get(scope, Task, Task.at(patient.id, ids[1])))
    return ids


def _task(word: str) -> TaskWish:
    return TaskWish(f"Phone {word}", (clock.today("UTC") + timedelta(days=9)).isoformat(), "receptionist")


def recall_of(scope: Scope, ids: dict[str, list[str]]) -> Recall:
    return get(scope, Recall, Recall.at(ids["patient_id"][0], ids["recall_id"][0]))


def glass_of(scope: Scope, ids: dict[str, list[str]]) -> Glass:
    return queries.glass(scope, ids["patient_id"][0], scope.actor.id, ids["glass_id"][0])


ENTITIES = (Written, Typed, Glass, Recall, NoteTemplate, Phrase, ClinicLetter, Letter, Task, Incoming)


def loaded_chart(entity: object, scope: Scope, ids: dict[str, list[str]], word: str) -> object:
    """One of ENTITIES."""
    ways: dict[object, Callable[[], object]] = {
        Written: lambda: note_of(ids, word),
        Typed: lambda: Typed("allergy latex rash"),
        Glass: lambda: glass_of(scope, ids),
        Recall: lambda: recall_of(scope, ids),
        NoteTemplate: lambda: shortcuts.template(scope, ids["template_id"][0]),
        ClinicLetter: lambda: clinic_letter(scope, ids["letter_template_id"][0]),
        Letter: lambda: get(
            scope, Letter, Letter.at(*(ids[each][0] for each in ("patient_id", "entry_id", "letter_id")))
        ),
        Task: lambda: get(scope, Task, Task.at(ids["patient_id"][0], ids["task_id"][0])),
        Incoming: lambda: get(scope, Incoming, Incoming.at(ids["patient_id"][0], ids["incoming_id"][0])),
        Phrase: lambda: shortcuts.phrase(scope, keys.EVERYBODY, ids["phrase_short"][0]),
    }
    return ways[entity]()


def recording() -> dict[str, object]:
    """What the services that record take besides objects, by name."""
    return {
        "draft": Draft(BUILT_IN[0], "Reached", "Reached"),
        "moment": Moment(clock.new_id(), "Reached"), "allergy": AllergyLine(substance="Latex"),
        "problem": ProblemLine(words="Reached"),
        "dose": ImmunisationLine(vaccine="MMR", cvx="03", on="2026-11-01"),
        "wanted": OrderLine(what="Reached"), "came": Came("Reached", [], "2026-11-01", "Reached"), "answer": "see",
        "owner": keys.EVERYBODY, "short": "reached", "titles": ["Reached"],
        "wish": _wish("Reached"), "task_wish": _task("Reached"), "how": "done",
        "medicine": MedicineLine(name="Paracetamol", strength="500 mg"),
        "readings": [Reading("pulse", Quantity("74", "/min"))], "forms": ["NoteForm x"], "doctor": "",
        "seen": "", "why": "Reached", "found": "Reached", "chosen": ["reached"], "reason": "Reached, and told why",
        "data": document(title="Reached"), "offer_key": "reached",
    }  # fmt: skip
