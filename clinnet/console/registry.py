"""What an app says of its entities, in about ten lines each; the pages of the console are made of it.

    Entity(
        Room, "rooms", "Room", "Rooms", group="Schedule", icon="door", read=P.HOURS,
        questions=(Whole(keys.rooms_of),),
        columns=(Column("name"), Column("active", "In use", shows.yes_no)),
        search=("name",), filters=("active",),
        add=Link("scheduling:new-room", ()), change=Link("scheduling:room"),
    )

A `Question` takes a function of clinnet/table/keys/ that gives a range, and what a person chooses becomes its
arguments: it cannot express a scan, nor a filter that reads much to show little. What is added or changed is so on
the app's own page: the console has no forms with rules of their own.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps

from clinnet import contributions
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.asked import Value
from clinnet.console.shows import Change, Reader, Show, plain
from clinnet.contributions import Contribution, unknown_url
from clinnet.rules.lines import Packed
from clinnet.table import Action, Item, Key, Range, Row, Scope, keys

BETWEEN = "~"  # the parts of an address
EVENT = "event"  # in the address of a form: see history.address
COPY = "copy"  # the same: the address of the one that a new one begins as
GROUPS = ("People", "Schedule", "Chart", "Money", "System")
ATTRIBUTES = frozenset(Item.get_attributes())  # of every item


@dataclass(frozen=True, repr=False)  # declared once, and long
class Question:
    """A key range that a list shows. `values` are what `range` takes after the clinic, each chosen by a person."""

    label: str
    range: Callable[..., Range]
    values: Mapping[str, Value] = field(default_factory=dict)
    newest_first: bool = False

    @property
    def slug(self) -> str:
        return self.label.lower().replace(" ", "-")

    def problems(self) -> Iterator[str]:
        given = inspect.signature(self.range).parameters
        needed = [name for name, each in given.items() if each.default is each.empty and name != "clinic"]
        if not self.range.__module__.startswith(f"{keys.__name__}.") or "clinic" not in given:
            yield f"{self.label}: {self.range.__name__} is no range of a clinic in clinnet/table/keys/."
        elif sorted(needed) != sorted(self.values):
            yield f"{self.label}: {self.range.__name__} takes {needed}, and is asked with {sorted(self.values)}."


class Whole(Question):
    """All of an entity of which a clinic has some hundreds: kept for seconds, sorted, searched and counted."""

    def __init__(self, range: Callable[..., Range]) -> None:
        super().__init__("All", range)


@dataclass(frozen=True)
class Column:
    """`name` is an attribute of the item; where the entity is not read whole, one of its line, or a letter of it."""

    name: str
    label: str = ""
    show: Show = plain
    number: bool = False  # stands at the end of its column
    extra: bool = False  # a phone does without

    @property
    def head(self) -> str:
        return self.label or words_of(self.name)

    def of(self, source: Any) -> Any:
        return source.get(self.name) if isinstance(source, dict) else getattr(source, self.name, None)

    def text(self, source: Any, reader: Reader) -> str:
        return self.show(self.of(source), reader)

    def texts(self, reader: Reader) -> Callable[[Sequence[Any]], list[str]]:
        """The same of many values, for a file: what is told of a text is told once."""
        if self.show is plain:
            return lambda values: [each if type(each) is str else plain(each, reader) for each in values]
        show = lru_cache(40_000)(lambda text: self.show(text, reader))  # as many days as somebody was born on
        return lambda values: [show(each) if type(each) is str else self.show(each, reader) for each in values]


@dataclass(frozen=True)
class Link:
    """A page of an app: its URL name, and the attributes of the item that stand in it after the clinic."""

    url: str
    attributes: tuple[str, ...] = ("id",)

    def to(self, scope: Scope, item: Item | None = None, *, back: str = "", event: str = "", copy: str = "") -> str:
        """`back` is where in the console it leads once it is saved: see clinnet.addresses.back. The page begins with
        the values of `event`, as history.address names it, or as a `copy` of one by its address."""
        found = reverse(self.url, args=[scope.clinic_id, *(getattr(item, name) for name in self.attributes)])
        asked = {name: value for name, value in (("manage", back), (EVENT, event), (COPY, copy)) if value}
        return f"{found}?{urlencode(asked, safe='/~')}" if asked else found


@dataclass(frozen=True)
class Related:
    """Things of another entity that belong to one: `ask` gives ten at most."""

    label: str
    entity: str
    ask: Callable[[Scope, Any], Sequence[Item]]


@dataclass(frozen=True, repr=False)  # declared once, and long
class Bulk:
    """Something done to many of an entity at once: each gets `values`, by attribute. Each can be taken back.

    `name` stands in addresses and in the table. Only what no rule of the app's own service could refuse is done so.
    """

    name: str
    label: str
    action: Action
    values: Mapping[str, Any]


@dataclass(frozen=True, repr=False)  # declared once, and long
class Entity(Contribution):
    """`name` stands in addresses; `parts` are the attributes by which `model.at` finds one, after the clinic's id.

    `facts` are what the page of one shows; all attributes without it. `words` writes the values of its attributes in
    the history, and in the facts that have no column. Without `change` it is read only, and `why` says so.
    """

    model: type[Item]
    name: str
    one: str
    many: str
    group: str
    icon: str
    read: Permission
    questions: tuple[Question, ...]
    columns: tuple[Column, ...]
    facts: tuple[Column, ...] = ()
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("id",)
    line: type[Packed] | None = None
    add: Link | None = None
    change: Link | None = None
    place: Link | None = None  # where it stands in the clinic's daily work
    why: str = ""
    write: Permission | None = None
    export: Permission | None = None  # beside `read`
    related: tuple[Related, ...] = ()
    bulk: tuple[Bulk, ...] = ()
    named: Callable[[Any], str] | None = None  # what one is called: its first fact, without it
    labels: Mapping[str, str] = field(default_factory=dict)
    head: Callable[[Reader, str], str] | None = None  # instead of labels, where a clinic names what one has
    words: Callable[[Reader, str, Any], str] | None = None
    changes: Callable[[Mapping[str, Any], Reader], Sequence[Change]] | None = None  # of an event
    put_back: tuple[str, ...] | None = None  # what its page of change can put back (history.begun); None: all
    unlike: tuple[str, ...] | None = None  # fields of its form that a copy begins without; None: it has no copy
    order: int = 50  # in its group

    @property
    def is_whole(self) -> bool:
        return isinstance(self.questions[0], Whole)

    @property
    def type(self) -> str:
        """As the table has it."""
        discriminator: Any = self.model.get_attributes()["type"]
        return str(discriminator.get_discriminator(self.model))

    @property
    def needs(self) -> tuple[Permission, ...]:
        """What each of its pages asks of a person."""
        return (Permission.CLINIC_MANAGE, self.read)

    @property
    def param(self) -> str:
        """The name of one's address in the addresses of the console."""
        return f"{self.name.replace('-', '_')}_item"

    def bulk_of(self, name: str) -> Bulk | None:
        return next((each for each in self.bulk if each.name == name), None)

    @property
    def shown(self) -> tuple[Column, ...]:
        """What the page of one shows: its facts, else every attribute of its own, the columns of its list first."""
        listed = self.columns if self.is_whole else ()
        known = {*ATTRIBUTES, *(each.name for each in listed)}
        others = [name for name in self.model.get_attributes() if name not in known]
        return self.facts or (*listed, *(Column(name, self.labels.get(name, "")) for name in others))

    def url(self, page: str, scope: Scope, *address: str) -> str:
        return reverse(f"console:{self.name}-{page}", args=[scope.clinic_id, *address])

    # --- One of them ------------------------------------------------------------------------------------------------

    def address(self, found: Item | Row) -> str:
        """How one is named in the console: its parts. `found` is an item, or a row of an index or of a list."""
        return BETWEEN.join(str(self._part(found, name)) for name in self.parts)

    def _part(self, found: Item | Row, name: str) -> Any:
        if not isinstance(found, Mapping):
            return getattr(found, name)
        return keys.parse_patient(found["PK"]) if name == "patient_id" else found[name]

    def key(self, scope: Scope, address: str) -> Key | None:
        """Where the one of this address is; None where it cannot be an address."""
        parts = address.split(BETWEEN)
        if len(parts) != len(self.parts) or not all(parts):
            return None
        at: Callable[..., Key] = self.model.at  # type: ignore[attr-defined]  # every entity has one
        clinic = [scope.clinic_id] if "clinic" in inspect.signature(at).parameters else []
        return at(*clinic, *parts)

    def title(self, item: Item, reader: Reader) -> str:
        return (self.named(item) if self.named else self.shown[0].text(item, reader)) or self.one

    def label(self, path: str) -> str:
        """An attribute in words; `address/city` is a part of one."""
        named = {each.name: each.head for each in (*self.columns, *self.facts)} | dict(self.labels)
        name, _, part = path.partition("/")
        label = named.get(name) or words_of(name)
        return named.get(path) or (f"{label}, {part}" if part else label)

    def told(self, path: str, value: Any, reader: Reader) -> str:
        """The value of an attribute in words."""
        if self.words:
            return self.words(reader, path, value)
        shown = {each.name: each.show for each in (*self.columns, *self.facts)}
        return shown.get(path, plain)(value, reader)

    # --- What is wrong with it --------------------------------------------------------------------------------------

    def problems(self) -> Iterator[str]:
        known = self.model.get_attributes()
        for question in self.questions:
            yield from question.problems()
        if self.is_whole and len(self.questions) > 1:
            yield f"{self.many} are read whole, and have other questions beside that."
        if self.group not in GROUPS:
            yield f"{self.group} is no group of the console."
        yield from (f"{self.many} have no column {name}." for name in self._unknown())
        for link in (self.add, self.change, self.place):
            if link:
                yield from unknown_url(link.url, "clinic", *link.attributes)
        yield from (f"{self.many} cannot put back {name}." for name in self.put_back or () if name not in known)
        if self.unlike is not None and not self.add:
            yield f"{self.many} have copies, and no page on which one is added."
        if not self.change and not self.why:
            yield f"{self.many} cannot be changed in the console, and do not say why."

    def _unknown(self) -> Iterator[str]:
        known = set(self.model.get_attributes())
        lined = {each.name for each in fields(self.line)} if self.line else None
        for each in self.columns:
            if self.is_whole:
                missing = each.name not in known and not hasattr(self.model, each.name)
            else:
                missing = lined is not None and each.name not in lined
            if missing:
                yield each.name
        given = (name for each in self.bulk for name in each.values)
        for name in (*(each.name for each in self.facts), *self.search, *self.filters, *self.parts, *given):
            if name not in known and not hasattr(self.model, name):
                yield name


@dataclass(frozen=True)
class ListButton(Contribution):
    """A button that another app puts on the list of an entity, beside *Add*; `url` takes the clinic's id."""

    entity: str
    label: str
    icon: str
    url: str
    needs: Permission

    def problems(self) -> Iterator[str]:
        if self.entity not in entities():
            yield f"{self.label} is a button on the list of {self.entity}, which is no entity."


@dataclass(frozen=True)
class NotManaged(Contribution):
    """A kind of item that the console does not list, and why."""

    model: type[Item]
    why: str

    def problems(self) -> Iterator[str]:
        if not self.why:
            yield f"{self.model.__name__} does not say why it is not in the console."


@dataclass(frozen=True)
class ManagePage(Contribution):
    """A page of its own among the console's places. `url` is a URL name that takes the clinic's id."""

    order: int
    label: str
    icon: str
    url: str
    needs: Permission

    def problems(self) -> Iterator[str]:
        yield from unknown_url(self.url, "clinic")


@cache
def entities() -> Mapping[str, Entity]:
    """By name, in the order in which the console lists them."""
    found = sorted(
        contributions.of(Entity), key=lambda each: (GROUPS.index(each.group), each.order, each.many.casefold())
    )
    return {each.name: each for each in found}


def entity_of(type: str) -> Entity | None:
    """By the `type` of its items, as events name it."""
    return next((each for each in entities().values() if each.type == type), None)


def undeclared() -> Iterator[str]:
    """Items of our apps that the console neither lists nor says why not, and names that are declared twice."""
    listed, skipped = contributions.of(Entity), contributions.of(NotManaged)
    homes = tuple(f"{config.name}." for config in apps.get_app_configs())
    known = [*(each.model for each in listed), *(each.model for each in skipped)]
    for model in Item.__subclasses__():
        if model.__module__.startswith(homes) and model not in known:
            yield f"{model.__name__} has no Entity in the console.py of its app, and no NotManaged that says why."
    for name in {each.name for each in listed if [one.name for one in listed].count(each.name) > 1}:
        yield f"Two entities are called {name}."


def words_of(name: str) -> str:
    """ "late_after" → "Late after" """
    return name.removesuffix("_id").removesuffix("_ids").replace("_", " ").capitalize()
