"""What every form of a clinic has: it is sent once, and a refusal stands beside the field that it is about.

A form about something that is there already is an `EditForm`: it carries what it was opened on, and what somebody else
changed meanwhile is shown instead of overwritten.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clinnet import conflicts
from clinnet.accounts.access import ClinicRequest
from clinnet.conflicts import Conflict, Lists, Values
from clinnet.table import Once, once
from clinnet.table.errors import Refused


class ClinicForm(forms.Form):
    """Bound when the request is a POST.

        form = AliasForm(request)
        if form.sent(lambda once: services.change(request.scope, patient, form.cleaned_data, once=once)):
            return redirect(…)
        return render(…)

    The token is bound to the form's class and to `about`, the id of what the form changes.
    """

    def __init__(self, request: ClinicRequest, *, about: str = "", **options: Any) -> None:
        self.request, self.scope, self.name = request, request.scope, f"{type(self).__name__} {about}"
        if request.method == "POST":
            options |= {"data": request.POST, "files": request.FILES}
        super().__init__(**options)

    def once(self) -> str:
        """A fresh token, for the hidden field `once` of templates/parts/once.html."""
        return once.issue(self.scope, self.name)

    def sent(self, action: Callable[[Once], object]) -> bool:
        """Whether the form was posted, is valid, and `action` did it. A refusal becomes an error of its field."""
        if not self.is_bound or not self.is_valid():
            return False
        try:
            action(once.used(self.scope, self.name, self._posted()))
        except Refused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
            return False
        return True

    def was_done(self) -> bool:
        """Whether exactly this form did it before: a second click, or a second try after a lost answer."""
        try:
            return conflicts.was_done(self.scope, once.used(self.scope, self.name, self._posted()))
        except Refused:
            return False

    def _posted(self) -> dict[str, list[str]]:
        """All that was sent; of a file, its digest: the same form with another file is another form."""
        posted = {name: self.request.POST.getlist(name) for name in self.request.POST}
        for name, files in self.request.FILES.lists():
            posted[name] = [_digest(file) for file in files]
        return posted


def _digest(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


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
        # The same form once more, after somebody changed what it had saved: it was done then.
        return None if found and conflicts.was_done(self.scope, token) else found


class EditForm(_OnTopForm):
    """A form about values that are there already.

        form = AddressForm(request, about=patient.id)
        form.open_on(patient.plain("address"))
        if form.saved(read, write): …
        if form.conflict: …            # show both sides: see ChoiceForm

    `read` reads the record anew and gives the same values; `write(values, once)` writes on what was read last.
    """

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

        return self.sent(action) and self.conflict is None


class ChoiceForm(_OnTopForm):
    """What is kept of two sides: templates/parts/compare.html in a form with the hidden field `both`."""

    def __init__(self, request: ClinicRequest, *, about: str, lists: Lists, conflict: Conflict | None = None) -> None:
        super().__init__(request, about=about)
        self.lists = lists
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
            chosen = self.conflict.chosen(self.request.POST.dict())
            values = conflicts.together(chosen, names, self.lists)
            if found := self._save(_Edit(self.conflict.theirs, values, read, write), token):
                again.append(found)

        done = self.sent(action)
        if again:
            self.conflict = again[0]
        elif not done:
            self.conflict = self.conflict.picked(self.request.POST.dict())
        return done and not again
