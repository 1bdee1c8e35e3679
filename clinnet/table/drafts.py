"""Drafts: what a person is typing, saved while they type. Rows of one person, that nobody else reads.

They are the one thing that is written without a transaction and without an event: a draft changes nothing of the
clinic's, and a save of 1 kB costs 1 write unit. This module writes draft keys alone.

A row knows the page that wrote it (`page`, the form's one-time token) and how often (`n`). A save is refused when it
is older than what the same page saved, when another page wrote since (`known` is what the page last saw), and when the
form that the page shows has been sent: `spent` rows are what a sent form leaves, so that a save that was still on its
way does not bring its draft back, and another page that shows the same draft does not send it a second time unasked.
"""

import hmac
import time
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings

from clinnet.table import keys, meter
from clinnet.table.connection import Cancelled, patiently
from clinnet.table.errors import NotFound, Refused, SentAlready, TypedElsewhere
from clinnet.table.keys import Key
from clinnet.table.reads import get_rows
from clinnet.table.scope import Scope
from clinnet.table.secrets import blind
from clinnet.table.values import Row, row_to_raw, to_raw, weight

DAYS = 7
FOREVER = 36_500  # days, for what somebody has to sign some day
SPENT_DAYS = 1
NOBODY = "-"  # the page of a draft that was discarded: the page that did it may begin a new one
LAST = 10**9  # above every `n` of a page
LARGEST = 380_000  # bytes of a draft's fields; an item may have 400 kB


@dataclass(frozen=True, slots=True, repr=False)
class Mark:
    """Which save of which page: `page` is the one-time token of the form shown, `n` counts from 1."""

    page: str = ""
    n: int = 0

    @classmethod
    def of(cls, text: str) -> Self:
        """ "a1b2 7" is the seventh save of page a1b2."""
        page, _, n = text[:100].partition(" ")
        return cls(page, int(n)) if page and n.isascii() and n.isdecimal() else cls()


NOTHING = Mark()


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """`fields` is JSON as the page sent it; `at` is a stamp."""

    fields: str
    at: str
    mark: Mark


def key_of(scope: Scope, form: str) -> Key:
    return keys.draft(scope.actor.id, scope.clinic_id, form)


def find(scope: Scope, forms: list[str]) -> dict[str, Draft]:
    """The person's own drafts of these forms; what is spent or has expired is left out."""
    rows = get_rows(scope, [key_of(scope, form) for form in forms])
    found = {form: rows[key] for form in forms if (key := key_of(scope, form)) in rows}
    return {form: _draft(row) for form, row in found.items() if not row.get("spent") and row["expiresAt"] > time.time()}


def _draft(row: Row) -> Draft:
    return Draft(row["fields"], row["savedAt"], Mark(row["page"], row["n"]))


def begin_note(scope: Scope, key: Key, writing: Key, at: str) -> None:
    """That somebody writes a note, for lists that read no text: `key` is a `keys.note_begun`, `at` a stamp.

    At `writing`, a `keys.writing`, colleagues read it for half a day, with the name.
    """
    _put(scope, key, savedAt=at)
    _put(scope, writing, savedAt=at, person=scope.actor.id, name=scope.actor.name, expiresAt=in_days(1) - 43_200)


def _put(scope: Scope, key: Key, **more: Any) -> None:
    row = {"PK": key.pk, "SK": key.sk, "type": "DRAFT", "clinicId": scope.clinic_id, **more}
    patiently("PutItem", TableName=settings.CLINNET_TABLE, Item=row_to_raw(row))
    meter.current().write("PutItem", 1.0)


def keep(scope: Scope, form: str, draft: Draft, known: Mark = NOTHING, *, days: int = DAYS) -> bool:
    """Whether it was kept, or already was; not if the form was sent meanwhile or another page wrote since `known`."""
    values = {
        ":clinic": scope.clinic_id,
        ":now": int(time.time()),
        ":page": draft.mark.page,
        ":n": draft.mark.n,
        ":known": known.page,
        ":k": known.n,
        ":yes": True,
    }
    item = row_to_raw(_row(scope, form, draft, days))
    try:
        answer = patiently(
            "PutItem",
            TableName=settings.CLINNET_TABLE,
            Item=item,
            ConditionExpression=(
                "attribute_not_exists(PK) OR clinicId = :clinic AND (expiresAt < :now"
                " OR page = :page AND n < :n OR page <> :page AND (spent = :yes OR page = :known AND n = :k))"
            ),
            ExpressionAttributeValues={name: to_raw(value) for name, value in values.items()},
        )
    except Cancelled:
        there = find(scope, [form]).get(form)
        return there is not None and there.mark == draft.mark  # our own, whose answer was lost
    units = answer.get("ConsumedCapacity", {}).get("CapacityUnits", -(-weight(item) // 1024))
    meter.current().write("PutItem", float(units))
    return True


def _row(scope: Scope, form: str, draft: Draft, days: int) -> Row:
    key = key_of(scope, form)
    return {
        "PK": key.pk,
        "SK": key.sk,
        "type": "DRAFT",
        "clinicId": scope.clinic_id,
        "fields": draft.fields,
        "savedAt": draft.at,
        "page": draft.mark.page,
        "n": draft.mark.n,
        "expiresAt": in_days(days),
    }


def spent(scope: Scope, page: str) -> Row:
    """What a draft becomes when its form is sent, or it is discarded (`page` is then NOBODY)."""
    return {
        "type": "DRAFT",
        "clinicId": scope.clinic_id,
        "fields": "",
        "savedAt": "",
        "page": page,
        "n": LAST,
        "spent": True,
        "expiresAt": in_days(SPENT_DAYS),
    }


def spending(scope: Scope, key: Key, page: str, seen: str) -> dict[str, Any]:
    """The put that leaves a draft spent: of the form that `page` shows, in the transaction of its save.

    Where the page says what it `seen` last, the draft has to be that still, or its own; or one that was discarded.
    """
    put: dict[str, Any] = {
        "TableName": settings.CLINNET_TABLE,
        "Item": row_to_raw({"PK": key.pk, "SK": key.sk, **spent(scope, page)}),
    }
    values: dict[str, Any] = {":clinic": scope.clinic_id}
    known = ""
    if seen:
        mark = Mark.of(seen)
        known = (
            " AND (page = :page OR page = :nobody OR expiresAt < :now"
            " OR page = :known AND n = :k AND attribute_not_exists(spent))"
        )
        values |= {":page": page, ":nobody": NOBODY, ":now": int(time.time()), ":known": mark.page, ":k": mark.n}
    put["ConditionExpression"] = f"attribute_not_exists(PK) OR clinicId = :clinic{known}"
    put["ExpressionAttributeValues"] = {name: to_raw(value) for name, value in values.items()}
    return put


def not_seen(row: Row) -> Refused:
    """Why `spending` was refused."""
    return SentAlready() if row.get("spent") else TypedElsewhere()


def drop(scope: Scope, key: Key, page: str) -> None:
    """The draft is gone. Outside a transaction: when it is discarded, and after a form that changed nothing."""
    row = {"PK": key.pk, "SK": key.sk, **spent(scope, page)}
    patiently("PutItem", TableName=settings.CLINNET_TABLE, Item=row_to_raw(row))
    meter.current().write("PutItem", 1.0)


def in_days(days: int) -> int:
    """As the table's expiry: seconds since 1970."""
    return int(time.time()) + days * 86400


def ticket(scope: Scope, form: str) -> str:
    """The form's name, sealed for this person and clinic."""
    return f"{blind('draft', scope.clinic_id, scope.actor.id, form)}.{form}"


def form_of(scope: Scope, sealed: str) -> str:
    """The reverse. Raises NotFound for a ticket that is forged, or another person's or clinic's."""
    form = sealed.partition(".")[2]
    if not hmac.compare_digest(sealed.encode(), ticket(scope, form).encode()):
        raise NotFound
    return form
