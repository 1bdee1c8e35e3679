"""What is recorded hangs in an entry, and stands in the summary by the same transaction.

A part of the summary is written on the condition that it is as it was read: two who record at once both succeed.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Key, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from records import queries
from records.models import ALG, CURRENT, ENDED, PROB, Recorded, listed
from records.queries import Standing, Summary
from records.rules.allergies import Finding
from records.services.asking import Instead, ask
from records.services.writing import CROWDED, attempt, place

Waits = Callable[[str, str], Key]  # GSI1 of what waits, of the stamp and the id of an item
MOST = 60  # rows of a part of the summary


@dataclass(frozen=True, slots=True)
class Moment:
    """In which entry something is recorded: the id of one that is there or of a new one, and what a new one is called.

    The id of a visit's entry is the appointment's.
    """

    entry_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Over:
    """What is recorded has ended before: why, by a key of ending.REASONS, and when, a stamp."""

    reason: str
    at: str


@dataclass(repr=False)
class Recording:
    """What is recorded in one transaction: each step sees in `stand` what those before it add.

    `reason` is what somebody says against `questions`, all of which are asked at once (`settle`).
    """

    tx: Transaction
    patient: Patient
    moment: Moment
    stand: Standing
    reason: str = ""
    items: list[Recorded] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    takes_reason: bool = False
    instead: Instead | None = None  # what was probably meant where the questions are about a slip of the keyboard
    findings: list[Finding] = field(default_factory=list)
    by_allergies: bool = False  # something was decided by the allergies that were read
    asked: dict[str, str] | None = None  # that there are no allergies: at, by
    added: dict[str, dict[str, Any]] = field(default_factory=dict)  # rows by part of the summary
    ended: list[str] = field(default_factory=list)  # ids of problems that are over already
    codes: Counter[str] = field(default_factory=Counter)  # of problems: the clinic counts them

    def __post_init__(self) -> None:
        self._before = self.stand.summaries

    @property
    def scope(self) -> Scope:
        return self.tx.scope

    def hang(
        self,
        kind: str,
        content: Mapping[str, Any],
        action: Action,
        *,
        waits: Waits | None = None,
        changes: Mapping[str, Any] | None = None,
        against: bool = False,
        over: Over | None = None,
        at: str = "",
    ) -> Recorded:
        """The step that puts an item into the entry, among its kind `at` a stamp, else now.

        `against` a warning: it keeps the reason.
        """
        reason = self.reason if against else ""
        (item,) = put_items(
            self.tx, self.stand, self.moment, kind, [content], reason=reason, waits=waits, over=over, at=at
        )
        self.items.append(item)
        self.events.append(Event(action, "RECORDED", item.id, patient=self.patient.id, changes=dict(changes or {})))
        return item

    def summarise(self, part: str, rows: Mapping[str, Any]) -> None:
        """Rows of a part of the summary, seen by the next step."""
        self.added[part] = {**self.added.get(part, {}), **rows}
        own = self.stand.own.part(part)
        parts = {**self.stand.own.parts, part: replace(own, rows={**own.rows, **rows})}
        summaries = [replace(self.stand.own, parts=parts), *self.stand.summaries[1:]]
        self.stand = replace(self.stand, summaries=summaries)

    def settle(self, answered: Collection[str]) -> None:
        """The steps that write the summary, once. Raises Asked for what is not answered."""
        ask(
            self.questions,
            answered if self.reason.strip() or not self.takes_reason else (),
            takes_reason=self.takes_reason,
            instead=self.instead,
        )
        own, *folded = self._before
        ended = [*own.part(PROB).ended, *self.ended] if self.ended else None
        if ended and PROB not in self.added:
            put_part(self.tx, own, PROB, None, ended=ended)
        for part, rows in self.added.items():
            overrides = self._overrides() if part == ALG else None
            put_part(self.tx, own, part, rows, overrides=overrides, ended=ended if part == PROB else None)
        if ALG not in self.added and (self.asked or self.findings):
            put_part(self.tx, own, ALG, None, asked=self.asked, overrides=self._overrides())
        elif ALG not in self.added and self.by_allergies:
            unchanged(self.tx, own, ALG)
        for each in folded if self.by_allergies else ():
            unchanged(self.tx, each, ALG)
        if self.codes:
            sets = {"type": "CODES", "clinicId": self.scope.clinic}
            adds = {code.replace(".", ""): many for code, many in self.codes.items()}  # a dot would part a name
            self.tx.change_row(keys.codes_used(self.scope.clinic_id), sets=sets, adds=adds, new=True)

    def _overrides(self) -> list[dict[str, Any]] | None:
        """That warnings were answered."""
        new = [
            {
                "allergy": each.allergy,
                "version": 1,
                "ingredient": each.ingredient,
                "reason": self.reason,
                "by": self.scope.actor.name,
            }
            for each in self.findings
        ]
        mine = {(each["allergy"], each["ingredient"]) for each in new}
        before = self._before[0].part(ALG).overrides
        return [*(each for each in before if (each["allergy"], each["ingredient"]) not in mine), *new] if new else None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said to what was asked: `given` are `Asked.answers`."""

    given: Collection[str] = ()
    reason: str = ""


NONE = Answers()


def recorded(
    scope: Scope,
    patient: Patient,
    moment: Moment,
    do: Callable[[Recording], object],
    *,
    answers: Answers = NONE,
    once: Once | None = None,
) -> str:
    """One step in a transaction of its own; returns the id of its item, if it makes one."""

    def write() -> str:
        stand = queries.standing(scope, patient, moment.entry_id)
        recording = Recording(Transaction(scope, once=once), patient, moment, stand, answers.reason)
        do(recording)
        recording.settle(answers.given)
        if recording.items:
            after = [*stand.whole.recorded, *recording.items]
            place(recording.tx, replace(stand.whole, recorded=after), moment.entry_id, moment.title)
        (event,) = recording.events
        return recording.tx.commit(event, recording.items[0].id if recording.items else "")

    return attempt(scope, patient, write)


# --- The steps -------------------------------------------------------------------------------------------------------


def hang(
    tx: Transaction,
    stand: Standing,
    moment: Moment,
    kind: str,
    *contents: Mapping[str, Any],
    reason: str = "",
    waits: Waits | None = None,
) -> list[Recorded]:
    """The items, one for each content, and the row of their entry. `waits`: where they wait for somebody."""
    items = put_items(tx, stand, moment, kind, contents, reason=reason, waits=waits)
    place(tx, replace(stand.whole, recorded=[*stand.whole.recorded, *items]), moment.entry_id, moment.title)
    return items


def put_items(
    tx: Transaction,
    stand: Standing,
    moment: Moment,
    kind: str,
    contents: Sequence[Mapping[str, Any]],
    *,
    reason: str = "",
    waits: Waits | None = None,
    over: Over | None = None,
    at: str = "",
) -> list[Recorded]:
    """The items alone: whoever puts them writes the row of their entry."""
    items = [_item(tx, stand.whole.owner, moment.entry_id, kind, each, reason=reason, at=at) for each in contents]
    for each in items:
        each.gsi1pk, each.gsi1sk = waits(tx.at, each.id) if waits else (None, None)
        if over:
            each.state, each.line = ENDED, {**each.content, "z": over.at, "h": over.reason}
            each.ended = {"at": over.at, "by": each.by, "name": each.by_name, "reason": over.reason}
        tx.put(each)
    return items


def _item(
    tx: Transaction, owner: str, entry_id: str, kind: str, content: Mapping[str, Any], *, reason: str, at: str
) -> Recorded:
    id = clock.new_id()
    place, shown = Recorded.at(owner, entry_id, kind, id), keys.chart_kind(owner, kind, at or tx.at, id)
    return Recorded(
        pk=place.pk, sk=place.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner, entry_id=entry_id,
        kind=kind, at_time=tx.at, by=tx.scope.actor.id, by_name=tx.scope.actor.name, content=dict(content),
        line=listed(kind, content), state=CURRENT, reason=reason or None,
    )  # fmt: skip


def put_part(
    tx: Transaction,
    summary: Summary,
    part: str,
    added: Mapping[str, Any] | None,
    *,
    asked: dict[str, str] | None = None,
    drop: Collection[str] = (),
    overrides: list[dict[str, Any]] | None = None,
    ended: Sequence[str] | None = None,
) -> None:
    """The step that changes a part of the summary, as long as it is as it was read. `added` None: its rows stay.

    `ended`: what is over now, where that changes.
    """
    before = summary.part(part)
    rows = {id: line for id, line in {**before.rows, **(added or {})}.items() if id not in drop}
    if len(rows) > MOST:
        raise Refused(f"More than {MOST} are listed. Mark what is not right any more as entered in error.")
    sets: dict[str, Any] = {"n": before.n + 1, "type": "SUMMARY", "clinicId": tx.scope.clinic}
    sets |= {} if added is None else {"rows": rows}
    sets |= {"asked": asked} if part == ALG and (asked or added is not None) else {}
    sets |= {"overrides": overrides} if overrides else {}
    sets |= {"ended": list(ended[-MOST:])} if ended is not None else {}
    when = {"n": before.n or None}
    tx.change_row(keys.chart_summary(summary.owner, part), sets=sets, when=when, new=not before.n, refusal=CROWDED)


def unchanged(tx: Transaction, summary: Summary, part: str) -> None:
    """The condition that what was decided by is still so."""
    n = summary.part(part).n
    tx.check(keys.chart_summary(summary.owner, part), when={"n": n or None}, new=not n, refusal=CROWDED)
