"""A setting is declared once, by the app that reads it; form, page, history and rules are made of that.

    Subject(20, "day", "The clinic's day", needs=P.HOURS)
    Setting("day", "late_after", "Late after", partial(Minutes, help_text="Minutes past the start"), minutes)

It is an attribute of Clinic, whose default it has until the clinic says otherwise; code reads `clinic.late_after`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from clinnet import contributions
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console.shows import Reader, Show, plain
from clinnet.contributions import Contribution, unknown_url
from clinnet.table import Scope

Values = Mapping[str, Any]


def as_text(value: Any) -> Any:
    """An empty text is not kept."""
    return value or None


def _fine(value: Any, values: Values) -> str:
    return ""


def _strong(before: Any, after: Any) -> str:
    return ""


@dataclass(frozen=True)
class Subject(Contribution):
    """A part of the page Settings. `links` are pages that belong beside: their name and URL name."""

    order: int
    name: str
    label: str
    about: str = ""
    needs: Permission = Permission.CLINIC_MANAGE
    links: tuple[tuple[str, str], ...] = ()
    sample: Callable[[Clinic, Values], bytes] | None = None  # a picture of what these values make, as PNG
    told: Callable[[Scope, Clinic, Values], str] | None = None  # what they would have done, where somebody asks
    ask: str = "Show"  # the button that shows either

    def problems(self) -> Iterator[str]:
        for _, url in self.links:
            yield from unknown_url(url, "clinic")

    @property
    def settings(self) -> Sequence["Setting"]:
        return [each for each in contributions.of(Setting) if each.subject == self.name]

    @property
    def changeable(self) -> Sequence["Setting"]:
        return [each for each in self.settings if each.field]


@dataclass(frozen=True, repr=False)  # declared once, and long
class Setting(Contribution):
    """`name` is an attribute of Clinic; `field` makes its form field, given the label.

    A value is what the field has: `read` takes it from the clinic, `keep` makes of it what the table keeps. `problem`
    tells, beside all values of the form, why one cannot be. `weakens` tells of the value before and after what is less
    safe then, a sentence that is shown before it is saved. Without `field` it cannot be changed in the form of its
    subject, and `why` says so; `page` is the URL name of a page of its own, to which putting back leads as well.
    """

    subject: str
    name: str
    label: str
    field: Callable[[str], forms.Field] | None
    show: Show = plain
    read: Callable[[Clinic], Any] | None = None
    keep: Callable[[Any], Any] = as_text
    problem: Callable[[Any, Values], str] = _fine
    weakens: Callable[[Any, Any], str] = _strong
    why: str = ""
    page: str = ""

    def problems(self) -> Iterator[str]:
        if not hasattr(Clinic, self.name):
            yield f"{self.name} is no attribute of Clinic."
        if self.subject not in {each.name for each in contributions.of(Subject)}:
            yield f"{self.name} is of the subject {self.subject}, which nobody declares."
        if not self.field and not self.why:
            yield f"{self.name} cannot be changed, and does not say why."
        if self.page:
            yield from unknown_url(self.page, "clinic")

    def of(self, clinic: Clinic) -> Any:
        return self.read(clinic) if self.read else getattr(clinic, self.name, None)

    def told(self, value: Any, reader: Reader) -> str:
        return self.show(value, reader)

    @property
    def empty(self) -> Any:
        """The value of its field where nothing is chosen."""
        return self.field(self.label).to_python("") if self.field else None


def subjects(scope: Scope) -> list[Subject]:
    """Those that the person may see, in their order."""
    return [each for each in contributions.of(Subject) if scope.may(each.needs)]


def by_name() -> Mapping[str, Setting]:
    return {each.name: each for each in contributions.of(Setting)}


def values_of(clinic: Clinic) -> dict[str, Any]:
    """All that the clinic decided, and else the defaults."""
    return {name: each.of(clinic) for name, each in by_name().items()}
