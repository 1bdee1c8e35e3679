"""Changing the catalogue. What was recorded and invoiced keeps the price that was agreed then."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from billing import queries
from billing.models import CatalogItem
from clinnet.accounts.permissions import Permission
from clinnet.money import LARGEST
from clinnet.table import Action, Event, Once, Scope, Transaction, changed, get, get_many
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

SAVE = Action("catalogue.save", "changed a service of the catalogue")
CODE = re.compile(r"[^\W_][\w-]{0,19}")  # as it stands in addresses, and in the names of sums
MOST_SESSIONS = 100
MOST_PARTS = 20
TAKEN = Refused("There is a service of this code already: a code is never used again.", field="code")


@idempotent
def save(
    scope: Scope, *, item: CatalogItem | None = None, code: str = "", name: str, price: int, since: str, rate: int = 0,
    category: str = "", visit_types: Sequence[str] = (), active: bool = True, sessions: int = 0, covers: str = "",
    tax_class_id: str = "", price_list_id: str = "", parts: Sequence[str] = (), is_own: bool = False,
    once: Once | None = None,
) -> str:  # fmt: skip
    """A new service under `code`, or new values for one; returns its code.

    `price` counts the minor unit and holds from `since`, a date, on the list of that id, else on the usual one; it
    takes the place of one from the same day. With `sessions` it is a bundle of so many of the service `covers`, a code;
    with `parts`, codes, a package of these. One that `is_own` the patient pays alone. A tax class takes the place of
    `rate`.
    """
    scope.require(Permission.CATALOGUE)
    code = item.id if item else code.strip().upper()
    if not code or not name.strip():
        raise Refused("A service needs a code and a name.", field="name" if code else "code")
    if not CODE.fullmatch(code):
        raise Refused("A code is of letters and figures, and of dashes between them.", field="code")
    if not 0 <= price <= LARGEST:
        raise Refused("A price is from 0 up, and not as much as that.", field="price")
    _check_sessions(scope, code, sessions, covers)
    _check_parts(scope, code, parts, sessions)
    if tax_class_id:
        queries.tax_class(scope, tax_class_id)
    if price_list_id:
        queries.price_list(scope, price_list_id)
    values: dict[str, Any] = {
        "name": name.strip(),
        "rate": rate,
        "category": category.strip() or None,
        "active": active,
        "prices": with_price(item.prices if item else [], price, since, price_list_id),
        "visit_type_ids": list(visit_types),
        "sessions": sessions or None,
        "covers": covers or None,
        "tax_class_id": tax_class_id or None,
        "parts": list(parts) or None,
        "is_own": is_own,
    }
    tx = Transaction(scope, once=once)
    changes = changed(item, values)
    if item is None:
        at = CatalogItem.at(scope.clinic_id, code)
        tx.put(CatalogItem(pk=at.pk, sk=at.sk, id=code, **values), refusal=TAKEN)
    elif changes:
        tx.update(item, values)
    else:
        return code
    result = tx.commit(Event(SAVE, "CATALOG", code, changes=changes), result=code)
    forget()
    return result


def _check_sessions(scope: Scope, code: str, sessions: int, covers: str) -> None:
    if bool(sessions) != bool(covers):
        raise Refused("A bundle has a number of sessions, and the service that they are of.", field="sessions")
    if sessions and not 2 <= sessions <= MOST_SESSIONS:
        raise Refused(f"A bundle has 2 to {MOST_SESSIONS} sessions.", field="sessions")
    if covers and (covers == code or get(scope, CatalogItem, CatalogItem.at(scope.clinic_id, covers)).sessions):
        raise Refused("A session is of a service that is no bundle itself.", field="covers")


def _check_parts(scope: Scope, code: str, parts: Sequence[str], sessions: int) -> None:
    if not parts:
        return
    if sessions:
        raise Refused("A bundle of sessions is no package as well.", field="sessions")
    if not 2 <= len(set(parts)) <= MOST_PARTS or len(set(parts)) != len(parts):
        raise Refused(f"A package is of 2 to {MOST_PARTS} services.", field="parts")
    found = get_many(scope, [CatalogItem.at(scope.clinic_id, each) for each in parts]).of(CatalogItem)
    if len(found) != len(parts) or code in parts or any(each.sessions or each.parts for each in found):
        raise Refused("A package is of services that are neither packages nor bundles themselves.", field="parts")


def with_price(
    before: Sequence[Mapping[str, Any]], price: int, since: str, price_list_id: str = ""
) -> list[dict[str, Any]]:
    """The prices with this one: none where it is what held on that day anyway, by the same list."""
    prices = [dict(each) for each in before]
    theirs = [each for each in prices if each.get("list", "") == price_list_id]
    held = next((int(each["price"]) for each in reversed(theirs) if each["from"] <= since), None)
    if held == price:
        return prices
    rest = [each for each in prices if each not in theirs or each["from"] != since]
    new = {"from": since, "price": price} | ({"list": price_list_id} if price_list_id else {})
    return sorted([*rest, new], key=lambda each: str(each["from"]))
