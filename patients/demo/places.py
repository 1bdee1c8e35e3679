"""Where invented people live and are called: numbers and codes that are set aside for fiction, or cannot exist."""

import random
from typing import NamedTuple

from patients.rules.shape import Address, Policy

# Ofcom, "Telephone numbers for use in TV and radio drama programmes": each has a thousand.
GB_MOBILE = "+447700900"
GB_HOME = (
    "+442079460", "+441134960", "+441144960", "+441154960", "+441164960", "+441174960", "+441184960", "+441214960",
    "+441314960", "+441414960", "+441514960", "+441614960", "+441914980", "+441632960", "+442896496", "+442920180",
)  # fmt: skip
# North America sets aside 555-0100 to 555-0199 in every area. The first half are people's own, the rest at home.
_US = """
212 646 917 718 347 929 332 516 631 914 845 518 585 716 315 607 201 973 732 908 609 856 203 860 617 508 978 413
401 603 207 802 215 610 717 814 412 302 410 301 202 703 804 919 704 843 404 305 407 813
"""
US_AREAS = _US.split()
MOBILES = {"GB": 900, "US": 100 * len(US_AREAS) // 2}  # the last hundred of the British ones are the cast's
SCATTER = 389  # a prime, so that neighbours do not get consecutive numbers and each number comes up

_STREETS = """
Mill Oak Station Church Park Victoria Elm Chapel Bridge Orchard Meadow Spring Garden Willow Cedar Lime Canal
Foundry Ropewalk Tanner Saddler Weaver Linden Rowan Juniper Harbour Lantern Kestrel Heron Plover Larkfield
Bramble Thistle Quarry Kiln Granary Cooper Drover Ferry Beacon
"""
STREETS = _STREETS.split()
KINDS = {
    "GB": ["Lane", "Road", "Street", "Close", "Terrace", "Gardens", "Avenue", "Mews"],
    "US": ["Street", "Avenue", "Road", "Lane", "Drive", "Court", "Place", "Boulevard"],
}
TOWNS = {
    "GB": (
        ("London", "", "N1"),
        ("London", "", "N4"),
        ("London", "", "N7"),
        ("London", "", "N19"),
        ("London", "", "NW5"),
    ),
    "US": (("New York", "NY", "100"), ("Brooklyn", "NY", "112"), ("Hoboken", "NJ", "070"), ("Yonkers", "NY", "107")),
}
NOT_IN_POSTCODES = "CIKMOV"  # no inward code has these letters, so no such address exists
PAYERS = {
    "GB": ("Albion Mutual", "Northmoor Health", "Kestrel Health Plan", "Beacon and Wells", "Fenland Friendly"),
    "US": ("Blue Heron Health Plan", "Great Plains Mutual", "Liberty Harbor Health", "Tidewater Care", "Summit Oak"),
}
INSURED = {"GB": 0.22, "US": 0.9}


class Number(NamedTuple):
    number: str
    mobile: bool


def own_number(country: str, slot: int) -> Number:
    """The number of the adult in `slot`: nobody else's until the mobile range is used up, then a fixed line's."""
    if slot < MOBILES[country]:
        return Number(_mobile(country, slot * SCATTER % MOBILES[country]), mobile=True)
    return Number(home_number(country, 2 * slot), mobile=False)


def _mobile(country: str, which: int) -> str:
    if country == "GB":
        return f"{GB_MOBILE}{which:03d}"
    return f"+1{US_AREAS[which // 100]}55501{which % 100:02d}"


def home_number(country: str, slot: int) -> str:
    if country == "GB":
        town, line = divmod(slot * SCATTER % (1000 * len(GB_HOME)), 1000)
        return f"{GB_HOME[town]}{line:03d}"
    return _mobile(country, MOBILES["US"] + slot * SCATTER % MOBILES["US"])


def address(rng: random.Random, country: str) -> Address:
    city, region, code = rng.choice(TOWNS[country])
    street = f"{rng.choice(STREETS)} {rng.choice(KINDS[country])}"
    line = f"{rng.randint(1, 160)} {street}"
    if rng.random() < 0.3:
        line = f"Flat {rng.randint(1, 24)}, {line}" if country == "GB" else f"{line}, Apt {rng.randint(1, 40)}"
    if country == "GB":
        letters = rng.choice(NOT_IN_POSTCODES) + rng.choice(NOT_IN_POSTCODES)
        return {"line": line, "city": city, "postcode": f"{code} {rng.randint(1, 9)}{letters}", "country": "GB"}
    return {
        "line": line,
        "city": city,
        "region": region,
        "postcode": f"{code}{rng.randint(1, 29):02d}",
        "country": "US",
    }


def policy(rng: random.Random, country: str, year: int) -> Policy | None:
    """A policy that mostly still runs: some end with this year, a few have ended."""
    if rng.random() >= INSURED[country]:
        return None
    payer = rng.choice(PAYERS[country])
    initials = "".join(word[0] for word in payer.split())
    until = year + rng.choice((0, 0, 1, 1, 1, 2, -1))
    return {
        "payer": payer,
        "number": f"{initials}-{rng.randint(0, 9_999_999):07d}",
        "valid_from": f"{until - 2}-01-01",
        "valid_until": f"{until}-12-31",
    }


def national_id(country: str, number: int) -> str:
    """GB: the NHS range 999, kept for tests. US: group 00, which no Social Security number has."""
    if country == "GB":
        digits = f"999{number % 10_000_000:07d}"
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return f"9{number // 10_000 % 100:02d}-00-{number % 10_000:04d}"
