"""Rooms, types of visit and the rules of the day."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.fields import Choice, Line, Notes, Tick
from clinnet.table import Scope
from scheduling.calendar.forms.fields import KEPT_FOR, ArrangeForm, Minutes, Several
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.colours import COLOURS
from scheduling.models import VisitType

NAME = 80
REMOTE = [("", "At the clinic"), ("phone", "By phone"), ("video", "By video")]
PREPARATION = 500  # characters


class NameField(Line):
    def __init__(self, missing: str) -> None:
        super().__init__("Name", most=NAME, required=True, error_messages={"required": missing})


class ThingForm(ArrangeForm):
    """`names` are the attributes it holds, each with its label in words."""

    draft = True

    names: ClassVar[dict[str, str]]

    def __init__(self, request: ClinicRequest, item: Any = None) -> None:
        super().__init__(request, about=item.id if item else "new")
        self.item = item
        self.open_on(self.plain(item))
        self.initial = dict(self.opened)

    def begin_with(self, before: Any) -> Self:
        """The item as it was before some change, or as it is: what differs is put back once it is saved."""
        self.initial = self.plain(before)
        return self

    @classmethod
    def plain(cls, item: Any) -> dict[str, Any]:
        """The values of an item, as the form has them; of a new one none."""
        found = {name: getattr(item, name, None) for name in cls.names}
        return {name: _plain(value) for name, value in found.items() if value not in (None, "", [])}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}

    @classmethod
    def words(cls, scope: Scope, path: str, value: Any) -> str:
        """A value of one of `names`, for the page that shows both sides."""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str(value or "")

    def refuse_twin(self, others: Sequence[Any], sentence: str) -> None:
        """Of two with the same name nobody could tell which is meant."""
        name = str(self.cleaned_data.get("name", "")).casefold()
        own = self.item.id if self.item else ""
        twin = any(each.name.casefold() == name and each.active and each.id != own for each in others)
        if name and twin and not self.was_done():  # a second click finds what the first one made
            self.add_error("name", sentence)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class RoomForm(ThingForm):
    names = {"name": "Name", "active": "In use"}
    name = NameField("A room needs a name.")  # type: ignore[assignment]  # a field is no attribute
    active = Tick("In use", initial=True, help_text="A room that is not in use is given to no new appointment")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        rooms = list(setup(self.scope).rooms.values())
        self.refuse_twin(rooms, "There is a room of this name already.")
        return cleaned


class VisitTypeForm(ThingForm):
    names = {
        "name": "Name", "colour": "Colour", "minutes": "Minutes", "before": "Free before", "after": "Free after",
        "nurse": "Nurse's part", "practitioner_ids": "Who does it", "room_ids": "Rooms", "kept_for": "Kept times",
        "remote": "Where", "preparation_en": "Preparation, English", "preparation_fr": "Preparation, French",
        "preparation_es": "Preparation, Spanish", "preparation_de": "Preparation, German", "active": "In use",
    }  # fmt: skip
    name = NameField("A type of visit needs a name.")  # type: ignore[assignment]  # a field is no attribute
    colour = Choice("Colour of its dot", list(COLOURS.items()), widget=forms.RadioSelect)
    minutes = Minutes("Minutes", initial=15, required="How many minutes?")
    nurse = Minutes("Nurse's part before", initial=0, help_text="Minutes with a nurse, in the same room")
    before = Minutes("Free before", initial=0, help_text="Minutes in which nobody else is booked")
    after = Minutes("Free after", initial=0, help_text="Cleaning, writing notes")
    practitioner_ids = Several("Who does it", help_text="None ticked: everybody")
    room_ids = Several("Rooms that will do", help_text="None ticked: it needs no room")
    kept_for = Choice(
        "May use times kept for",
        [("", "Nobody in particular"), *KEPT_FOR.items()],
        help_text="Kept times are part of a practitioner's hours",
    )
    remote = Choice("Where", REMOTE, help_text="By phone or video, messages send nobody to the clinic's address")
    preparation_en = Notes("In English", rows=2, most=PREPARATION)
    preparation_fr = Notes("En français", rows=2, most=PREPARATION)
    preparation_es = Notes("En español", rows=2, most=PREPARATION)
    preparation_de = Notes("Auf Deutsch", rows=2, most=PREPARATION)
    active = Tick("In use", initial=True, help_text="A type that is not in use is not offered any more")

    def __init__(self, request: ClinicRequest, item: VisitType | None = None) -> None:
        super().__init__(request, item)
        known = setup(request.scope)
        chosen = set(self.initial.get("room_ids", []))
        self.people = {each.id: each.name for each in known.practitioners}
        self.rooms = {each.id: each.name for each in known.rooms.values() if each.active or each.id in chosen}
        self._offer("practitioner_ids", self.people)
        self._offer("room_ids", self.rooms)

    @classmethod
    def plain(cls, item: VisitType | None) -> dict[str, Any]:
        texts = (item.preparation or {}) if item else {}
        return super().plain(item) | {f"preparation_{language}": said for language, said in texts.items()}

    def _offer(self, name: str, offered: dict[str, str]) -> None:
        by_name = sorted(offered.items(), key=lambda each: each[1].casefold())
        cast(forms.MultipleChoiceField, self.fields[name]).choices = by_name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.refuse_twin(list(setup(self.scope).visit_types.values()), "There is a type of this name already.")
        return cleaned

    @classmethod
    def words(cls, scope: Scope, path: str, value: Any) -> str:
        if path in ("practitioner_ids", "room_ids"):
            known = setup(scope)
            named = {each.id: each.name for each in known.practitioners}
            named |= {each.id: each.name for each in known.rooms.values()}
            return ", ".join(named.get(id, "Somebody who left") for id in value or ())
        if path in ("colour", "kept_for", "remote"):
            return (COLOURS | KEPT_FOR | dict(REMOTE)).get(value, "")
        return super().words(scope, path, value)
