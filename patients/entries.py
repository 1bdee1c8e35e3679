"""The lists of a patient: what tells one entry from another, and how the lists of two records become one."""

from collections.abc import Callable, Mapping
from typing import Any

from patients.rules.names import fold
from patients.rules.phones import reversed_digits
from patients.rules.typed import plain_identifier

LISTS: Mapping[str, Callable[[Any], str]] = {
    "phones": lambda phone: phone.get("number", ""),
    "other_names": str,
    "identifiers": lambda each: f"{each.get('system', '')} {each.get('value', '')}",
    "policies": lambda policy: f"{policy.get('payer', '')} {policy.get('number', '')}",
    "alerts": lambda alert: alert.get("id") or alert.get("text", ""),
    "links": lambda link: link.get("id") or link.get("name", ""),
}

# The same thing in two records, however it was written there.
_SAME: Mapping[str, Callable[[Any], str]] = {
    "phones": lambda phone: reversed_digits(phone.get("number", "")) or phone.get("number", ""),
    "other_names": fold,
    "identifiers": lambda each: f"{each.get('system', '')} {plain_identifier(each.get('value', ''))}",
    "policies": lambda policy: f"{fold(policy.get('payer', ''))} {plain_identifier(policy.get('number', ''))}",
    "alerts": lambda alert: f"{fold(alert.get('text', ''))} {bool(alert.get('stop'))}",
    "links": lambda link: link.get("patient_id") or f"{fold(link.get('name', ''))} {link.get('phone', '')}",
}


def united(keeps: Mapping[str, Any], gives: Mapping[str, Any], ids: tuple[str, str]) -> dict[str, Any]:
    """The lists of two records of one person, the first's first; those with the `ids` are not their own relatives."""
    found: dict[str, Any] = {}
    for name, same in _SAME.items():
        entries: dict[str, Any] = {}
        for entry in [*(keeps.get(name) or []), *(gives.get(name) or [])]:
            entries.setdefault(same(entry), entry)
        found[name] = list(entries.values())
    found["links"] = [link for link in found["links"] if link.get("patient_id") not in ids]
    found["phones"] = one_preferred(found["phones"])
    return found


def one_preferred(phones: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first preferred one stays so."""
    seen, found = False, []
    for phone in phones:
        preferred = bool(phone.get("preferred"))
        found.append({**phone, "preferred": False} if preferred and seen else phone)
        seen = seen or preferred
    return found
