"""What is asked about patients. Search is in patients/search.py, likely duplicates in patients/duplicates.py."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from clinnet.pages import or_none
from clinnet.table import (
    Key,
    Page,
    Row,
    Scope,
    find_row,
    get,
    get_many,
    get_rows,
    keys,
    query,
    side_by_side,
)
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from clinnet.table.reads import cursor_at
from patients import timeline
from patients.models import Contact, Patient
from patients.rules import names, phones
from patients.timeline import VIEW, all_ids, newest

PAGE = 50


class Merged(NotFound):
    """The record was folded into another: `survivor` is that one's id."""

    def __init__(self, survivor: str, number: str) -> None:
        super().__init__()
        self.survivor, self.number = survivor, number


def patient(scope: Scope, id: str) -> Patient:
    """The patient with this id. Raises NotFound, and Merged for a record that was folded into another."""
    found = get(scope, Patient, Patient.at(id))
    if found.merged_into:
        last = survivors(scope, [found.merged_into]).get(found.merged_into)
        raise Merged(last.id if last else found.merged_into, found.mrn or "")
    return found


def current(scope: Scope, id: str) -> Patient:
    """The patient with this id, or the one into whom that record was folded. Raises NotFound."""
    try:
        return patient(scope, id)
    except Merged as merged:
        return patient(scope, merged.survivor)


def folded(scope: Scope, id: str) -> Patient:
    """The patient with this id as it is, also when it was folded into another. Raises NotFound."""
    return get(scope, Patient, Patient.at(id))


def survivors(scope: Scope, ids: Iterable[str]) -> dict[str, Patient]:
    """The patients to whom these ids lead by now: a record may be folded into one that is folded itself."""
    known: dict[str, Patient] = {}
    todo = set(ids)
    asked = set(todo)
    while todo:
        known |= {each.id: each for each in get_many(scope, map(Patient.at, todo)).of(Patient)}
        todo = {each.merged_into for each in known.values() if each.merged_into} - known.keys() - asked
        asked |= todo
    return {id: _last(known, known[id]) for id in asked if id in known}


def relatives_at(scope: Scope, patient: Patient, numbers: frozenset[str]) -> list[Patient]:
    """The relatives with a record who have one of these phone numbers, as they are kept."""
    found = survivors(scope, {link.get("patient_id", "") for link in patient.links or []} - {""})
    return [each for each in found.values() if numbers & phones.numbers(each.phones) and each.id != patient.id]


def _last(known: dict[str, Patient], patient: Patient) -> Patient:
    while patient.merged_into in known:
        patient = known[patient.merged_into]
    return patient


def letters(scope: Scope) -> set[str]:
    """The buckets that the clinic's alphabetical list has."""

    def ask() -> set[str]:
        row = find_row(scope, keys.list_buckets(scope.clinic_id))
        return set(row["letters"]) if row else set()

    return remember(("letters", scope.clinic_id), ask)


@dataclass(frozen=True, slots=True, repr=False)
class ListPage:
    """One page of the alphabetical list. The cursors are empty at the ends of the letter."""

    rows: list[Row]
    letter: str
    previous: str
    next: str
    letters: list[str]

    def beside(self, step: int) -> str:
        """The letter before (-1) or after (1) this one, or empty."""
        at = self.letters.index(self.letter) + step if self.letter in self.letters else -1
        return self.letters[at] if 0 <= at < len(self.letters) else ""


def list_page(
    scope: Scope, letter: str, *, after: str = "", before: str = "", end: bool = False, limit: int = PAGE
) -> ListPage:
    """A page of one letter, `after` or `before` a cursor of the same letter; with `end` the letter's last page."""
    known = sorted(letters(scope), key=names.by_alphabet)
    letter = letter or (known[0] if known else "a")
    asked = keys.patients_by_letter(scope.clinic_id, letter)
    backward = bool(before) or end
    page = query(scope, asked, limit=limit, cursor=after or before, backward=backward, view="list")
    raws = page.raws[::-1] if backward else page.raws
    first = cursor_at(scope, asked, raws[0], view="list") if raws else ""
    last = cursor_at(scope, asked, raws[-1], view="list") if raws else ""
    previous = first if (after or (backward and page.next)) else ""
    following = last if (before or (not end and page.next)) else ""
    return ListPage(Page(raws).rows, letter, previous, following, known)


def contacts(scope: Scope, patient: Patient, *, limit: int = 50, cursor: str = "") -> tuple[list[Contact], str]:
    """The contact log, newest first, of this record and of those folded into it."""
    raws, following = newest(scope, patient, keys.contacts_of, limit, cursor)
    return Page(raws).of(Contact), following


@dataclass(frozen=True, slots=True, repr=False)
class Around:
    """What stands round a patient on the overview; None for what could not be read. `more` is what others asked."""

    contacts: list[Contact] | None
    people: dict[str, Patient] | None
    more: list[Page | None] = field(default_factory=list)


def around(scope: Scope, patient: Patient, *, limit: int = 5, more: Sequence[Callable[[], Page]] = ()) -> Around:
    """The newest contacts, and the relatives and folded records by id: side by side, each on its own."""
    relatives = [link["patient_id"] for link in patient.links or [] if link.get("patient_id")]
    wanted = [Patient.at(id) for id in [*relatives, *all_ids(patient)[1:]]]
    asked = timeline.questions(scope, patient, keys.contacts_of, limit=limit, view=VIEW)
    people: list[Callable[[], Page]] = [partial(get_many, scope, wanted, consistent=False)] if wanted else []
    answers = iter(side_by_side(*(partial(or_none, ask) for ask in [*asked, *people, *more])))
    logs, found = [next(answers) for _ in asked], next(answers) if people else Page([])
    contacts = [contact for log in logs if log for contact in log.of(Contact)]
    latest = sorted(contacts, key=lambda contact: contact.id, reverse=True)[:limit]
    return Around(
        None if None in logs else latest,
        None if found is None else {each.id: each for each in found.of(Patient)},
        list(answers),
    )


def contact(scope: Scope, patient: Patient, id: str) -> Contact:
    """One contact of this patient. Raises NotFound."""
    found = get_many(scope, [Contact.at(each, id) for each in all_ids(patient)]).of(Contact)
    if not found:
        raise NotFound
    return found[0]


def callbacks_due(scope: Scope, *, limit: int = 50) -> list[Row]:
    """Open call-backs by due date, with the patient's line and what it is about."""
    return query(scope, keys.callbacks_due(scope.clinic_id), limit=limit).rows


def history(scope: Scope, patient: Patient, *, limit: int = 50, cursor: str = "") -> tuple[list[Row], str]:
    """Who did what to this record and to those folded into it, newest first; `of` is the id of the record."""
    owners = {keys.history_of(id).pk: id for id in all_ids(patient)}
    raws, following = newest(scope, patient, keys.history_of, limit, cursor)
    return [row | {"of": owners[row["GSI2PK"]]} for row in Page(raws).rows], following


def changes(scope: Scope, events: Iterable[Row]) -> dict[str, Row]:
    """What each event of a history changed, as {event id: {attribute: [before, after]}}."""
    whole = get_rows(scope, [Key(row["PK"], row["SK"]) for row in events], consistent=False)
    return {row["id"]: row.get("changes", {}) for row in whole.values()}
