"""Where cards stand on the day's grid: those whose times meet go side by side, each in a lane of its own. Pure.

Places and lengths are in grains: five minutes of the wall clock, counted from midnight.
"""

from collections.abc import Sequence

HOUR = {5: 192, 10: 144, 15: 104}  # pixels, by the clinic's slot grain: static/css/board.css has the same
SHORTEST = 24  # pixels: what a finger or an unsteady hand can hit (WCAG 2.5.8)
GRAINS_OF_A_DAY = 288
GRAINS_OF_AN_HOUR = 12


def least(slot_grain: int) -> int:
    """How many grains the shortest card covers as it is drawn."""
    return -(-SHORTEST * GRAINS_OF_AN_HOUR // HOUR[slot_grain])


def lanes(spans: Sequence[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """For each (start, length), in whatever order: its lane from 0, and how many lanes its neighbours share with it."""
    order = sorted(range(len(spans)), key=lambda at: (spans[at][0], -spans[at][1]))
    found = [(0, 1)] * len(spans)
    ends: list[int] = []  # of the lanes of those that hang together
    together: list[int] = []
    for at in order:
        start, length = spans[at]
        if together and start >= max(ends):
            _share(found, together, len(ends))
            ends, together = [], []
        lane = next((lane for lane, end in enumerate(ends) if end <= start), len(ends))
        ends[lane : lane + 1] = [start + max(length, least)]
        found[at] = (lane, 1)
        together.append(at)
    _share(found, together, len(ends))
    return found


def _share(found: list[tuple[int, int]], together: list[int], count: int) -> None:
    for at in together:
        found[at] = (found[at][0], count)
