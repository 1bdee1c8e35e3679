"""The vaccines that are offered by name, each with a code of CVX, and what is refused of a dose. Pure.

Names and codes: CDC's CVX list. A dose of another vaccine is recorded by its name, without a code, and counts for none.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from clinnet.rules.dates import is_date
from patients.rules.births import impossible

VACCINES: Mapping[str, str] = {
    "6-in-1 (DTaP, polio, Hib, hepatitis B)": "146", "5-in-1 (DTaP, polio, Hib)": "120", "4-in-1 (DTaP, polio)": "130",
    "DTaP": "20", "DTaP, hepatitis B, polio": "110", "Tdap": "115", "Td": "113", "Td/IPV": "139", "Polio": "10",
    "Hib": "48", "Hepatitis B, child": "08", "Hepatitis B, adult": "43", "Hepatitis A, child": "83",
    "Hepatitis A, adult": "52", "Pneumococcal conjugate (PCV13)": "133", "Pneumococcal conjugate (PCV15)": "215",
    "Pneumococcal conjugate (PCV20)": "216", "Pneumococcal polysaccharide (PPV23)": "33",
    "Rotavirus, monovalent": "119", "Rotavirus, pentavalent": "116", "MMR": "03", "MMRV": "94", "Varicella": "21",
    "MenB": "163", "Meningococcal ACWY": "136", "HPV": "165", "Influenza": "88", "COVID-19": "213", "Zoster": "187",
    "Typhoid": "101", "Yellow fever": "37", "Rabies": "18",
}  # fmt: skip
SITES = ("left arm", "right arm", "left thigh", "right thigh", "by mouth", "into the nose")
SOURCES: Mapping[str, str] = {"here": "Given here", "card": "From a vaccination card", "told": "Told"}
PRODUCTS: Mapping[str, str] = {name.partition(" (")[0]: name for name in VACCINES}  # as a schedule says them
MAY_HOLD = frozenset({"egg", "gelatin", "latex"})  # groups of allergies that are asked about


def offered(series: str, counts: Collection[str], product: str, given: Sequence[str]) -> str:
    """By which name the dose that is due is offered: what the schedule says, else the vaccine called as the series,
    else the one that was `given` of it last, else the first that counts for it.
    """
    named = [each for each in (product, series) if each in PRODUCTS]
    if named:
        return PRODUCTS[named[0]]
    counting = [name for name in (*given, *VACCINES) if VACCINES.get(name) in counts]
    return counting[0] if counting else ""


def lot_of(vaccine: str, lot: str) -> tuple[str, str]:
    """By what a lot is known, however it was spaced; two empty texts without one."""
    name, number = (re.sub(r"[^A-Z0-9]", "", each.upper()) for each in (vaccine, lot))
    return (name, number) if name and number else ("", "")


def refused(on: str, expires: str, born: str, today: date) -> tuple[str, str]:
    """The field and the sentence of what cannot be, else two empty texts. Dates are ISO, `born` perhaps partial."""
    if not is_date(on) or len(on) < len("2026-11-28"):
        return "on", "Say on which day it was given."
    if why := impossible(on, born, today.isoformat()):
        return "on", why
    if expires and expires < on:
        return "expires", "It had expired by then: look at the package."
    return "", ""
