"""A letter is signed whole, with what the chart says at that moment; then nothing of it is ever changed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Scope, Transaction, changed, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.rules import names
from records import queries
from records.letters.models import ClinicLetter, Letter, letter_content
from records.lines import AllergyLine, LetterLine, MeasuredLine, MedicineLine, ProblemLine
from records.models import ALG, LET, MEAS, MED, PROB
from records.queries import Summary
from records.rules import letters as rules
from records.rules import said
from records.rules.letters import LetterTemplate
from records.rules.notes import digest
from records.services.mistakes import REASONS
from records.services.recording import Moment
from records.services.writing import CROWDED, attempt, place, written

SIGN = Action("letter.sign", "signed a letter")
IN_ERROR = Action("letter.error", "marked a letter as entered in error")
SAVE_TEMPLATE = Action("letter.template", "changed a template of letters")

EMPTY = Refused("Write the letter.", field="text")
HOW_LONG = Refused("Say for how long, today counted: 5d or 2w.", field="how_long")
NOT_THE_DEAD = Refused("The record says that this patient has died: no sick note is written.")
GONE = Refused("What you ticked is not in the chart any more. Look at it once more.", field="facts")
CHANGED = Refused("Somebody has changed this meanwhile. Open it once more.")
PARTS = {"allergies": ALG, "problems": PROB, "medicines": MED, "measurements": MEAS}


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """Something of the summary that a letter may say. `part` is a key of rules.FACTS."""

    id: str
    part: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A letter as the page sent it: `facts` are ids of Fact, `how_long` is "5d" of a sick note."""

    template: LetterTemplate
    title: str
    text: str
    to: str = ""
    facts: Collection[str] = ()
    how_long: str = ""


def facts_of(found: Sequence[Summary], clinic: Clinic) -> list[Fact]:
    """All that the chart's left side says, in the order of rules.FACTS."""
    return [*_facts(found, clinic)]


def _facts(found: Sequence[Summary], clinic: Clinic) -> Iterator[Fact]:
    for id, line in queries.rows_of(found, ALG).items():
        yield Fact(id, "allergies", said.allergy(AllergyLine.unpack(line)).removeprefix("Allergy: "))
    if asked := queries.none_known(found):
        yield Fact("none", "allergies", f"No known allergies, asked {formats.moment(asked['at'], clinic)}")
    for id, line in queries.rows_of(found, PROB).items():
        yield Fact(id, "problems", said.problem(ProblemLine.unpack(line)).removeprefix("Problem: "))
    for id, line in queries.rows_of(found, MED).items():
        yield Fact(id, "medicines", said.medicine(MedicineLine.unpack(line)).removeprefix("Medicine: "))
    for kind, line in queries.rows_of(found, MEAS).items():
        value = MeasuredLine.unpack(line)
        yield Fact(kind, "measurements", f"{said.measured(kind, value)}, {formats.moment(value.at, clinic)}")


def words_of(scope: Scope, patient: Patient) -> dict[str, str]:
    """What a template's names stand for."""
    clinic = clinic_of(scope.clinic_id)
    return {
        "patient": names.full_name(patient.data),
        "born": formats.date(patient.birth_date or "", clinic),
        "number": patient.mrn or "",
        "today": formats.date(formats.today(clinic), clinic),
        "doctor": scope.actor.name,
        "clinic": clinic.name,
    }


@idempotent
def sign_letter(scope: Scope, *, patient: Patient, moment: Moment, draft: Draft, once: Once | None = None) -> str:
    """Returns "entry/letter". Raises Refused for a blank that is left, and for a fact that is not in the chart now."""
    scope.require(Permission.LETTER_WRITE)
    clinic = clinic_of(scope.clinic_id)
    since, until = _period(patient, draft, clinic)
    _refuse(draft)

    def write() -> str:
        stand = queries.standing(scope, patient, moment.entry_id)
        tx, id = Transaction(scope, once=once), clock.new_id()
        owner, words = stand.whole.owner, words_of(scope, patient)
        at, shown = Letter.at(owner, moment.entry_id, id), keys.chart_kind(owner, LET, tx.at, id)
        letter = Letter(
            pk=at.pk, sk=at.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner, entry_id=moment.entry_id,
            author=scope.actor.id, author_name=scope.actor.name, template=draft.template.id, title=draft.title,
            to=draft.to or None, text=draft.text, facts=_chosen(stand.summaries, draft, clinic) or None,
            head={"name": clinic.name, "address": clinic.address or "", "phone": clinic.phone or ""},
            about={name: words[name] for name in ("patient", "born", "number")}, since=since or None,
            until=until or None,
        )  # fmt: skip
        letter.clinic_id = scope.clinic_id
        content = letter_content(letter, tx.at, scope.actor.id, scope.actor.name)
        letter.sealed = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "hash": digest(content)}
        letter.line = line_of(letter).pack()
        tx.put(letter)
        after = replace(stand.whole, letters=[*stand.whole.letters, letter])
        place(tx, after, moment.entry_id, moment.title or draft.title)
        changes = {"hash": [None, letter.sealed["hash"]]}
        return tx.commit(Event(SIGN, "LETTER", id, patient=patient.id, changes=changes), f"{moment.entry_id}/{id}")

    return attempt(scope, patient, write)


def line_of(letter: Letter) -> LetterLine:
    mark = "1" if letter.errored else ""
    return LetterLine(
        title=letter.title, to=letter.to or "", who=letter.author_name, entry=letter.entry_id, errored=mark
    )


def _refuse(draft: Draft) -> None:
    if not draft.title.strip():
        raise Refused("Say what it is.", field="title")
    if not draft.text.strip():
        raise EMPTY
    if len(draft.text) > rules.LONGEST:
        raise Refused(f"This is longer than {rules.LONGEST:,} characters. Shorten it.", field="text")
    if left := rules.blanks(draft.text):
        count = f"{len(left)} blanks are left" if len(left) > 1 else "One blank is left"
        raise Refused(f"{count}: {', '.join(left)}", field="text")


def _period(patient: Patient, draft: Draft, clinic: Clinic) -> tuple[str, str]:
    """The first and the last day of a sick note."""
    if draft.template.kind != "sick":
        return "", ""
    if patient.deceased_on:
        raise NOT_THE_DEAD
    today = clock.today(clinic.time_zone)
    until = rules.sick_until(draft.how_long, today)
    if until is None:
        raise HOW_LONG
    return today.isoformat(), until.isoformat()


def _chosen(found: Sequence[Summary], draft: Draft, clinic: Clinic) -> list[dict[str, Any]]:
    """In words, by part, as they are at this moment."""
    facts = facts_of(found, clinic)
    if set(draft.facts) - {each.id for each in facts}:
        raise GONE
    told = {part: [each.words for each in facts if each.part == part and each.id in draft.facts] for part in PARTS}
    return [{"head": rules.FACTS[part], "lines": lines} for part, lines in told.items() if lines]


@idempotent
def letter_in_error(
    scope: Scope, *, patient: Patient, entry_id: str, letter_id: str, reason: str, once: Once | None = None
) -> None:
    """A mark beside its seal, by its author or a doctor who corrects: it stays readable, struck through."""
    scope.require(Permission.LETTER_WRITE)
    if reason not in REASONS:
        raise Refused("Say why.", field="reason")

    def write(whole: queries.Whole) -> None:
        letter = next((each for each in whole.letters if each.id == letter_id), None)
        if letter is None:
            raise NotFound
        if letter.author != scope.actor.id and not scope.may(Permission.CHART_CORRECT):
            raise Refused("Only who wrote it, or a doctor, can mark it as entered in error.")
        if letter.errored:
            return
        tx = Transaction(scope, once=once)
        letter.errored = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": reason}
        tx.mark(letter, {"errored": letter.errored, "line": line_of(letter).pack()}, refusal=CROWDED)
        place(tx, whole, entry_id, letter.title)
        tx.commit(Event(IN_ERROR, "LETTER", letter_id, patient=patient.id, changes={"reason": [None, reason]}))

    written(scope, patient, entry_id, write)


@idempotent
def save_letter_template(
    scope: Scope,
    *,
    letter: ClinicLetter | None = None,
    name: str,
    kind: str,
    text: str,
    facts: Sequence[str] = (),
    active: bool = True,
    once: Once | None = None,
) -> str:
    """A new template of letters, or new values for one; returns the id. Letters that were signed stay as they are."""
    scope.require(Permission.TEMPLATE_MANAGE)
    if not name.strip():
        raise Refused("A template needs a name.", field="name")
    if not text.strip() or kind not in rules.KINDS or set(facts) - set(rules.FACTS):
        raise Refused("Write what stands in it at first.", field="text")
    tx, id = Transaction(scope, once=once), letter.id if letter else clock.new_id()
    values: dict[str, Any] = {
        "name": name.strip(),
        "kind": kind,
        "text": text,
        "facts": list(facts) or None,
        "active": active,
    }
    if letter:
        scope.must_hold(letter)
        tx.update(letter, values, refusal=CHANGED)
    else:
        at = ClinicLetter.at(scope.clinic_id, id)
        tx.put(ClinicLetter(pk=at.pk, sk=at.sk, id=id, **values))
    tx.afterwards(forget)
    return tx.commit(Event(SAVE_TEMPLATE, "LETTERTPL", id, changes=changed(letter, values)), result=id)
