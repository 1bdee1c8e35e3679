"""How a medicine is taken: how often, how long, until when; kept in words, never as the abbreviation. Pure."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

Span = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Timing:
    """`words` follow the dose: "three times a day". `per_day` counts doses; None where it is taken once, now."""

    words: str
    per_day: Fraction | None
    doses: tuple[str, ...] = ()  # of 1-0-1: morning, noon, (evening,) night


@dataclass(frozen=True, slots=True)
class Length:
    number: int
    span: Span

    @property
    def words(self) -> str:
        return f"{self.number} {self.span}{'' if self.number == 1 else 's'}"

    def after(self, start: date) -> date:
        """Months end on the month's last day where it has no such day."""
        if self.span != "month":
            return start + timedelta(days=self.number * (7 if self.span == "week" else 1))
        months = start.year * 12 + start.month - 1 + self.number
        year, month = divmod(months, 12)
        return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))

    def days(self, start: date) -> int:
        return (self.after(start) - start).days


# What clinicians type. None of these is on the Joint Commission's "do not use" list; NOT_THESE are, or are misread.
TIMINGS: Mapping[str, Timing] = {
    **dict.fromkeys(("od", "daily", "1x", "once-daily"), Timing("once a day", Fraction(1))),
    **dict.fromkeys(("bd", "bid", "2x"), Timing("twice a day", Fraction(2))),
    **dict.fromkeys(("tds", "tid", "3x"), Timing("three times a day", Fraction(3))),
    **dict.fromkeys(("qds", "qid", "4x"), Timing("four times a day", Fraction(4))),
    **dict.fromkeys(("om", "mane"), Timing("in the morning", Fraction(1))),
    **dict.fromkeys(("on", "nocte"), Timing("at night", Fraction(1))),
    "q4h": Timing("every 4 hours", Fraction(6)),
    "q6h": Timing("every 6 hours", Fraction(4)),
    "q8h": Timing("every 8 hours", Fraction(3)),
    "q12h": Timing("every 12 hours", Fraction(2)),
    "weekly": Timing("once a week", Fraction(1, 7)),
    "stat": Timing("once, now", None),
}
NOT_THESE: Mapping[str, str] = {
    **dict.fromkeys(("qd", "q.d.", "q.d"), "Write od, not qd: it is easily read as qid."),
    **dict.fromkeys(("qod", "q.o.d."), "Write the days in words, not qod: it is easily read as qd or qid."),
    **dict.fromkeys(("ms", "mso4"), "Write morphine sulfate: ms can be magnesium sulfate."),
    "mgso4": "Write magnesium sulfate: mgso4 can be morphine sulfate.",
}
TIMES = {3: ("in the morning", "at noon", "at night"), 4: ("in the morning", "at noon", "in the evening", "at night")}


def by_times(pattern: str) -> Timing | None:
    """ "1-0-1" is 1 in the morning and 1 at night; None where it is no such pattern, or is all noughts."""
    parts = pattern.split("-")
    if len(parts) not in TIMES or not all(part in ("0", "1", "2", "3", "4", "½", "1½") for part in parts):
        return None
    amounts = [amount(part) for part in parts]
    total = sum(amounts, Fraction(0))
    taken = [f"{part} {when}" for part, when in zip(parts, TIMES[len(parts)], strict=True) if part != "0"]
    if not taken:
        return None
    words = " and ".join([", ".join(taken[:-1]), taken[-1]] if taken[:-1] else taken)
    return Timing(words, total, tuple(parts))


def amount(text: str) -> Fraction:
    """ "1½" is 3/2, "0.5" is 1/2."""
    whole, half, _ = text.partition("½")
    return Fraction(whole or "0") + (Fraction(1, 2) if half else 0)


@dataclass(frozen=True, slots=True)
class Course:
    """`dose` is how many at a time, or how many ml; `quantity` counts the same. `refills` follow the first issue."""

    dose: Fraction
    timing: Timing
    length: Length | None = None
    quantity: Fraction | None = None
    refills: int = 0
    as_needed: bool = False


def until(course: Course, start: date) -> date | None:
    """The first day without: start + quantity ÷ what a day takes × (1 + refills), else start + length as often.

    None when it is taken as needed, or nothing says how long. A day that the supply covers in part is not counted.
    """
    if course.timing.per_day is None:
        return start
    if course.as_needed:
        return None
    times = 1 + course.refills
    if course.quantity is not None:
        days = int(course.quantity / daily(course) * times)
        return start + timedelta(days=days) if days <= MOST_DAYS else None
    if course.length is None:
        return None
    return Length(course.length.number * times, course.length.span).after(start)


MOST_DAYS = 3660  # ten years: what lasts longer is a slip of the keyboard


def daily(course: Course) -> Fraction:
    """How much a day takes: of 1-0-1 the sum, else the dose as often as it is taken."""
    per_day = course.timing.per_day or Fraction(1)
    return per_day if course.timing.doses else course.dose * per_day


def supply(course: Course, start: date) -> Fraction | None:
    """The quantity that the length asks for; None as needed, without a length, or once."""
    if course.length is None or course.as_needed or course.timing.per_day is None:
        return None
    return daily(course) * course.length.days(start)


def left(course_until: date, today: date) -> tuple[str, str]:
    """What the list says and how: ("5 days left", "amber"), ("ran out 3 days ago", "red"), ("", "") beyond 7 days."""
    days = (course_until - today).days
    if days < 0:
        return f"ran out {-days} day{'' if days == -1 else 's'} ago", "red"
    if days == 0:
        return "runs out today", "amber"
    return (f"{days} day{'' if days == 1 else 's'} left", "amber") if days <= 7 else ("", "")
