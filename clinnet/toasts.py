"""One sentence at the foot of the next page, with what can be done about it: "Saved. Undo"."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest

from clinnet import clock


@dataclass(frozen=True)
class Action:
    """A button beside the sentence. A POST carries only the CSRF token and `fields`.

    `quick`: sent by htmx, which leaves the page where it is; the answer says what changed.
    `focus`: Enter presses it, on a page that has nothing else in hand; `apart`: beside that page.
    """

    label: str
    url: str
    post: bool = True
    fields: tuple[tuple[str, str], ...] = ()
    quick: bool = False
    focus: bool = False
    apart: bool = False


class Token(Protocol):
    """A form of the clinnet.forms kit."""

    def once(self) -> str: ...


@dataclass(frozen=True)
class Undo:
    """The button that takes back what the sentence says: posts `button`'s token and `fields` to `url`."""

    url: str
    button: Token
    fields: tuple[tuple[str, str], ...] = ()
    quick: bool = False

    def action(self) -> Action:
        return Action("Undo", self.url, fields=(("once", self.button.once()), *self.fields), quick=self.quick)


class ClinicStorage(SessionStorage):
    """In the session, for each clinic apart: of two tabs in two clinics neither says what happened in the other.

    What one request says has a name of its own there: another one that is answered at the same time takes none of it.
    """

    _queued_messages: list[Message]

    @property
    def _prefix(self) -> str:
        match = self.request.resolver_match
        return f"_messages {match.kwargs.get('clinic', '') if match else ''} "

    def _names(self) -> list[str]:
        return sorted(name for name, _ in self.request.session.items() if name.startswith(self._prefix))

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message], bool]:
        found = [self.deserialize_messages(self.request.session[name]) or [] for name in self._names()]
        return [each for said in found for each in said], True

    def _store(self, messages: Sequence[Message], response: Any, *args: Any, **kwargs: Any) -> list[Message]:
        for name in self._names() if self.used else ():
            del self.request.session[name]
        if self._queued_messages:
            name = f"{self._prefix}{clock.new_id()}"
            self.request.session[name] = self.serialize_messages(self._queued_messages)
        return []


def say(request: HttpRequest, sentence: str, *, undo: Undo | None = None, actions: Sequence[Action] = ()) -> None:
    """Shown once, for 10 s, to this person alone (messages are kept in the session, never in a cookie)."""
    actions = [*([undo.action()] if undo else []), *actions]
    messages.success(request, sentence, extra_tags=_tags(actions))


def warn(request: HttpRequest, sentence: str, *, actions: Sequence[Action] = ()) -> None:
    """As `say`, but it stays until it is closed."""
    messages.warning(request, sentence, extra_tags=_tags(actions))


def _tags(actions: Sequence[Action]) -> str:
    return json.dumps([asdict(action) for action in actions])
