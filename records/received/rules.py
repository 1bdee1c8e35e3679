"""Whether a document is about the patient in whose chart it is to stand. Pure."""

from collections.abc import Iterable
from typing import Any

from clinnet.rules import dates
from clinnet.rules.dates import DateOrder
from patients.rules.names import fold, full_name
from records.cda.document import Head


def differs(patient: Any, head: Head, order: DateOrder) -> str:
    """A sentence that says of whom the document is, where that is not clearly this patient; else empty.

    Family name, birth date and one given name have to agree: of twins two of them do. `patient` is its data.
    """
    born = patient.get("birth_date") or ""
    given = _words([patient.get("given_name"), patient.get("further_names"), patient.get("preferred_name")])
    family = fold(patient.get("family_name") or "")
    named = family in {fold(each) for each in head.families} and (not given or bool(given & _words(head.given)))
    if named and born and born == head.born:
        return ""
    there = f"{' '.join((*head.given[:2], *head.families[:1])) or 'nobody by name'}, {_born(head.born, order)}"
    return f"The document is about {there}. This chart is of {full_name(patient)}, {_born(born, order)}."


def _born(born: str, order: DateOrder) -> str:
    return f"born {dates.show(born, order)}" if born else "without a birth date"


def _words(names: Iterable[str | None]) -> set[str]:
    return {word for name in names for word in fold(name or "").split()}
