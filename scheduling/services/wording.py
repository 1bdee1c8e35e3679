"""What was written at booking, in other words."""

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope
from clinnet.table.once import idempotent
from scheduling.models import Appointment
from scheduling.services import changing


@idempotent
def change_words(
    scope: Scope, *, appointment: Appointment, reason: str, note: str, once: Once | None = None
) -> None:  # fmt: skip
    """Another reason and note; no step of the visit, so that undo does not see it. Raises AlreadyMovedOn."""
    scope.require(Permission.BOOK)
    news = {"reason": reason.strip() or None, "note": note.strip() or None}
    if any(getattr(appointment, name) != value for name, value in news.items()):
        stamps = list(appointment.stamps or [])
        changing.change(scope, appointment, news, clock.now(), "appointment.words", once=once, stamps=stamps)
