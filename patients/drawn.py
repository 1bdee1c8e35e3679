"""Rows of people as HTML: of the list and of the search. Put together here, not by a template: a page has fifty, and
Django's templates take ten times as long for each. Whatever anybody typed goes through `escape`.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from clinnet.templatetags.clinnet import icon

Shown = Mapping[str, Any]  # as patients/views/rows.py makes it


def listed(person: Shown) -> str:
    """A row of the list's table."""
    tail = f"···{escape(person['tail'])}" if person["tail"] else ""
    return (
        f'<tr class="go"><th scope="row"><a class="go-link" href="{escape(person["url"])}">'
        f"<bdi>{escape(person['family_given'])}</bdi></a>{_marks(person)}</th>"
        f'<td class="nowrap">{escape(person["birth"])}</td><td class="extra nowrap">{escape(person["age"])}</td>'
        f'<td class="extra">{escape(person["sex"])}</td><td>{escape(str(person["number"]))}</td>'
        f'<td class="extra nowrap">{tail}</td></tr>'
    )


def found(person: Shown, number: int, *, full: bool) -> str:
    """A row of what was found; `full` on a page of its own, else under the search box."""
    book = f' data-book="{escape(person["book_url"])}"' if person.get("book_url") else ""
    option = "" if full else ' role="option" aria-selected="false" tabindex="-1"'
    preferred = f' <span class="quiet">“<bdi>{escape(person["preferred"])}</bdi>”</span>' if person["preferred"] else ""
    age = f' <span class="quiet">({escape(person["age"])})</span>' if person["age"] else ""
    tail = f"···{escape(person['tail'])}" if person["tail"] else ""
    return (
        f'<a class="found-row" href="{escape(person["url"])}" id="found-{number}"{book} data-id="{person["id"]}"'
        f'{option} data-patient><span class="found-name"><bdi>{escape(person["family_given"])}</bdi>{preferred}'
        f'{_marks(person)}</span><span class="found-birth">{escape(person["birth"])}{age}</span>'
        f'<span class="found-sex">{escape(person["sex"])}</span>'
        f'<span class="found-number">{escape(str(person["number"]))}</span><span class="found-tail">{tail}</span>'
        f'<span class="found-next" id="next-{person["id"]}">{escape(person.get("next") or "")}</span></a>'
    )


def _marks(person: Shown) -> str:
    same = f' <span class="mark mark-warn">{icon("equal")}same name</span>' if person["same_name"] else ""
    flags = (f'<span class="mark">{icon(each["icon"])}{escape(each["label"])}</span>' for each in person["flags"])
    return " ".join((same, *flags))
