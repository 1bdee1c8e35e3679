"""Rows of search results and lists, as templates/parts/search_results.html and the list take them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.addresses import of_each
from clinnet.table import Row
from patients.rules import births, names

# Letters of a line's "k", as patients/models.py packs them, in words.
FLAGS = {
    "S": {"icon": "alert-octagon", "label": "alert"},
    "D": {"icon": "heart-handshake", "label": "deceased"},
    "A": {"icon": "archive", "label": "archived"},
    "T": {"icon": "flask", "label": "test"},
    "R": {"icon": "lock", "label": "restricted"},
    "M": {"icon": "arrow-merge", "label": "folded"},
}
ALIKE = {"icon": "ear", "label": "sounds alike"}


def rows(request: ClinicRequest, found: Iterable[tuple[str, Row]]) -> list[dict[str, Any]]:
    """From ids and lines. Who shares a name with another row is marked."""
    today, url = _of_all(request)
    made = [_row(request.clinic, today, url(id), id, line) for id, line in found]
    shared = Counter(each["folded"] for each in made)
    return [each | {"same_name": shared[each["folded"]] > 1} for each in made]


def row(request: ClinicRequest, id: str, line: Row) -> dict[str, Any]:
    today, url = _of_all(request)
    return _row(request.clinic, today, url(id), id, line)


def _of_all(request: ClinicRequest) -> tuple[date, Callable[[str], str]]:
    """What the rows of a page have in common: the day, and where each leads by its id."""
    return clock.today(request.clinic.time_zone), of_each("patients:overview", request.scope.clinic_id)


def _row(clinic: Clinic, today: date, url: str, id: str, line: Row) -> dict[str, Any]:
    data = {"family_name": line.get("f", ""), "given_name": line.get("g", "")}
    born, marks = line.get("b", ""), line.get("k", "")
    birth = formats.date(born, clinic)
    age = births.age(born, today, estimated="E" in marks) if "D" not in marks else ""
    return {
        "id": id,
        "url": url,
        "family_given": names.list_name(data),
        "preferred": line.get("o", ""),
        "folded": names.list_key_of(data),
        "birth": birth,
        "age": age,
        "born": births.with_age(birth, age),
        "sex": line.get("x", ""),
        "number": line.get("n", ""),
        "tail": line.get("p", ""),
        "flags": flags(line),
    }


def flags(line: Row) -> list[dict[str, str]]:
    """What is to be known before anything else, as marks in words."""
    return [flag for letter, flag in FLAGS.items() if letter in line.get("k", "")]
