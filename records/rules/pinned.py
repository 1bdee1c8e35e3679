"""Which values of results stand in the summary, by the problems that a chart lists. Pure.

A value is known by its code of LOINC, else by its whole name: a name that only holds another ("urine potassium") is
another thing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.rules.results import PLAIN

MOST = 4


@dataclass(frozen=True, slots=True)
class Analyte:
    """`names` are words as `_folded` leaves them."""

    label: str
    codes: frozenset[str]
    names: frozenset[str]


def _of(label: str, codes: str, *names: str) -> Analyte:
    return Analyte(label, frozenset(codes.split()), frozenset(names))


ANALYTES: Mapping[str, Analyte] = {
    "hba1c": _of(
        "HbA1c",
        "4548-4 59261-8 17856-6",
        "hba1c",
        "hba1c ifcc",
        "a1c",
        "hemoglobin a1c",
        "haemoglobin a1c",
        "hemoglobin a1c hemoglobin total in blood",
        "glycated haemoglobin",
        "glycated hemoglobin",
    ),
    "egfr": _of(
        "eGFR",
        "33914-3 48642-3 48643-1 62238-1 98979-8",
        "egfr",
        "gfr",
        "estimated gfr",
        "egfr ckd epi",
        "estimated glomerular filtration rate",
    ),
    "ldl": _of(
        "LDL",
        "18262-6 13457-7 2089-1 22748-8 39469-2",
        "ldl",
        "ldl cholesterol",
        "ldl c",
        "cholesterol ldl",
        "cholesterol in ldl",
        "low density lipoprotein cholesterol",
    ),
    "acr": _of(
        "Urine ACR",
        "14959-1 9318-7 32294-1",
        "acr",
        "urine acr",
        "albumin creatinine",
        "albumin creatinine ratio",
        "urine albumin creatinine",
        "urine albumin creatinine ratio",
        "microalbumin creatinine ratio",
    ),
    "k": _of("Potassium", "2823-3 6298-4", "potassium", "k", "serum potassium", "plasma potassium"),
}
BY_PROBLEM = (
    (("E08", "E09", "E10", "E11", "E13"), ("hba1c", "egfr", "ldl", "acr")),  # diabetes
    (("I10",), ("egfr", "k")),  # high blood pressure
)


def analyte_of(name: str, code: str, value: str) -> str:
    """A key of ANALYTES; empty for every other value, and where it is no number."""
    if not PLAIN.fullmatch(value.replace(",", ".").strip()):
        return ""
    folded = _folded(name)
    return next(
        (key for key, each in ANALYTES.items() if (code in each.codes if code else folded in each.names)),
        "",
    )


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


def pinned(codes: Iterable[str]) -> list[str]:
    """Keys of ANALYTES, by the codes of ICD-10-CM of the problems, in the order of BY_PROBLEM."""
    listed = tuple(codes)
    found = [key for begins, keys in BY_PROBLEM if any(each.startswith(begins) for each in listed) for key in keys]
    return list(dict.fromkeys(found))[:MOST]
