"""What can go wrong, each with the sentence a person will read. Middleware turns them into pages."""

from collections.abc import Mapping
from typing import Any


class ClinnetError(Exception):
    """A typed refusal. `sentence` is shown to people; nothing in it comes from another clinic."""

    status = 500
    sentence = "Something went wrong here. Nothing was saved. Try again."

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        self.sentence = sentence or self.sentence
        self.field = field
        super().__init__(type(self).__name__)  # never the sentence: it may hold a name, and logs print exceptions


class NotFound(ClinnetError):
    """Nothing here by that id; an id from another clinic looks exactly the same."""

    status = 404
    sentence = "We can't find that here. It may have moved, or the link may be wrong."


class Denied(ClinnetError):
    status = 403
    sentence = "Your role can't do this. Ask an administrator if you need it."


class Refused(ClinnetError):
    """A rule of the clinic forbids it: a taken number, a used token. `field` names the form field, if one."""

    status = 422
    sentence = "That can't be done."


class Sealed(Refused):
    """The item was signed."""

    sentence = "Nothing signed can be changed. Add an addendum, or mark it entered in error."


class Stale(ClinnetError):
    """Somebody saved the item since it was opened. `theirs` is what the table holds now."""

    status = 409
    sentence = "Somebody changed this record while you were editing. Choose what to keep. Nothing is lost."

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        self.theirs = theirs
        super().__init__()


class Reused(Refused):
    """The form's one-time token was used before, with other entries."""

    sentence = "This form was sent before with other entries. Look again, and send it if these are new."


class SentAlready(Refused):
    """What was typed into this form was sent from another page of it."""

    sentence = "This was sent already, from another tab. Send it again only if it is wanted twice."


class TypedElsewhere(Refused):
    """Another page of this form has newer words than this one has seen."""

    sentence = "This was typed into in another tab meanwhile. Send it again if this is the right one."


class Unavailable(ClinnetError):
    """The table cannot be reached, or answers nonsense."""

    status = 503
    sentence = "We can't reach the records just now. Your entries are here. Try again in a moment."


class Busy(Unavailable):
    """Throttled or in conflict until the deadline: certainly not saved."""

    sentence = "Not saved yet: the system is busy. Your entries are here. Try again."


class Unsure(Unavailable):
    """The answer was lost: perhaps saved. The once token makes a second try safe."""

    sentence = "We did not hear back. Try again: it will not be done twice."


class Fault(Exception):
    """A request that the table rejects as malformed: our mistake. Carries the error code, never items."""
