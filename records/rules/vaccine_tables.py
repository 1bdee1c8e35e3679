"""Schedules of two countries, as a clinic may take them up: each is off until one of its doctors confirmed it. Pure.

Ages and intervals are "0d", "6w", "12m", "4y" or "3y4m". Where a country publishes no minimum, it is the house's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from records.rules.vaccine_codes import MONOVALENT_ROTAVIRUS, PRP_OMP


@dataclass(frozen=True, slots=True)
class Dose:
    """`interval` is since the dose before, `from_first` since the first; for those born from and before these days."""

    age: str
    minimum: str
    interval: str = "0d"
    from_first: str = "0d"
    product: str = ""
    born_from: date | None = None
    born_before: date | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """`counts` is the group of vaccine_codes whose doses count. Past `last` nothing is said any more, as when not
    begun by `begun_by`. `other`: fewer doses, where all that were given are of these products."""

    name: str
    counts: str
    doses: tuple[Dose, ...]
    last: str = "19y"
    begun_by: str = ""
    other: tuple[frozenset[str], tuple[Dose, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`late`: how long after it fell due a dose is overdue. `season`: months of influenza, first and last."""

    name: str
    source: str
    series: tuple[Series, ...]
    late: str = "4w"
    influenza_from: str = ""
    season: tuple[int, int] = (9, 3)


def doses(ages: str, minimums: str, intervals: str) -> tuple[Dose, ...]:
    """From three rows of the published table; an interval stands before each dose but the first."""
    between = ["0d", *intervals.split()]
    return tuple(
        Dose(age, minimum, interval)
        for age, minimum, interval in zip(ages.split(), minimums.split(), between, strict=True)
    )


ROTAVIRUS_US = doses("2m 4m 6m", "6w 10w 14w", "4w 4w")
HEPB_US = (Dose("0d", "0d"), Dose("1m", "4w", "4w"), Dose("6m", "24w", "8w", from_first="16w"))
US = Table(
    "CDC",
    "CDSi 4.55 (2024)",
    (
        Series("Hepatitis B", "45", HEPB_US),
        Series("DTaP", "107", doses("2m 4m 6m 15m 4y", "6w 10w 14w 15m 4y", "4w 4w 6m 6m"), last="7y"),
        Series("Tdap", "115", doses("11y", "10y", "")),
        Series("Polio", "89", doses("2m 4m 6m 4y", "6w 10w 14w 18w", "4w 4w 6m"), last="18y"),
        Series(
            "Hib",
            "17",
            doses("2m 4m 6m 12m", "6w 10w 14w 12m", "4w 4w 8w"),
            last="5y",
            other=(PRP_OMP, doses("2m 4m 12m", "6w 10w 12m", "4w 8w")),
        ),
        Series("Pneumococcal", "152", doses("2m 4m 6m 12m", "6w 10w 14w 12m", "4w 4w 8w"), last="5y"),
        Series(
            "Rotavirus", "122", ROTAVIRUS_US, last="8m", begun_by="15w", other=(MONOVALENT_ROTAVIRUS, ROTAVIRUS_US[:2])
        ),
        Series("MMR", "03", doses("12m 4y", "12m 13m", "4w")),
        Series("Varicella", "21", doses("12m 4y", "12m 15m", "12w")),
        Series("Hepatitis A", "85", doses("12m 18m", "12m 18m", "6m")),
        Series("Meningococcal ACWY", "108", doses("11y 16y", "10y 16y", "8w")),
        Series("HPV", "137", doses("11y 11y6m", "9y 9y5m", "5m")),
    ),
    influenza_from="6m",
)

JULY_2024, JANUARY_2025 = date(2024, 7, 1), date(2025, 1, 1)
GB = Table(
    "UKHSA", "routine schedule from 1 January 2026",
    (
        Series("6-in-1 and 4-in-1", "107", (
            Dose("8w", "6w", product="6-in-1"), Dose("12w", "10w", "4w", product="6-in-1"),
            Dose("16w", "14w", "4w", product="6-in-1"),
            Dose("18m", "12m", "4w", product="6-in-1", born_from=JULY_2024),
            Dose("3y4m", "3y4m", "4w", product="4-in-1"),
        ), last="10y"),
        Series("MenB", "164", doses("8w 12w 1y", "6w 10w 1y", "4w 8w"), last="2y"),
        Series("Rotavirus", "122", doses("8w 12w", "6w 10w", "4w"), last="24w", begun_by="15w"),
        Series("Pneumococcal", "152", doses("16w 1y", "6w 1y", "8w"), last="2y"),
        Series("MMRV", "03", (
            Dose("1y", "1y"), Dose("18m", "13m", "4w", born_from=JULY_2024),
            Dose("3y4m", "18m", "4w", born_before=JANUARY_2025),
        )),
        Series("HPV", "137", doses("12y", "9y", "")),
        Series("Td/IPV", "139", doses("14y", "10y", "")),
        Series("Meningococcal ACWY", "108", doses("14y", "10y", "")),
    ),
)  # fmt: skip

TABLES: Mapping[str, Table] = {"US": US, "GB": GB}
