"""Skewed choices: how often the first, the tenth and the hundredth of a list come up."""

import random
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from .pools import Culture

FLATNESS = 8  # Zipf's law with Mandelbrot's shift: the commonest is not overwhelming, the tail is long


@lru_cache(maxsize=256)
def _cumulative(size: int) -> list[float]:
    return list(accumulate(1 / (rank + FLATNESS) for rank in range(1, size + 1)))


def skewed(rng: random.Random, ranked: Sequence[str]) -> str:
    """One of a list whose first is the most common."""
    steps = _cumulative(len(ranked))
    return ranked[bisect(steps, rng.random() * steps[-1])]


def family_name(rng: random.Random, culture: Culture) -> str:
    """As a man has it; `for_sex` gives a woman's form."""
    if culture.stems and rng.random() >= culture.share:
        return skewed(rng, culture.stems) + skewed(rng, culture.endings)
    return skewed(rng, culture.families)


def for_sex(name: str, culture: Culture, sex: str) -> str:
    if sex == "female":
        for ending, feminine in culture.feminine:
            if name.endswith(ending):
                return name[: -len(ending)] + feminine
    return name


def given_name(rng: random.Random, culture: Culture, sex: str) -> str:
    return skewed(rng, culture.female if sex == "female" else culture.male)
