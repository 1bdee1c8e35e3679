"""Birth dates as people write them, ages as clinics say them. Dates are ISO, or partial: "1985-03", "1985"."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from clinnet.rules.dates import DateOrder, is_date, written
from patients.rules.datewords import Reading, readings
from patients.rules.names import fold

OLDEST = 130  # years; the longest life on record is 122
FUTURE = "That date is in the future."
NOT_AN_AGE = "This is not an age. Write it like 41, 6 months or 3 weeks."
_UNITS = {
    "y": "y yr yrs year years yo a ano anos an ans jahr jahre anno anni",
    "m": "m mo mos mth mths month months mes meses mois monat monate mese mesi",
    "w": "w wk wks week weeks sem semana semanas semaine semaines woche wochen settimana settimane",
    "d": "d day days dia dias j jour jours tag tage giorno giorni",
}
_UNIT_OF = {word: unit for unit, row in _UNITS.items() for word in row.split()}
_ABOUT = frozenset(("about", "around", "ca", "c", "circa", "approx", "maybe", "age", "aged", "old", "and"))

_MINUS = ("-", "\u2212", "\u2013")
_SAID_DAYS = {"today": 0, "born today": 0, "yesterday": 1, "born yesterday": 1}

Nearness = Literal["same", "swapped", "digit", "transposed", "decade", "part"]


class BadDate(ValueError):
    """`sentence` is what the person reads. `date_like` is False when the text is no date at all."""

    def __init__(self, sentence: str, *, date_like: bool = True) -> None:
        super().__init__()  # without the sentence, which holds a birth date: errors are logged
        self.sentence = sentence
        self.date_like = date_like


def parse(text: str, order: DateOrder, today: date) -> str:
    """The date or partial date that `text` says, as written where the clinic is. Raises BadDate."""
    if (ago := _SAID_DAYS.get(fold(text))) is not None:  # a newborn at the desk
        return (today - timedelta(days=ago)).isoformat()
    refusals = []
    for reading in readings(text, order):
        try:
            return _checked(reading, order, today)
        except BadDate as refusal:
            refusals.append(refusal)
    raise refusals[0] if refusals else BadDate(_how_to_write(order), date_like=False)


def _how_to_write(order: DateOrder) -> str:
    return f"This is not a date. Write it like {'3/14/1985' if order == 'MDY' else '14/3/1985'}."


def _checked(reading: Reading, order: DateOrder, today: date) -> str:
    if not reading.possible:
        raise BadDate(_how_to_write(order))
    year = _full_year(reading, today)
    if reading.day and reading.month and (not year or reading.day > monthrange(year, reading.month)[1]):
        raise BadDate(f"{written(reading.day, reading.month, year, order)} is not a date.")
    iso = "-".join([f"{year:04}"] + [f"{part:02}" for part in (reading.month, reading.day) if part])
    if iso > today.isoformat()[: len(iso)]:
        raise BadDate(FUTURE)
    if today.year - year > OLDEST:
        raise BadDate(f"That is more than {OLDEST} years ago. Check the year.")
    return iso


def _full_year(reading: Reading, today: date) -> int:
    """Two digits mean the latest year that is not in the future."""
    if not reading.two_digits:
        return reading.year
    year = today.year // 100 * 100 + reading.year
    future = (year, reading.month or 1, reading.day or 1) > (today.year, today.month, today.day)
    return year - 100 if future else year


def span(birth_date: str) -> tuple[date, date]:
    """The first and the last day that a date or partial date can mean. Raises ValueError when it is neither."""
    if not is_date(birth_date):
        raise ValueError("not an ISO date or partial date")
    year, *rest = [int(part) for part in birth_date.split("-")]
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if len(rest) == 1:
        return date(year, rest[0], 1), date(year, rest[0], monthrange(year, rest[0])[1])
    return date(year, *rest), date(year, *rest)


def years(birth_date: str, on: date) -> int | None:
    """Whole years of age, None when the birth date is not known; of a partial date the likeliest."""
    known = months(birth_date, on)
    return None if known is None else known // 12


def months(birth_date: str, on: date) -> int | None:
    """Whole months of age, in the same way."""
    return _likely_months(birth_date, on)


def age(birth_date: str, on: date, *, estimated: bool = False) -> str:
    """Days under 28 days, weeks under 3 months, months under 2 years, years and months under 5, then years.

    "about" stands before the age of a partial or estimated date, which is never told finer than it is known.
    """
    born = _likeliest(birth_date, on)
    if born is None:
        return ""
    said = _said(max(0, (on - born).days), _months(born, on), birth_date.count("-"))
    return f"about {said}" if estimated or birth_date.count("-") < 2 else said


def _likeliest(birth_date: str, on: date) -> date | None:
    """The middle of what a partial date can mean; always the same day of a past month or year."""
    try:
        first, last = span(birth_date)
    except ValueError:
        return None
    if last > on:
        return first + max(timedelta(), on - first) // 2
    return {10: first, 7: first.replace(day=15), 4: first.replace(month=7)}[len(birth_date)]


def _likely_months(birth_date: str, on: date) -> int | None:
    born = _likeliest(birth_date, on)
    return None if born is None else _months(born, on)


def _months(born: date, on: date) -> int:
    """Whole months. One born on the 29th to 31st completes a month that lacks the day on the next one's 1st."""
    return max(0, (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day))


def _said(days: int, months: int, precision: int) -> str:
    whole_years, rest = divmod(months, 12)
    if whole_years >= 5 or (precision == 0 and whole_years) or (whole_years >= 2 and not rest):
        return f"{whole_years} y"
    if whole_years >= 2:
        return f"{whole_years} y {rest} m"
    if months >= 3 or (precision < 2 and months > 1):
        return f"{months} months"
    if days >= 28:
        return f"{days // 7} weeks"
    return "1 day" if days == 1 else f"{days} days"


def with_age(birth: str, age: str) -> str:
    """ "11 Jul 1944 (82 y)": no line ends inside the age. Both as they are shown; either may be empty."""
    said = age.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{birth} ({said})" if age else birth


def estimated(age_text: str, on: date) -> str:
    """The birth date that an estimated age means: of "41" a year, "6 months" a month, "3 weeks" a day.

    Raises BadDate.
    """
    amounts = _amounts(age_text)
    months = amounts.get("y", 0) * 12 + amounts.get("m", 0)
    days = amounts.get("w", 0) * 7 + amounts.get("d", 0)
    if (
        age_text.strip()[:1] in _MINUS
        or not amounts
        or months > OLDEST * 12
        or days > OLDEST * 365
        or (months and days)
    ):
        raise BadDate(NOT_AN_AGE)
    if not months:
        return (on - timedelta(days=days)).isoformat()
    if set(amounts) == {"y"}:
        later, earlier = (f"{on.year - amounts['y'] - more:04}" for more in (0, 1))
    else:
        last = on.year * 12 + on.month - 1 - months
        later, earlier = (f"{month // 12:04}-{month % 12 + 1:02}" for month in (last, last - 1))
    return later if (_likely_months(later, on) or 0) >= months else earlier


def _amounts(text: str) -> dict[str, int]:
    """{"y": 2, "m": 3} of "2 y 3 m". A bare number is years."""
    pieces = [piece for piece in re.findall(r"\d+|[^\W\d_]+", fold(text[:60])) if piece not in _ABOUT]
    if len(pieces) == 1:
        pieces.append("y")
    numbers, units = pieces[::2], [_UNIT_OF.get(piece, "") for piece in pieces[1::2]]
    understood = len(numbers) == len(units) == len(set(units)) and all(units)
    if not understood or not all(number.isdecimal() and len(number) < 5 for number in numbers):
        return {}
    return dict(zip(units, map(int, numbers), strict=True))


def near(one: str, other: str) -> Nearness | None:
    """How two birth dates agree, or come to differ by a slip of the ear or hand; None when they do not."""
    if not is_date(one) or not is_date(other):
        return None
    if one == other:
        return "same"
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < len(longer):
        return "part" if longer.startswith(shorter) else None
    if len(one) < 10:
        return None
    if (one[:4], one[5:7], one[8:]) == (other[:4], other[8:], other[5:7]):
        return "swapped"
    return _slip(one.replace("-", ""), other.replace("-", ""))


def _slip(one: str, other: str) -> Nearness | None:
    differing = [place for place in range(8) if one[place] != other[place]]
    if len(differing) == 1:
        return "digit"
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, second = differing
        if (one[first], one[second]) == (other[second], other[first]):
            return "transposed"
    if one[4:] == other[4:] and abs(int(one[:4]) - int(other[:4])) == 10:
        return "decade"
    return None


def impossible(on: str, born: str, today: str) -> str:
    """Why nothing happened to a patient on that ISO day, else empty. `born` is perhaps partial."""
    if on > today:
        return FUTURE
    return "That is before the patient was born." if born and on[: len(born)] < born else ""
