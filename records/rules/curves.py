"""Points as a drawing: from numbers to places on a sheet, for a line in SVG. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
FEWEST = 3  # values of a spark


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn: x from `left` to `right`, y from `low` to `high`, on so many units of width and height."""

    left: float
    right: float
    low: float
    high: float
    width: float = 300
    height: float = 60

    def place(self, point: Point) -> Point:
        """Where it stands on the sheet, from its upper left corner."""
        across = (point[0] - self.left) / (self.right - self.left) if self.right > self.left else 0.5
        up = (point[1] - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(across * self.width, 1), round((1 - up) * self.height, 1)

    def line(self, points: Iterable[Point]) -> str:
        """As the `points` of a polyline."""
        return " ".join(f"{x:g},{y:g}" for x, y in map(self.place, points))


def around(points: Sequence[Point], *, width: float = 300, height: float = 60, room: float = 0.08) -> Sheet:
    """A sheet that holds all points, with some room above and below."""
    across, up = [x for x, _ in points], [y for _, y in points]
    spare = (max(up) - min(up)) * room or abs(max(up)) * room or 1
    return Sheet(min(across), max(across), min(up) - spare, max(up) + spare, width, height)


Bounds = tuple[float | None, float | None]  # the lowest and the highest normal number


@dataclass(frozen=True, slots=True)
class Band:
    """What is normal, across a whole sheet: its upper edge, and how high it is."""

    y: float
    height: float


def edges(numbers: Sequence[float], bounds: Bounds) -> list[float]:
    """The edge of what is normal that lies nearest, where all numbers lie beyond it: it has to be on their sheet."""
    low, high = bounds
    beyond = [high] if high is not None and min(numbers) > high else []
    return beyond + ([low] if low is not None and max(numbers) < low else [])


def band(sheet: Sheet, bounds: Bounds) -> Band | None:
    """As much of what is normal as lies on the sheet; None where nothing says what is."""
    low, high = bounds
    if low is None and high is None:
        return None
    bottom = sheet.low if low is None else min(max(low, sheet.low), sheet.high)
    top = sheet.high if high is None else min(max(high, sheet.low), sheet.high)
    upper, lower = sheet.place((sheet.left, top))[1], sheet.place((sheet.left, bottom))[1]
    return Band(upper, round(lower - upper, 1)) if lower > upper else None


def ticks(left: float, right: float, steps: Iterable[float], most: int = 8) -> list[float]:
    """The multiples of the first of `steps` of which no more than `most` lie from left to right."""
    for step in steps:
        first, last = math.ceil(left / step), math.floor(right / step)
        if last - first < most:
            return [at * step for at in range(first, last + 1)]
    return []


def steps(values: Sequence[float]) -> list[float]:
    """What each is more than the one before it."""
    return [after - before for before, after in pairwise(values)]


@dataclass(frozen=True, slots=True)
class Spark:
    """A small drawing: its path, and what is normal behind it."""

    path: str = ""
    band: Band | None = None


NOTHING = Spark()


def spark(values: Sequence[str], bounds: Bounds = (None, None), *, width: float = 64, height: float = 14) -> Spark:
    """A small line through "93.1"s in their order, or bars from 86 to 142 where they are "142/86"s.

    Nothing of fewer than three, or where one is no number.
    """
    try:
        pairs = [tuple(float(part) for part in each.split("/")) for each in values]
    except ValueError:
        return NOTHING
    if len(pairs) < FEWEST:
        return NOTHING
    ends = [(float(at), number) for at, pair in enumerate(pairs) for number in pair]
    beyond = [(0.0, edge) for edge in edges([number for _, number in ends], bounds)]
    sheet = around([*ends, *beyond], width=width, height=height)
    places = [[sheet.place((float(at), number)) for number in pair] for at, pair in enumerate(pairs)]
    if all(len(each) > 1 for each in places):
        return Spark("".join(f"M{x:g},{low:g}V{high:g}" for (x, high), (_, low) in places))
    return Spark("M" + "L".join(f"{x:g},{y:g}" for [(x, y), *_] in places), band(sheet, bounds))
