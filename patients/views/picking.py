"""Patients as something to pick, everywhere in the same way: as in the search box."""

from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.forms.pick import Found, Mark, New, Option, PickSource
from patients import hooks, queries
from patients.rules import names
from patients.search import search, understood
from patients.services.looking import looked
from patients.views.finding import register_row
from patients.views.rows import rows

DECEASED = "deceased"
HINT = "Name, date of birth, phone or number"
NONE = "Nobody was found by that."


def living(request: ClinicRequest, text: str) -> Found:
    """Those who died are shown and cannot be picked: for what is to come."""
    return _found(request, text, why_not=frozenset((DECEASED,)))


def records(request: ClinicRequest, text: str) -> Found:
    """Everybody who has a record: for what was, and for the record itself."""
    return _found(request, text)


def _found(request: ClinicRequest, text: str, why_not: frozenset[str] = frozenset()) -> Found:
    looked(request.scope)
    query = understood(text, request.clinic)
    found = rows(request, ((hit.id, hit.line) for hit in search(request.scope, query).hits))
    more = hooks.rows(request, found, full=False)
    register = register_row(request, text, query.registration)
    name = names.list_name(query.registration) or text
    return Found(
        tuple(_option(each, why_not) for each in found),
        hint=query.problem,
        new=New(name, register["label"] if register else "", register["url"] if register else ""),
        later_url=more.get("next_url", ""),
    )


def _option(row: dict[str, Any], why_not: frozenset[str]) -> Option:
    flags = [Mark(each["icon"], each["label"]) for each in row["flags"]]
    same = [Mark("equal", "same name", warn=True)] if row["same_name"] else []
    tail = f"···{row['tail']}" if row["tail"] else ""
    facts = (row["born"] or "birth date not known", row["sex"], f"No. {row['number']}", tail)
    return Option(
        row["id"],
        row["family_given"],
        tuple(filter(None, facts)),
        (*same, *flags),
        why_not=next((each.label for each in flags if each.label in why_not), ""),
    )


PATIENT = PickSource("patient", "Patients", Permission.PATIENT_READ, HINT, NONE, living, queries.current)
RECORD = PickSource("record", "Patients", Permission.PATIENT_READ, HINT, NONE, records, queries.current)
