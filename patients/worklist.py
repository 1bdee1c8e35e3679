"""What waits for somebody: the page Tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from clinnet import clock
from clinnet.pages import Ask, or_none
from clinnet.table import Page, Row, Scope, keys, query, side_by_side
from patients import queries
from patients.lines import CallbackLine
from patients.models import Patient

MOST_CALLBACKS = 50
NEWEST = 12  # of each of two months


@dataclass(frozen=True, slots=True, repr=False)
class Work:
    """`callbacks` are rows of the index: what is due first, one's own before others'. `due` are the newest first.

    `more` are the answers to others' questions, None where one could not be read.
    """

    opened: list[Patient]
    callbacks: list[Row]
    due: list[Patient]
    more: list[Page | None]


def work(
    scope: Scope, *, opened: Iterable[str], mine: set[str], today: str, details: bool = True, more: Sequence[Ask] = ()
) -> Work:
    """`opened` are ids, `mine` the person's id and roles, `today` the clinic's date; `due` is asked with `details`.

    Two rounds: the indexes side by side, then every patient whom they name in one call.
    """
    clinic, now = scope.clinic_id, clock.now()
    months = [clock.stamp(now)[:7], clock.stamp(now.replace(day=1) - timedelta(days=1))[:7]]
    joined = [keys.patients_who_joined_in(clinic, month) for month in months]
    questions: list[Ask] = [partial(query, scope, keys.callbacks_due(clinic), limit=MOST_CALLBACKS)]
    questions += [partial(query, scope, asked, limit=NEWEST, backward=True) for asked in joined if details]
    answers = side_by_side(*questions, *(partial(or_none, ask) for ask in more))
    callbacks, *newest = (page for page in answers[: len(questions)] if page)  # these raise where they cannot be read
    lately = [row["id"] for page in newest for row in page.rows][:NEWEST]
    opened = list(opened)
    known = queries.survivors(scope, {*opened, *lately})
    return Work(
        opened=last_opened(opened, known),
        callbacks=sorted(callbacks.rows, key=lambda row: _urgency(row, mine, today)),
        due=[known[id] for id in lately if id in known and known[id].id == id and _is_due(known[id])],
        more=answers[len(questions) :],
    )


def last_opened(ids: Iterable[str], known: Mapping[str, Patient]) -> list[Patient]:
    """In the order of `ids`, each once; `known` leads from the folded to their survivors."""
    return list({known[id].id: known[id] for id in ids if id in known}.values())


def is_theirs(callback: Row, mine: set[str]) -> bool:
    """Whether an open call-back is for one of these: ids of people, roles."""
    return CallbackLine.unpack(callback["line"]).owner in mine


def due_on(callback: Row) -> str:
    """The date of an open call-back."""
    return keys.parse_callback_due(callback["GSI1SK"])


def _urgency(callback: Row, mine: set[str], today: str) -> tuple[bool, bool, str, str]:
    """Of one day those with a time come first, in its order."""
    due, line = due_on(callback), CallbackLine.unpack(callback["line"])
    return due > today, line.owner not in mine, due, line.at or "24:00"


def _is_due(patient: Patient) -> bool:
    ended = patient.archived or patient.deceased_on or patient.test
    return bool(patient.missing) and not ended
