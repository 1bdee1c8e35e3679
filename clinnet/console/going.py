"""Where *Go to* leads: a page of Manage, a list, a setting, one thing by its name, or what an id or a key names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice

from clinnet import contributions
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.places import groups
from clinnet.console.reading import Asked, folded, matching
from clinnet.console.registry import Entity, ListButton, NotManaged, entities, entity_of
from clinnet.console.settings.declared import subjects
from clinnet.console.shows import Reader
from clinnet.table import Item, Key, Row, Scope, find_row, get_rows, side_by_side

LONGEST = 400  # characters that are read
MOST, EACH = 20, 5  # ways that are shown, and of one list
ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.IGNORECASE)
BETWEEN_KEYS = re.compile(r"[\s,;·|\"']+")  # as a key is pasted: from a log, from JSON, from the page of an item


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """`about` says what kind of place it is; without a `url` it says only what that is."""

    label: str
    about: str
    url: str = ""


def ways(text: str, reader: Reader) -> list[Way]:
    """Where a text may lead, the likeliest first. What somebody may not open is not among it."""
    key, typed = _key(text), text.strip()
    if key:
        row = find_row(reader.scope, key)
        return [_of_row(row, reader)] if row else []
    found = list(islice(_by_words(typed, reader), MOST))
    return [*found, *_by_id(typed, reader)][:MOST]


def _by_words(text: str, reader: Reader) -> Iterator[Way]:
    """Pages whose words begin as those that were typed, whole names before others; then things of small lists."""
    wanted, known = folded(text).split(), list(_places(reader))
    same = [each for each in known if folded(each.label) == folded(text)]
    begun = [each for each in known if each not in same and _fits(wanted, each.label)]
    yield from (*same, *begun)
    if wanted:
        yield from _things(text, reader)


def _fits(wanted: list[str], label: str) -> bool:
    words = folded(label).split()
    return bool(wanted) and all(any(word.startswith(each) for word in words) for each in wanted)


def _places(reader: Reader) -> Iterator[Way]:
    scope = reader.scope
    for group in groups(scope):
        yield from (Way(place.label, group.label or "Page", place.url) for place in group.places)
    for each in _allowed(scope):
        if each.add and scope.may(each.write or each.read):
            yield Way(f"{each.one}: add", each.many, each.add.to(scope, back=each.name))
    for button in contributions.of(ListButton):
        if scope.may(button.needs):
            yield Way(button.label, entities()[button.entity].many, reverse(button.url, args=[scope.clinic_id]))
    home = reverse("console:settings", args=[scope.clinic_id])
    for subject in subjects(scope):
        url = reverse(f"console:settings-{subject.name}", args=[scope.clinic_id]) if subject.changeable else home
        yield Way(subject.label, "Settings", url)
        yield from (Way(each.label, f"Settings: {subject.label}", url) for each in subject.settings)


def _allowed(scope: Scope) -> Iterator[Entity]:
    return (each for each in entities().values() if all(map(scope.may, each.needs)))


def _things(text: str, reader: Reader) -> Iterator[Way]:
    """Of lists that are read whole and can be searched, by the same words as there."""
    lists = [each for each in _allowed(reader.scope) if each.is_whole and each.search]
    asks: list[Callable[[], list[Item]]] = [partial(_found, each, text, reader) for each in lists]
    for entity, items in zip(lists, side_by_side(*asks), strict=True):
        yield from (_of_item(entity, item, reader) for item in items[:EACH])


def _found(entity: Entity, text: str, reader: Reader) -> list[Item]:
    return matching(entity, Asked.of(entity, {"q": text}, reader), reader)


def _by_id(text: str, reader: Reader) -> list[Way]:
    """What an id alone finds: of lists whose things need no other part of a key."""
    if not ID.fullmatch(text):
        return []
    lists = [each for each in _allowed(reader.scope) if each.parts == ("id",)]
    places = [place for each in lists if (place := each.key(reader.scope, text.upper()))]
    rows: Mapping[Key, Row] = get_rows(reader.scope, places)
    return [_of_row(row, reader) for row in rows.values()]


def _key(text: str) -> Key | None:
    """PK and SK, as they were pasted; None of what is no key."""
    parts = [each for each in BETWEEN_KEYS.split(text) if each.strip(":{}") not in ("", "PK", "SK")]
    return Key(parts[0], parts[1]) if len(parts) == 2 and "#" in parts[0] else None


def _of_item(entity: Entity, item: Item, reader: Reader, page: str = "item") -> Way:
    return Way(entity.title(item, reader), entity.one, entity.url(page, reader.scope, entity.address(item)))


def _of_row(row: Row, reader: Reader) -> Way:
    """How it is in the table; of what the console does not list, why not."""
    entity, kind = entity_of(row["type"]), str(row["type"])
    if entity is None:
        return Way(kind.capitalize(), _why(kind))
    if not all(map(reader.scope.may, entity.needs)):
        return Way(entity.one, "Your role does not see it.")
    page = "raw" if reader.scope.may(Permission.AUDIT_READ) else "item"
    address = entity.address(row)
    return Way(entity.one, "How it is in the table", entity.url(page, reader.scope, address))


def _why(kind: str) -> str:
    for each in contributions.of(NotManaged):
        declared = each.model.get_attributes()["type"]
        if getattr(declared, "get_discriminator", lambda _: None)(each.model) == kind:
            return f"Not among these pages: {each.why}."
    return "It is kept for Clinnet itself, and is no page."
