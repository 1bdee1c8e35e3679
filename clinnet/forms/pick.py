"""Picking one of many while typing: a patient, a code, an item of the catalogue, a colleague.

What can be picked is a `PickSource`, contributed by the app that knows it. The page shows a `Picker` by
templates/parts/pick.html; static/js/pick.js asks `/pick/<source>/` (clinnet/picking.py) while somebody types. What
is typed goes by POST alone: it enters no URL.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.contributions import Contribution
from clinnet.forms.base import Placed
from clinnet.table import Scope
from clinnet.table.errors import NotFound

MOST_TYPED = 100  # characters
ID = "__id__"  # in a Picker's `go`


@dataclass(frozen=True, slots=True)
class Mark:
    """A word to be known before picking; `warn` in amber."""

    icon: str
    label: str
    warn: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Option:
    """One that was found. `facts` tell it from others of its name; with `why_not` it is shown and cannot be picked."""

    id: str
    name: str
    facts: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class New:
    """None of them but a new one, called `name` after what was typed; a POST of `typed` to `url` makes it."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """`hint` says why there are none, or that there are more. `later_url` is asked for the rows' right-hand texts."""

    options: tuple[Option, ...] = ()
    hint: str = ""
    new: New | None = None
    later_url: str = ""

    def without(self, ids: Collection[str]) -> "Found":
        """Those that cannot be picked stand last."""
        kept = [each for each in self.options if each.id not in ids]
        return replace(self, options=tuple(sorted(kept, key=lambda each: bool(each.why_not))))

    @property
    def ids(self) -> str:
        """Of those that can be picked."""
        return " ".join(each.id for each in self.options if not each.why_not)


@dataclass(frozen=True)
class PickSource(Contribution):
    """`name` stands in the address, `label` names the list; `hint` says what can be typed, `none` that it fits nothing.

    look(request, text): what the typed text fits, with the way to a new one where that makes sense.
    get(scope, id): what was picked; raises NotFound, in the same words for another clinic's.
    """

    name: str
    label: str
    needs: Permission
    hint: str
    none: str
    look: Callable[[ClinicRequest, str], Found]
    get: Callable[[Scope, str], object]

    def problems(self) -> Iterator[str]:
        if [each.name for each in contributions.of(PickSource)].count(self.name) != 1:
            yield f"two sources are called {self.name}."


def source(name: str) -> PickSource:
    """Raises NotFound."""
    found = next((each for each in contributions.of(PickSource) if each.name == name), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True, repr=False)
class Picker:
    """What templates/parts/pick.html shows.

    `name` and `text` are the names that the id and the typed words are posted under. `new`: "choose" makes a new one
    a choice of the form (its id is empty), "make" leads to where it is made. `go` is an address, with `ID` in it: where
    a pick leads at once, and Enter in the empty box does nothing. `on`: the address to which a new one that was made
    is brought back (it holds ids, never what was typed). `without`: ids that are not offered. `found`: what a
    page without JavaScript looked for.
    """

    source: PickSource
    clinic: str
    name: str
    text: str = "q"
    label: str = ""
    help: str = ""
    value: str = ""
    typed: str = ""
    new: str = ""
    go: str = ""
    on: str = ""
    without: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    autofocus: bool = False
    found: Found | None = None

    @property
    def url(self) -> str:
        return reverse(f"pick-{self.source.name}", args=[self.clinic])

    @property
    def list_id(self) -> str:
        return f"pick-{self.name}"

    @property
    def only(self) -> str:
        """The id of the only one that can be picked: it is picked already, where there is no new one."""
        can = [each.id for each in self.found.options if not each.why_not] if self.found else []
        return can[0] if len(can) == 1 and not self.new else ""


class PickField(Placed, forms.CharField):
    """The cleaned value is what the source has under the id that was picked, or None.

        who = PickField("patient", "Who is it?")
        {% include "parts/pick.html" with pick=form.who.picker %}

    The typed words are posted as `text`, and may be a field of the form as well.
    """

    request: ClinicRequest

    def __init__(self, source: str, label: str, *, text: str = "q", new: str = "", **options: Any) -> None:
        defaults: dict[str, Any] = {"required": False, "widget": forms.HiddenInput}
        super().__init__(label=label, **(defaults | options))
        self.source_name, self.text, self.new = source, text, new
        self.without: tuple[str, ...] = ()
        self.on = ""

    def place(self, request: ClinicRequest) -> None:
        self.request = request

    def clean(self, value: Any) -> Any:
        id = super().clean(value)
        try:
            return source(self.source_name).get(self.request.scope, id) if id else None
        except NotFound as missing:
            raise forms.ValidationError(missing.sentence, code="invalid") from None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> "PickBound":
        return PickBound(form, self, field_name)


class PickBound(forms.BoundField):
    field: PickField

    @property
    def picker(self) -> Picker:
        """A posted form looks again for what was typed, so that without JavaScript there is something to pick."""
        field, request = self.field, self.field.request
        typed = request.POST.get(field.text, "").strip()[:MOST_TYPED]
        found = source(field.source_name).look(request, typed).without(field.without) if typed else None
        errors = (*self.errors, *(self.form.errors.get(field.text) or ()))
        return Picker(
            source(field.source_name),
            request.scope.clinic_id,
            self.html_name,
            field.text,
            label=str(field.label or ""),
            help=str(field.help_text),
            value=str(self.value() or ""),
            typed=typed,
            new=field.new,
            on=field.on,
            without=field.without,
            errors=tuple(map(str, errors)),
            autofocus=bool(field.widget.attrs.get("autofocus")),
            found=found,
        )
