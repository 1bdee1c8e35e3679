"""Which columns of the board one person sees, and in which order. Pure.

What was chosen is one list of practitioners' ids in order; a "-" before an id leaves it out. Who began to work here
after that is in no list, and comes at the end: nobody's patients are hidden without somebody having said so.
"""

from collections.abc import Mapping, Sequence

HIDDEN = "-"


def arranged(ids: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """`ids`, the clinic's own order, as the person chose them."""
    known = {each.removeprefix(HIDDEN) for each in chosen}
    return [each for each in chosen if each in ids] + [each for each in ids if each not in known]


def in_order(ids: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """All of `ids` in the person's order, those that are left out among them."""
    return arranged(ids, [each.removeprefix(HIDDEN) for each in chosen])


def placed(ids: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """`ids` after some were given another place, from 1: before whoever had it, or, downwards, after them."""

    def key(each: str) -> tuple[int, int]:
        old, new = ids.index(each) + 1, places.get(each, 0) or ids.index(each) + 1
        return new, (new > old) - (new < old)

    return sorted(ids, key=key)


def kept(ids: Sequence[str], order: Sequence[str], shown: Sequence[str]) -> list[str]:
    """What to keep of an order of all and of those who are shown; nothing where that is as everybody sees it."""
    if list(order) == list(ids) and set(shown) == set(ids):
        return []
    return [each if each in shown else f"{HIDDEN}{each}" for each in order]
