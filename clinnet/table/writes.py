"""Writing: one change, one transaction, one event in the trail. Nothing else in Clinnet writes to the table.

    tx = Transaction(scope, once=once)
    tx.put(patient)
    tx.put_row(number_row, only_new=True, refusal=Refused("Number 4821 is taken.", field="mrn"))
    tx.commit(Event(REGISTER, "PATIENT", patient.id, patient=patient.id), result=patient.id)

Each step names the refusal that a person sees if its condition fails.

What is sealed (a signed note) stays as it is: every step that would write to a key of a chart has the condition that
nothing there is sealed, whoever makes the step. Marks alone are put beside the seal, by `mark`.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.conf import settings

from clinnet import clock
from clinnet.table import drafts, keys, meter
from clinnet.table.beats import beat
from clinnet.table.connection import Cancelled, call, wait
from clinnet.table.errors import (
    Busy,
    ClinnetError,
    Fault,
    NotFound,
    Refused,
    Reused,
    Sealed,
    Stale,
    Unavailable,
    Unsure,
)
from clinnet.table.events import Event, event_row, topic_row
from clinnet.table.items import Item
from clinnet.table.keys import Key
from clinnet.table.once import DAYS, Once
from clinnet.table.scope import Scope
from clinnet.table.values import Raw, Row, row_from_raw, row_to_raw, to_raw

LIMIT = 100  # DynamoDB's own: a rename of five words to five others needs 84
SEAL = "sealed"
MARKS = frozenset({"errored", "cosigned", "reviewed", "line"})  # what `mark` may set beside a seal
PASSING = {"", "None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
FROZEN = "frozen"  # of an invoice that was issued, and of each entry of the ledger: nothing changes it any more
Refusal = ClinnetError | Callable[[Row], ClinnetError]


@dataclass(slots=True, repr=False)
class _Step:
    action: dict[str, Any]
    refusal: Refusal | None

    @property
    def key(self) -> Key:
        (action,) = self.action.values()
        named = action.get("Key") or action["Item"]
        return Key(named["PK"]["S"], named["SK"]["S"])


@dataclass(slots=True, repr=False)
class _Expression:
    """Collects the placeholders of one action's expressions."""

    names: dict[str, str] = field(default_factory=dict)
    values: Raw = field(default_factory=dict)

    def name(self, attribute: str) -> str:
        """Dots in `attribute` lead into maps: `stays.01H…`."""
        return ".".join(self._placeholder(self.names, "#", part) for part in attribute.split("."))

    def value(self, value: Any) -> str:
        return self._placeholder(self.values, ":", to_raw(value))

    @staticmethod
    def _placeholder(known: dict[str, Any], sign: str, thing: Any) -> str:
        """The same for the same: an expression may be 4 KB long, and a visit of ten hours names 120 grains twice."""
        for placeholder, each in known.items():
            if each == thing:
                return placeholder
        known[f"{sign}{len(known)}"] = thing
        return f"{sign}{len(known) - 1}"

    def arguments(self) -> dict[str, Any]:
        names = {"ExpressionAttributeNames": self.names} if self.names else {}
        return names | ({"ExpressionAttributeValues": self.values} if self.values else {})


class Transaction:
    """Collects the steps of one action and commits them whole, with its event, or not at all."""

    def __init__(self, scope: Scope, *, once: Once | None = None, to_deadline: bool = False) -> None:
        """`to_deadline`: of an item that many write at once, tried as long as the request has time."""
        self.scope, self._to_deadline = scope, to_deadline
        self.at = clock.stamp()
        self.event_id = clock.new_id()
        self._once = once
        self._steps: list[_Step] = []
        self._chain: dict[str, list[Any]] = {}
        self._others: list[Event] = []
        self._afterwards: list[Callable[[], None]] = []
        if once and once.draft:
            self._add("Put", drafts.spending(scope, once.draft, once.token, once.seen), drafts.not_seen)

    # --- Steps -------------------------------------------------------------------------------------------------

    def put(self, item: Item, refusal: Refusal | None = None) -> None:
        """A new entity: it is there only if nothing is."""
        item.clinic_id = self.scope.clinic_id
        item.version, item.schema = 1, item.SCHEMA
        item.created_at = item.created_at or self.at
        item.updated_at, item.last_event = self.at, self.event_id
        self._chain[item.sk] = [0, 1, ""]
        raw = {name: value for name, value in item.serialize().items() if value != {"NULL": True}}
        self._put(raw, only_new=True, refusal=refusal)

    def update(
        self, item: Item, changes: Mapping[str, Any], *, refusal: Refusal | None = None,
        unlike: Mapping[str, Any] | None = None, **conditions: Any,
    ) -> None:  # fmt: skip
        """New values by Python attribute name; an empty one is removed. Conditioned on the version that was read.

        `conditions` are further attributes' expected values, `unlike` values that they must not have: whoever asked
        does not approve. Raises Stale at commit unless `refusal` says other.
        """
        self._update(item, changes, conditions, refusal, unlike=unlike)

    def mark(self, item: Item, marks: Mapping[str, Any], *, refusal: Refusal | None = None) -> None:
        """As `update`, of what may be signed: its marks alone, and never what it says. Raises ValueError for more."""
        attributes = type(item).get_attributes()
        if not {attributes[name].attr_name for name in marks} <= MARKS:
            raise ValueError("this is no mark")
        self._update(item, marks, {}, refusal, over_seal=True)

    def _update(
        self, item: Item, changes: Mapping[str, Any], conditions: Mapping[str, Any], refusal: Refusal | None, *,
        over_seal: bool = False, unlike: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        attributes = type(item).get_attributes()
        sets = {attributes[name].attr_name: value for name, value in changes.items()}
        sets |= {
            "version": item.version + 1,
            "updatedAt": self.at,
            "lastEvent": self.event_id,
            "schema": item.SCHEMA,
        }
        before = [item.last_event, item.updated_at] if item.last_event else [""]
        self._chain[item.sk] = [item.version, item.version + 1, *before]
        when = {"version": item.version} | {attributes[name].attr_name: value for name, value in conditions.items()}
        others = {attributes[name].attr_name: value for name, value in (unlike or {}).items()}
        self._change(item.key, sets=sets, when=when, unlike=others, refusal=refusal or _stale, over_seal=over_seal)

    def put_row(self, row: Row, *, only_new: bool = False, refusal: Refusal | None = None) -> None:
        """A row with its `PK` and `SK`; stamped with the clinic."""
        stamped = {"clinicId": self.scope.clinic, **row}
        self._put(row_to_raw(stamped), only_new=only_new, refusal=refusal)

    def _put(self, raw: Raw, *, only_new: bool, refusal: Refusal | None) -> None:
        put: dict[str, Any] = {"TableName": settings.CLINNET_TABLE, "Item": raw}
        if only_new:
            put["ConditionExpression"] = "attribute_not_exists(PK)"
        elif self.scope.clinic:
            mine = f"clinicId = :c AND attribute_not_exists({FROZEN})"
            put["ConditionExpression"] = f"attribute_not_exists(PK) OR ({mine})"
            put["ExpressionAttributeValues"] = {":c": {"S": self.scope.clinic}}
        if not only_new and Key(raw["PK"]["S"], raw["SK"]["S"]).is_record:
            also = f" AND ({put['ConditionExpression']})" if "ConditionExpression" in put else ""
            put["ConditionExpression"] = f"attribute_not_exists({SEAL}){also}"
        self._add("Put", put, refusal)

    def change_row(
        self,
        key: Key,
        *,
        sets: Mapping[str, Any] | None = None,
        adds: Mapping[str, Any] | None = None,
        deletes: Mapping[str, Any] | None = None,
        when: Mapping[str, Any] | None = None,
        unless: Collection[str] = (),
        new: bool = False,
        refusal: Refusal | None = None,
    ) -> None:
        """Named attributes of one row: set (an empty value is removed), added to, deleted from sets.

        `when` are values that must hold (None: absent), `unless` attributes that must not exist. With `new` the row
        may come into being.
        """
        self._change(key, sets=sets, adds=adds, deletes=deletes, when=when, unless=unless, new=new, refusal=refusal)

    def _change(
        self,
        key: Key,
        *,
        sets: Mapping[str, Any] | None = None,
        adds: Mapping[str, Any] | None = None,
        deletes: Mapping[str, Any] | None = None,
        when: Mapping[str, Any] | None = None,
        unless: Collection[str] = (),
        unlike: Mapping[str, Any] | None = None,
        new: bool = False,
        refusal: Refusal | None = None,
        over_seal: bool = False,
    ) -> None:
        if key.is_record and not over_seal:
            unless = {*unless, SEAL}
        text = _Expression()
        gone = [name for name, value in (sets or {}).items() if value in (None, "", [], {})]
        there = {name: value for name, value in (sets or {}).items() if name not in gone}
        clauses = []
        if there:
            clauses.append("SET " + ", ".join(f"{text.name(n)} = {text.value(v)}" for n, v in there.items()))
        if gone:
            clauses.append("REMOVE " + ", ".join(text.name(n) for n in gone))
        if adds:
            clauses.append("ADD " + ", ".join(f"{text.name(n)} {text.value(v)}" for n, v in adds.items()))
        if deletes:
            clauses.append("DELETE " + ", ".join(f"{text.name(n)} {text.value(v)}" for n, v in deletes.items()))
        unless = (*unless, FROZEN) if key.is_book else unless
        condition = self._condition(text, when or {}, unless, new=new, shared=key.is_shared, unlike=unlike or {})
        update = {"UpdateExpression": " ".join(clauses), **condition, **text.arguments()}
        self._add("Update", {"TableName": settings.CLINNET_TABLE, "Key": key.raw(), **update}, refusal)

    def delete_row(self, key: Key, *, when: Mapping[str, Any] | None = None, refusal: Refusal | None = None) -> None:
        """Removes a row if it is there; with `when` it has to be, with these values."""
        text = _Expression()
        unless = [*([FROZEN] if key.is_book else []), *([SEAL] if key.is_record else [])]
        condition = self._condition(text, when or {}, unless, new=not when)
        delete = {"TableName": settings.CLINNET_TABLE, "Key": key.raw(), **condition, **text.arguments()}
        self._add("Delete", delete, refusal)

    def check(
        self,
        key: Key,
        *,
        when: Mapping[str, Any] | None = None,
        unless: Collection[str] = (),
        new: bool = False,
        refusal: Refusal,
    ) -> None:
        """A row that must hold `when` and lack `unless`, and is not changed. With `new` it may be missing."""
        text = _Expression()
        condition = self._condition(text, when or {}, unless, new=new)
        check = {"TableName": settings.CLINNET_TABLE, "Key": key.raw(), **condition, **text.arguments()}
        self._add("ConditionCheck", check, refusal)

    def _condition(
        self, text: _Expression, when: Mapping[str, Any], unless: Collection[str], *, new: bool, shared: bool = False,
        unlike: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:  # fmt: skip
        parts = [f"attribute_not_exists({text.name(name)})" for name in unless]
        for name, value in when.items():
            parts.append(
                f"attribute_not_exists({text.name(name)})"
                if value is None
                else f"{text.name(name)} = {text.value(value)}"
            )
        parts += [f"{text.name(name)} <> {text.value(value)}" for name, value in (unlike or {}).items()]
        if self.scope.clinic and not shared:
            owner = f"{text.name('clinicId')} = {text.value(self.scope.clinic)}"
            parts.append(f"(attribute_not_exists({text.name('PK')}) OR {owner})" if new else owner)
        elif not new:
            parts.append(f"attribute_exists({text.name('PK')})")
        return {"ConditionExpression": " AND ".join(parts)} if parts else {}

    def _add(self, kind: str, action: dict[str, Any], refusal: Refusal | None) -> None:
        if "ConditionExpression" in action:
            action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._steps.append(_Step({kind: action}, refusal))

    def also(self, event: Event) -> None:
        """A second event, where one action changes what belongs to several patients."""
        self._others.append(event)

    def afterwards(self, do: Callable[[], None]) -> None:
        """Done once all is written, or may be: to forget an answer that the steps make old."""
        self._afterwards.append(do)

    # --- Commit ------------------------------------------------------------------------------------------------

    def commit(self, event: Event, result: str = "") -> str:
        """Writes all steps and the event at once, and returns `result`; for a token used before, the first result.

        Raises the refusal of the step whose condition failed, Stale, NotFound, Busy or Unsure.
        """
        steps = self._guards(event, result) + self._steps
        if len(steps) > LIMIT:
            raise ValueError(f"{len(steps)} actions: more than {LIMIT} are a job")
        try:
            return self._write(steps, result)
        finally:
            beat(step.key for step in self._steps)
            for do in self._afterwards:
                do()

    def _write(self, steps: list[_Step], result: str) -> str:
        lost = False
        for attempt in count():
            try:
                answer = call("TransactWriteItems", TransactItems=[step.action for step in steps])
                meter.current().write("TransactWriteItems", _units(answer))
                if self._once:
                    self._once.draft = None
                return result
            except Cancelled as cancelled:
                if (done := self._verdict(steps, cancelled, result)) is not None:
                    return done
            except Unsure:
                lost = True
            except Busy:
                pass
            except Unavailable:  # refused for good: but of an earlier try nobody knows
                if not lost:
                    raise
                break
            meter.current().count("TransactWriteItems")
            if not wait(attempt, to_deadline=self._to_deadline):
                break
        raise Unsure if lost else Busy

    def _guards(self, event: Event, result: str) -> list[_Step]:
        """The first steps: the once token, whose refusal is looked at before all others, and the event."""
        guards = []
        if self._once:
            row = {
                "digest": self._once.digest,
                "result": result,
                "clinicId": self.scope.clinic,
                "person": self.scope.actor.id,
                "type": "ONCE",
                "expiresAt": int(time.time()) + DAYS * 86400,
            }
            raw = row_to_raw(row | _names(keys.done_once(self._once.token)))
            guards.append(_Step({"Put": _put_only_new(raw)}, Reused()))
        told = [(event, self.event_id), *((other, clock.new_id()) for other in self._others)]
        rows = [event_row(self.scope, each, id, self.at, self._chain) for each, id in told]
        rows += filter(None, (topic_row(self.scope, each, id, self.at) for each, id in told))
        return guards + [_Step({"Put": _put_only_new(row_to_raw(row))}, None) for row in rows]

    def _verdict(self, steps: list[_Step], cancelled: Cancelled, result: str) -> str | None:
        """The earlier result, a refusal raised, or None: only conflicts, try again."""
        if len(cancelled.codes) != len(steps):
            return None  # which step was refused is not said
        for step, code, old in zip(steps, cancelled.codes, cancelled.olds, strict=True):
            if code != "ConditionalCheckFailed":
                continue
            row = row_from_raw(old or {})
            if row.get("id") == self.event_id and row.get("type") == "AUDIT":
                return result  # our own earlier attempt, whose answer was lost
            if row.get("type") == "ONCE" and self._once and row["digest"] == self._once.digest:
                return str(row.get("result", ""))
            if row and self.scope.clinic and row.get("clinicId") != self.scope.clinic and not _is_shared(row):
                raise NotFound
            if _is_sealed(step, row):
                raise Sealed
            refusal = step.refusal or (NotFound() if not row else Refused())
            raise refusal(row) if callable(refusal) else refusal
        if set(cancelled.codes) <= PASSING:
            return None
        raise Fault(f"transaction cancelled: {sorted(set(cancelled.codes))}")


def _stale(row: Row) -> ClinnetError:
    return Stale(row) if row else NotFound()


def _is_sealed(step: _Step, row: Row) -> bool:
    """Whether it is the seal that stopped this step."""
    ((kind, action),) = step.action.items()
    names = action.get("ExpressionAttributeNames", {})
    stopped = SEAL in names.values() or SEAL in action.get("ConditionExpression", "")
    return kind != "ConditionCheck" and stopped and SEAL in row


def _is_shared(row: Row) -> bool:
    return Key(row["PK"], row["SK"]).is_shared


def _names(key: Key) -> Row:
    return {"PK": key.pk, "SK": key.sk}


def _put_only_new(raw: Raw) -> dict[str, Any]:
    return {
        "TableName": settings.CLINNET_TABLE,
        "Item": raw,
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _units(answer: dict[str, Any]) -> float:
    return sum(float(each.get("CapacityUnits", 0)) for each in answer.get("ConsumedCapacity", []))
