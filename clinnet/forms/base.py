"""What every form of a clinic has: it is sent once, and a refusal stands beside the field that it is about."""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clinnet.accounts.access import ClinicRequest
from clinnet.table import Once, drafts, once
from clinnet.table.errors import Refused, SentAlready

T = TypeVar("T")


class Placed:
    """A field that is told for whom it is shown, before anything is read or drawn."""

    def place(self, request: ClinicRequest) -> None:
        raise NotImplementedError


def place_fields(form: forms.Form, request: ClinicRequest) -> None:
    for field in form.fields.values():
        field.widget.attrs.setdefault("autocomplete", "off")  # a desk's browser must not remember patients
        if isinstance(field, Placed):
            field.place(request)


class _Fields(dict[str, forms.Field]):
    """The fields of a form's class. Each form gets fields of its own, as Django copies them, but not by way of `copy`,
    which takes ten times as long; choices are shared: whoever changes those of a form gives it another list.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: self._copied(field) for name, field in self.items()}

    @staticmethod
    def _copied(field: forms.Field) -> forms.Field:
        if type(field).__deepcopy__ not in DJANGOS:
            return deepcopy(field)  # it has its own way
        made = _alike(field)
        plain = type(field.widget).__deepcopy__ in DJANGOS
        made.widget = _alike(field.widget) if plain else deepcopy(field.widget)
        made.widget.attrs = field.widget.attrs.copy()
        made.error_messages, made.validators = field.error_messages.copy(), field.validators[:]
        return made


DJANGOS = {kind.__deepcopy__ for kind in (forms.Field, forms.ChoiceField, forms.Widget, forms.Select)}


def _alike(thing: T) -> T:
    made: T = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__)
    return made


class QuickForm(forms.Form):
    """Django's, but that its fields are made with less work."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.base_fields = _Fields(self.base_fields)  # type: ignore[misc]  # for Django, which copies them
        super().__init__(*args, **options)


@dataclass(frozen=True, slots=True, repr=False)
class Done(Generic[T]):
    """A form that did what it is for, and what its action returned."""

    result: T


class ClinicForm(QuickForm):
    """Bound when the request is a POST; with `start` never, it then begins from these values.

        form = AliasForm(request)
        if done := form.run(lambda once: services.change(request.scope, patient, form.cleaned_data, once=once)):
            say(request, f"Saved {done.result}.")
            return redirect(…)
        return render(…)

    The token is bound to the form's class and to `about`, the id of what the form changes.

    A form with `draft` is kept on the server while it is typed (clinnet/drafts): all its fields, or those named in
    `draft_only` where the rest stands in the address.
    """

    draft: bool = False
    draft_only: ClassVar[tuple[str, ...]] = ()
    keep_url = ""  # where the page saves its draft, if not where all do
    begun = False  # filled in from what was just typed elsewhere: a draft is then offered, and replaces nothing
    already = SentAlready.sentence  # of what was sent from another page that showed the same draft
    puts_back = False  # filled in with what a change took away: see clinnet.console.history.begun
    refusal: Refused | None = None  # of the action

    def __init__(
        self, request: ClinicRequest, *, about: str = "", start: dict[str, Any] | None = None, **options: Any
    ) -> None:
        self.request, self.scope, self.name = request, request.scope, f"{type(self).__name__} {about}"
        if request.method == "POST" and start is None:
            options |= {"data": request.POST, "files": request.FILES}
        super().__init__(initial=start, **options)
        place_fields(self, request)

    def __getitem__(self, name: str) -> forms.BoundField:
        """A template looks here first for whatever it asks of a form, and Django would name all fields in its error."""
        if name not in self.fields:
            raise KeyError(name)
        return super().__getitem__(name)

    def once(self) -> str:
        """A fresh token, for the hidden field `once` of templates/parts/once.html."""
        return once.issue(self.scope, self.name)

    def run(self, action: Callable[[Once], T]) -> Done[T] | None:
        """Runs `action` where the form was posted and is valid. A refusal is an error of its field, and `refusal`."""
        return self._run(action, keep=False)

    def preview(self, action: Callable[[Once], T]) -> Done[T] | None:
        """As `run`, of an action that writes nothing: the draft stays, as what was typed is not saved yet."""
        return self._run(action, keep=True)

    def _run(self, action: Callable[[Once], T], *, keep: bool) -> Done[T] | None:
        if not self.is_bound or not self.is_valid():
            return None
        try:
            token = once.used(self.scope, self.name, self._posted())
            done = Done(action(token))
        except Refused as refusal:
            self.refusal = refusal
            sentence = self.already if isinstance(refusal, SentAlready) else refusal.sentence
            self.add_error(refusal.field if refusal.field in self.fields else None, sentence)
            return None
        if token.draft and not keep:  # nothing was to be changed, or it was done before
            drafts.drop(self.scope, token.draft, token.token)
        return done

    @property
    def shows_sent(self) -> bool:
        """Whether it shows what was just sent, which is newer than its draft; not what is done already."""
        return self.is_bound and not isinstance(self.refusal, SentAlready)

    def draft_ticket(self) -> str:
        """By which the page saves and finds the draft of this form: this person's, in this clinic."""
        return drafts.ticket(self.scope, self.name)

    def sentence(self) -> str:
        """All that it was refused for, in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def was_done(self) -> bool:
        """Whether exactly this form did it before: a second click, or a second try after a lost answer."""
        try:
            return once.was_done(self.scope, once.used(self.scope, self.name, self._posted()))
        except Refused:
            return False

    def _posted(self) -> dict[str, list[str]]:
        """All that was sent; of a file, its digest: the same form with another file is another form."""
        posted = {name: self.request.POST.getlist(name) for name in self.request.POST}
        for name, files in self.request.FILES.lists():
            posted[name] = [_digest(file) for file in files]
        return posted


def button(request: ClinicRequest, name: str, *, about: str = "") -> ClinicForm:
    """A form with nothing to type. `name` is what it does: its token is good for that, and for `about`, alone."""
    form = ClinicForm(request, about=about)
    form.name = f"{name} {about}"
    return form


def _digest(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
