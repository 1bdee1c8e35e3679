"""What an app adds to the pages and the work of the apps below it.

An app's AppConfig names one module, `contributes = "patients.contributions"`, whose `CONTRIBUTIONS` is a tuple of
instances of the kinds. A kind is a frozen dataclass, defined where it is asked for: the general ones here, those about
patients in patients/hooks.py, those about appointments in scheduling/hooks.py. docs/adding-an-entity.md lists them.

A name that leads nowhere is an error of `manage.py check` (`broken`), and the server does not start with it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.apps import AppConfig, apps
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from clinnet.table import Action, Item, Key, Scope

SETTINGS = {"name", "label", "verbose_name", "default", "default_auto_field", "path", "ready", "contributes"}


class WrongContribution(Exception):
    """An app contributes something that nobody can use."""


class Contribution:
    """A kind is a frozen dataclass that inherits from this; with a field `order` it is asked for in that order."""

    def __repr__(self) -> str:
        """For kinds whose fields are functions on patients' data (`repr=False`): which one, and nothing of it."""
        return f"{type(self).__name__} {getattr(self, 'name', '')}".strip()

    def problems(self) -> Iterator[str]:
        """What of it leads nowhere, in sentences."""
        return iter(())


K = TypeVar("K", bound=Contribution)


def of(kind: type[K]) -> tuple[K, ...]:
    """All contributions of a kind, from all apps."""
    all = everything()
    if kind not in _kept or _kept[kind][0] is not all:
        _kept[kind] = all, _of(kind, all)
    found: tuple[K, ...] = _kept[kind][1]
    return found


_kept: dict[type, tuple[tuple[Contribution, ...], tuple[Any, ...]]] = {}  # every page asks for four kinds


def _of(kind: type[K], all: tuple[Contribution, ...]) -> tuple[K, ...]:
    found = [each for each in all if isinstance(each, kind)]
    if any(field.name == "order" for field in fields(kind)):  # type: ignore[arg-type]  # every kind is a dataclass
        found.sort(key=lambda each: each.order)  # type: ignore[attr-defined]
    return tuple(found)


@cache
def everything() -> tuple[Contribution, ...]:
    """In the order of INSTALLED_APPS. Raises WrongContribution, ImportError and the like: see `broken`."""
    return tuple(each for config in apps.get_app_configs() for each in _of_app(config))


def _of_app(config: AppConfig) -> Iterable[Contribution]:
    name = getattr(config, "contributes", "")
    if not name:
        return ()
    found = getattr(import_module(name), "CONTRIBUTIONS", None)
    if not isinstance(found, tuple):
        raise WrongContribution(f"{name} has no tuple CONTRIBUTIONS.")
    for each in found:
        if not isinstance(each, Contribution):
            raise WrongContribution(f"{name} lists {each!r}, which is of no kind.")
    return found


def broken(configs: Iterable[AppConfig] | None = None) -> Iterator[str]:
    """What is wrong with the contributions of these apps, of all by default; each is a sentence."""
    for config in configs or apps.get_app_configs():
        yield from _misspelt(config)
        try:
            found = _of_app(config)
        except (ImportError, AttributeError, NameError, TypeError, WrongContribution) as error:
            yield f"{config.name}: {getattr(config, 'contributes', '')} cannot be used: {error}"
        else:
            yield from (f"{config.name}: {type(each).__name__}: {text}" for each in found for text in each.problems())


def _misspelt(config: AppConfig) -> Iterator[str]:
    """An attribute that neither Django nor we read would be silently nothing."""
    if not _is_ours(config) or type(config) is AppConfig:  # clinnet itself has no apps.py
        return
    for name in vars(type(config)):
        if not name.startswith("_") and name not in SETTINGS:
            yield f"{config.name}: its AppConfig has {name}, which nobody reads."
    module = f"{config.name}.contributions"
    if not hasattr(config, "contributes") and find_spec(module):
        yield f"{config.name}: nothing reads {module}. Its AppConfig needs contributes."


def _is_ours(config: AppConfig) -> bool:
    root = Path(settings.BASE_DIR)
    return Path(config.path).parent in (root, root / "clinnet")


# --- The general kinds -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place(Contribution):
    """A place of the rail.

    `url` is a URL name that takes the clinic's id; `space` is the namespace, or the one view, that lights it up.
    """

    order: int
    label: str
    icon: str
    url: str
    needs: str
    space: str

    def problems(self) -> Iterator[str]:
        yield from unknown_url(self.url, "clinic")


@dataclass(frozen=True)
class Urls(Contribution):
    """A module of URLs and what stands before them, usually the clinic."""

    module: str
    prefix: str = "c/<slug:clinic>/"

    def problems(self) -> Iterator[str]:
        if not find_spec(self.module):
            yield f"{self.module} is no module."


@dataclass(frozen=True)
class FramePart(Contribution):
    """A template on every page: in the `bar` at the top, or in a `notice` above the page's own.

    It says itself who sees it; there may be nobody signed in. It is drawn once for a person in a clinic and kept
    (clinnet/frames.py): what differs between their pages it asks for from the browser.
    """

    BAR: ClassVar = "bar"
    NOTICE: ClassVar = "notice"
    order: int
    place: str
    template: str

    def problems(self) -> Iterator[str]:
        if self.place not in (self.BAR, self.NOTICE):
            yield f"{self.place} is no place of the frame."
        yield from unknown_template(self.template)


@dataclass(frozen=True, slots=True)
class Seeding:
    """What is made of a demo clinic: `patients` people by `seed`, numbered from `first_number`, around `now` (aware).

    `people` is False where only the day is to be made (`seed --fresh-day`), `day` where no day is wanted.
    """

    clinic: str
    now: datetime
    seed: str
    patients: int
    first_number: int
    people: bool
    day: bool

    @property
    def scope(self) -> Scope:
        return Scope.system("seed", self.clinic)


@dataclass(frozen=True)
class Seeder(Contribution):
    """Fills a demo clinic; what is there already stays as it is. `arrange` comes before the people are made.

    `fill` yields what it did, in sentences for whoever runs `manage.py seed`.
    """

    order: int
    arrange: Callable[[Seeding], None] | None
    fill: Callable[[Seeding], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Without:
    """Why a kind of item has none of this, in words."""

    why: str


@dataclass(frozen=True)
class ItemKind(Contribution):
    """A kind of item that an app keeps, with all that is forgotten first; see `undeclared`.

    `key` makes its key and `parse` takes it apart, `actions` are what is done to it, `follower` (a PatientFollower)
    is what a merge, a new name and a death do to it, `check` (a ConsistencyCheck) is what must agree with it.
    """

    model: type[Item]
    key: Callable[..., Key]
    parse: Callable[..., object] | Without
    actions: tuple[Action, ...] | Without
    follower: Contribution | Without
    check: Contribution | Without

    def problems(self) -> Iterator[str]:
        for name in ("parse", "actions", "follower", "check"):
            said = getattr(self, name)
            if not said or (isinstance(said, Without) and not said.why):
                yield f"{self.model.__name__} does not say why it has no {name}."


def undeclared() -> Iterator[str]:
    """Items of an app that contributes, of which no ItemKind says what belongs to them; each is a sentence."""
    kinds, listed = of(ItemKind), everything()
    known = {each.model for each in kinds}
    homes = tuple(f"{config.name}." for config in apps.get_app_configs() if hasattr(config, "contributes"))
    for model in Item.__subclasses__():
        if model.__module__.startswith(homes) and model not in known:
            yield f"{model.__name__} has no ItemKind among the contributions of its app."
    for each in kinds:
        for part in (each.follower, each.check):
            if not isinstance(part, Without) and part not in listed:
                yield f"{each.model.__name__}: nobody contributes {part!r}."


def unknown_url(name: str, *args: Any) -> Iterator[str]:
    """For `problems`: `name` has to be a URL name that takes as many arguments."""
    try:
        reverse(name, args=args)
    except NoReverseMatch:
        yield f"{name} is no URL that takes {len(args)} ids."


def unknown_template(name: str) -> Iterator[str]:
    """For `problems`: `name` has to be a template."""
    try:
        get_template(name)
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        yield f"{name} is no template: {error}"
