"""Where one goes from a page of the calendar: a day, week or month further, another date, or the same day otherwise."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.http import urlencode

from clinnet.addresses import reverse

DAY, ROOMS, WEEK, MONTH = "day", "rooms", "week", "month"
VIEWS = (
    (DAY, "Day", "1", "The day by practitioner"),
    (ROOMS, "Rooms", "2", "The day by room"),
    (WEEK, "Week", "3", "A practitioner's week"),
    (MONTH, "Month", "4", "A month: which days have room"),
)


@dataclass(frozen=True, slots=True)
class View:
    """A link to the same day seen otherwise, and its key."""

    name: str
    word: str
    key: str
    says: str
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The addresses around a page that shows `day` as `view`.

    `person` is whose week or month it is, `visit_type` the one that a month was asked for; ids, or empty.
    """

    clinic: str
    view: str
    day: date
    today: date
    person: str = ""
    visit_type: str = ""

    def at(self, day: date) -> str:
        return self._url(self.view, day)

    @property
    def before(self) -> str:
        return self.at(self._step(-1))

    @property
    def after(self) -> str:
        return self.at(self._step(1))

    @property
    def now(self) -> str:
        return self.at(self.today) if self.view != DAY else reverse("scheduling:today", args=[self.clinic])

    @property
    def jump(self) -> str:
        """What a date field's form asks, with `?day=` and `?with=`."""
        if self.view == DAY:
            return self.now
        return reverse(f"scheduling:{self.view}", args=[self.clinic, self.day.isoformat()])

    @property
    def is_now(self) -> bool:
        return _unit(self.view, self.day) == _unit(self.view, self.today)

    @property
    def unit(self) -> str:
        return self.view if self.view in (WEEK, MONTH) else DAY

    @property
    def views(self) -> list[View]:
        return [View(*each, self._url(each[0], self.day)) for each in VIEWS]

    def _step(self, by: int) -> date:
        if self.view == MONTH:
            first = self.day.replace(day=1)
            return (first + timedelta(days=-1 if by < 0 else 31)).replace(day=1)
        return self.day + timedelta(days=by * (7 if self.view == WEEK else 1))

    def _url(self, view: str, day: date) -> str:
        at = day.isoformat()
        if view == WEEK and self.person:
            return reverse("scheduling:week-of", args=[self.clinic, at, self.person])
        path = reverse(f"scheduling:{view}", args=[self.clinic, at])
        asked = {"with": self.person, "type": self.visit_type} if view == MONTH else {}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path


def _unit(view: str, day: date) -> tuple[int, ...]:
    """What is the same for all days that one page shows."""
    if view == MONTH:
        return day.year, day.month
    return tuple(day.isocalendar())[:2] if view == WEEK else (day.toordinal(),)
