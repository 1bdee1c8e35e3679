"""What the schedule refuses, each with the sentence a person reads."""

from collections.abc import Mapping, Sequence

from clinnet.table import Key, Row
from clinnet.table.errors import Refused
from scheduling.calendar.rules.slots import Slot


class Taken(Refused):
    """Found by the write itself: the grains of `key` that were wanted, and the row as it is. Never shown as it is."""

    sentence = "This time was just taken. Everything you typed is still here."

    def __init__(self, key: Key, wanted: Mapping[str, str], row: Row) -> None:
        super().__init__()
        self.key, self.row = key, row
        self.clashes: dict[str, set[str]] = {name: set(row.get(name) or ()) for name in wanted if row.get(name)}

    @property
    def tags(self) -> set[str]:
        return {tag for tags in self.clashes.values() for tag in tags}


class SlotTaken(Refused):
    """The practitioner or the room is taken. `nearest` are free times; `may_overbook`: whether to offer that."""

    def __init__(self, sentence: str, *, nearest: Sequence[Slot] = (), may_overbook: bool = False) -> None:
        super().__init__(sentence, field="start")
        self.nearest, self.may_overbook = list(nearest), may_overbook


class PatientBusy(Refused):
    """The patient has another appointment at that time."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="start")


class OutsideHours(Refused):
    """Not within open hours: asks "Book anyway?" of those permitted (`may`)."""

    def __init__(self, sentence: str, *, may: bool) -> None:
        super().__init__(sentence, field="start")
        self.may = may


class TimeGone(Refused):
    """A no-show who came after all, and whose time somebody else has: offer the queue."""


class AlreadyMovedOn(Refused):
    """Somebody else changed the appointment's state first."""


class WhichDoctor(Refused):
    """With a doctor, but with whom is not known: it was booked with nobody, and who says so has no column."""

    sentence = "Say which doctor sees them."

    def __init__(self) -> None:
        super().__init__(field="practitioner")


class NotYet(Refused):
    """Nobody can be here for an appointment of a day to come."""
