"""What is asked about patients. Search is in patients/search.py, likely duplicates in patients/duplicates.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from clinnet.table import Key, Page, Range, Row, Scope, find_row, get, get_many, keys, query, side_by_side
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from clinnet.table.reads import cursor_at
from patients import names
from patients.models import Contact, Patient

PAGE = 50
MOST_FOLDED = 5


class Merged(NotFound):
    """The record was folded into another: `survivor` is that one's id."""

    def __init__(self, survivor: str, number: str) -> None:
        super().__init__()
        self.survivor, self.number = survivor, number


def patient(scope: Scope, id: str) -> Patient:
    """The patient with this id. Raises NotFound, and Merged for a record that was folded into another."""
    found = get(scope, Patient, Patient.at(id))
    if found.merged_into:
        raise Merged(found.merged_into, found.mrn or "")
    return found


def folded(scope: Scope, id: str) -> Patient:
    """The patient with this id as it is, also when it was folded into another. Raises NotFound."""
    return get(scope, Patient, Patient.at(id))


def several(scope: Scope, ids: Iterable[str]) -> dict[str, Patient]:
    """Patients by id, in one call; those that do not exist here are left out."""
    found = get_many(scope, [Patient.at(id) for id in ids], consistent=False).of(Patient)
    return {each.id: each for each in found}


def letters(scope: Scope) -> set[str]:
    """The buckets that the clinic's alphabetical list has."""

    def ask() -> set[str]:
        row = find_row(scope, keys.list_buckets(scope.here))
        return set(row["letters"]) if row else set()

    return remember(("letters", scope.here), ask)


@dataclass(frozen=True, slots=True)
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


def list_page(scope: Scope, letter: str, *, after: str = "", before: str = "", limit: int = PAGE) -> ListPage:
    """A page of one letter, `after` or `before` a cursor of the same letter."""
    known = sorted(letters(scope), key=names.by_alphabet)
    letter = letter or (known[0] if known else "a")
    asked = keys.patients_by_letter(scope.here, letter)
    page = query(scope, asked, limit=limit, cursor=after or before, backward=bool(before), view="list")
    raws = page.raws[::-1] if before else page.raws
    first = cursor_at(scope, asked, raws[0], view="list") if raws else ""
    last = cursor_at(scope, asked, raws[-1], view="list") if raws else ""
    previous = first if (after or (before and page.next)) else ""
    following = last if (before or page.next) else ""
    return ListPage(Page(raws).rows, letter, previous, following, known)


def contacts(scope: Scope, patient: Patient, *, limit: int = 5, cursor: str = "") -> tuple[list[Contact], str]:
    """The contact log, newest first, of this record and of those folded into it."""
    pages = side_by_side(
        *(partial(_newest, scope, keys.contacts_of(id), limit, cursor) for id in _read_ids(patient, cursor))
    )
    found = [contact for page in pages for contact in page.of(Contact)]
    return sorted(found, key=lambda contact: contact.at_time, reverse=True)[:limit], pages[0].next


def contact(scope: Scope, patient: Patient, id: str) -> Contact:
    """One contact of this patient. Raises NotFound."""
    found = get_many(scope, [Contact.at(each, id) for each in _all_ids(patient)]).of(Contact)
    if not found:
        raise NotFound
    return found[0]


def callbacks_due(scope: Scope, *, limit: int = 50) -> list[Row]:
    """Open call-backs by due date, with the patient's line and what it is about."""
    return query(scope, keys.callbacks_due(scope.here), limit=limit).rows


def history(scope: Scope, patient: Patient, *, limit: int = 50, cursor: str = "") -> tuple[list[Row], str]:
    """Who did what to this record and to those folded into it, newest first; the lines of the trail's events."""
    pages = side_by_side(
        *(partial(_newest, scope, keys.history_of(id), limit, cursor) for id in _read_ids(patient, cursor))
    )
    rows = [row for page in pages for row in page.rows]
    return sorted(rows, key=lambda row: row["GSI2SK"], reverse=True)[:limit], pages[0].next


def _newest(scope: Scope, asked: Range, limit: int, cursor: str) -> Page:
    return query(scope, asked, limit=limit, cursor=cursor, backward=True, view="newest")


def _read_ids(patient: Patient, cursor: str) -> list[str]:
    """A first page shows all folded records' entries; further pages go on in this record's own."""
    return [patient.id] if cursor else _all_ids(patient)


def _all_ids(patient: Patient) -> list[str]:
    return [patient.id, *(patient.absorbed or [])[:MOST_FOLDED]]


def by_number(scope: Scope, key: Key) -> str:
    """The id of the patient who holds a unique value, or empty."""
    row = find_row(scope, key)
    return str(row["id"]) if row else ""
