"""Forms about something that is there already: what somebody else changed meanwhile is shown, not overwritten."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from clinnet import conflicts
from clinnet.accounts.access import ClinicRequest
from clinnet.conflicts import Conflict, Lists, Values
from clinnet.forms.base import ClinicForm
from clinnet.table import Once, drafts
from clinnet.table.once import was_done

Read = Callable[[], Values]
Write = Callable[[dict[str, Any], Once], object]


@dataclass(frozen=True, slots=True, repr=False)
class _Edit:
    """`values` are to be written in place of `opened`, which are taken apart."""

    opened: Values
    values: dict[str, Any]
    read: Read
    write: Write


class _OnTopForm(ClinicForm):
    """Saves on top of what others changed meanwhile, where that is not the same."""

    lists: Lists = {}

    def _save(self, edit: _Edit, token: Once) -> Conflict | None:
        found = conflicts.save(
            edit.opened,
            conflicts.apart(edit.values, self.lists),
            lambda: conflicts.apart(edit.read(), self.lists),
            lambda: edit.write(edit.values, token),
        )
        if found and was_done(self.scope, token):
            return None  # the same form once more, after somebody changed what it had saved: it was done then
        if found:
            token.draft = None  # what was typed stays kept until one side is chosen
        return found


class EditForm(_OnTopForm):
    """A form about values that are there already.

        form = AddressForm(request, about=patient.id)
        form.open_on(patient.plain(("address",)))
        if form.saved(read, write): …
        if form.conflict: …            # show both sides: see ChoiceForm

    `read` reads the record anew and gives the same values; `write(values, once)` writes on what was read last.
    """

    names: ClassVar[Collection[str]]  # of the values
    conflict: Conflict | None = None

    def open_on(self, values: Values) -> None:
        """To be called by the form's own `__init__`. A posted form has what it was opened on with it."""
        posted = self.request.POST.get("opened", "") if self.is_bound else None
        self.opened: dict[str, Any] = (
            dict(values) if posted is None else conflicts.unseal(self.scope, self.name, posted)
        )

    def seal(self) -> str:
        """For the hidden field `opened`."""
        return conflicts.seal(self.scope, self.name, self.opened)

    def values(self) -> dict[str, Any]:
        """The values as the person left them, with the names of those it was opened on."""
        raise NotImplementedError

    def saved(self, read: Read, write: Write) -> bool:
        """Whether it was sent and done. When not, there are errors, or a `conflict`."""

        def action(token: Once) -> None:
            opened = conflicts.apart(self.opened, self.lists)
            self.conflict = self._save(_Edit(opened, self.values(), read, write), token)

        return bool(self.run(action)) and self.conflict is None


class ChoiceForm(_OnTopForm):
    """What is kept of two sides: templates/parts/compare.html in a form with the hidden field `both`."""

    def __init__(self, request: ClinicRequest, *, about: str, lists: Lists, conflict: Conflict | None = None) -> None:
        super().__init__(request, about=about)
        self.about, self.lists = about, lists  # `about` is the name of the form whose sides these are
        if conflict:  # just found, by a form that was posted: this one is shown for the first time
            self.is_bound, self.conflict = False, conflict
        else:
            self.conflict = Conflict.unseal(self.scope, self.name, request.POST.get("both", ""))

    def seal(self) -> str:
        return self.conflict.seal(self.scope, self.name)

    def saved(self, names: list[str], read: Read, write: Write) -> bool:
        """As of an EditForm; a new conflict takes the place of the old one."""
        again: list[Conflict] = []

        def action(token: Once) -> None:
            token.draft = drafts.key_of(self.scope, self.about)
            chosen = self.conflict.chosen(self.request.POST.dict())
            values = conflicts.together(chosen, names, self.lists)
            if found := self._save(_Edit(self.conflict.theirs, values, read, write), token):
                again.append(found)

        done = bool(self.run(action))
        if again:
            self.conflict = again[0]
        elif not done:
            self.conflict = self.conflict.picked(self.request.POST.dict())
        return done and not again
