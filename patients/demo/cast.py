"""The named people of the demo day, in the clinics that have one. Later parts find them by their key."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from patients.rules.shape import Alert, Consents, Link, LinkKind, PatientData

from .ids import demo_id
from .people import Person
from .places import NOT_IN_POSTCODES

SEED = "cast"  # whatever the seed of the others, the cast is there once
GB_MOBILE, US_PHONE = "+4477009009", "+120655501"  # and two digits: nobody else's

# key, title, given name, family name, sex, born (a date, or how old), language
Row = tuple[str, str, str, str, str, str, str]
NORTHSIDE: tuple[Row, ...] = (
    ("rose-fitzgerald", "Mrs", "Rose", "Fitzgerald", "female", "82 y", "en"),
    ("maria-garcia", "", "María", "García", "female", "1985-03-14", "es"),
    ("mateo-garcia", "", "Mateo", "García", "male", "9 y", "es"),
    ("lucia-garcia", "", "Lucía", "García", "female", "6 y", "es"),
    ("lan-nguyen", "", "Thị Lan", "Nguyễn", "female", "1958-09-21", "vi"),
    ("li-wei", "", "伟", "李", "male", "1979-02-11", "zh"),
    ("noor-al-rashid", "", "نور", "الراشد", "female", "1991-07-30", "ar"),
    ("siobhan-oneill", "", "Siobhán", "O'Neill", "female", "1988-12-04", "en"),
    ("jonas-mueller-schmidt", "", "Jonas", "Müller-Schmidt", "male", "1995-06-18", "de"),
    ("john-smith-may", "Mr", "John", "Smith", "male", "1961-05-03", "en"),
    ("john-smith-march", "Mr", "John", "Smith", "male", "1961-03-05", "en"),
    ("maria-garcia-again", "", "Maria", "Garcia", "female", "1985-03-14", ""),
    ("bjork-olafsdottir", "", "Björk", "Ólafsdóttir", "female", "1993-10-09", "en"),
    ("joao-costa", "", "João", "Costa", "male", "1972-01-25", "pt"),
    ("zofia-kowalska", "", "Zofia", "Kowalska", "female", "1966-04-17", "pl"),
    ("greta-holm", "", "Greta", "Holm", "female", "1984-08-02", "en"),
    ("layla-haddad", "", "Layla", "Haddad", "female", "1997-05-12", "ar"),
    ("idris-haddad", "", "Idris", "Haddad", "male", "11 d", "ar"),
    ("pieter-van-den-berg", "Mr", "Pieter", "van den Berg", "male", "1954-11-08", "en"),
    ("thandi-mbeki", "", "Thandi", "Mbeki", "female", "1990-02-27", "en"),
    ("ivan-petrov", "Mr", "Ivan", "Petrov", "male", "1969-07-07", "en"),
)
HARBOR: tuple[Row, ...] = (
    ("walter-jensen", "Mr", "Walter", "Jensen", "male", "79 y", "en"),
    ("rosa-delgado", "", "Rosa", "Delgado", "female", "1987-06-23", "es"),
    ("emilio-delgado", "", "Emilio", "Delgado", "male", "4 y", "es"),
    ("linh-tran", "", "Linh", "Tran", "female", "1962-03-19", "vi"),
    ("james-oconnor", "", "James", "O'Connor", "male", "1975-11-30", "en"),
    ("aaliyah-brooks", "", "Aaliyah", "Brooks", "female", "1999-01-08", "en"),
)
CASTS: dict[str, tuple[Row, ...]] = {"northside": NORTHSIDE, "harbor": HARBOR}

# (child, grown-up, what the grown-up is to the child)
TIES: tuple[tuple[str, str, LinkKind], ...] = (
    ("mateo-garcia", "maria-garcia", "guardian"),
    ("lucia-garcia", "maria-garcia", "guardian"),
    ("idris-haddad", "layla-haddad", "parent"),
    ("emilio-delgado", "rosa-delgado", "parent"),
)
ALERTS: dict[str, tuple[tuple[str, bool], ...]] = {
    "rose-fitzgerald": (("Walks with a frame: ground floor room.", False), ("Hard of hearing: face her.", False)),
    "lan-nguyen": (("Interpreter needed: Vietnamese.", True),),
    "walter-jensen": (("Risk of falls: help from the chair.", True),),
    "siobhan-oneill": (("Latex allergy: no latex gloves.", True),),
}
MORE: dict[str, dict[str, Any]] = {
    "maria-garcia": {"preferred_name": "Mari"},
    "lan-nguyen": {"interpreter": True},
    "linh-tran": {"interpreter": True},
    "greta-holm": {"restricted": True, "notes": "Works here."},
    "james-oconnor": {"preferred_name": "Jim"},
}
# Registered in passing: a name, a date, and the rest when there is time.
SPARSE = ("maria-garcia-again", "joao-costa")
SINCE_YEARS = {"pieter-van-den-berg": 9, "rose-fitzgerald": 8, "ivan-petrov": 6, "idris-haddad": 0}
ENDED_POLICY = "ivan-petrov"


def cast(*, clinic: str, now: datetime, doctors: Sequence[str] = ()) -> list[Person]:
    """The cast of a clinic, none where there is no demo day. `now` is aware; ages are as of then."""
    rows = CASTS.get(clinic, ())
    return [_person(clinic, place, row, now, doctors) for place, row in enumerate(rows)]


def cast_id(clinic: str, key: str) -> str:
    return demo_id(clinic, SEED, key)


def _person(clinic: str, place: int, row: Row, now: datetime, doctors: Sequence[str]) -> Person:
    key, title, given, family, sex, born, language = row
    joined = _joined(key, place, now)
    data: PatientData = {"family_name": family, "given_name": given, "sex": sex}  # type: ignore[typeddict-item]
    data["birth_date"] = _born(born, now.date())
    for name, value in (("title", title), ("language", language)):
        if value:
            data[name] = value  # type: ignore[literal-required]
    if key not in SPARSE:
        data.update(_known(clinic, place, key, joined.date(), now.date()))
        if doctors:
            data["practitioner_id"] = doctors[place % len(doctors)]
    elif key == "joao-costa":
        data["phones"] = [{"number": _number(clinic, place), "kind": "mobile", "preferred": True}]
    if ties := _links(clinic, key):
        data["links"] = ties
    data.update(MORE.get(key, {}))  # type: ignore[typeddict-item]
    return Person(-1 - place, cast_id(clinic, key), joined, data, key)


def _born(born: str, today: date) -> str:
    """A date as it stands; "11 d" and "82 y" count back from today, a birthday some months behind."""
    count, _, unit = born.partition(" ")
    if unit == "d":
        return (today - timedelta(days=int(count))).isoformat()
    if unit == "y":
        return (today - timedelta(days=int(int(count) * 365.25) + 140)).isoformat()
    return born


def _joined(key: str, place: int, now: datetime) -> datetime:
    years = SINCE_YEARS.get(key, 1 + place % 4)
    days = 2 if years == 0 else years * 366 + place * 11
    if key in SPARSE:
        days = 1
    return now.replace(hour=9, minute=place, second=0, microsecond=0) - timedelta(days=days)


def _known(clinic: str, place: int, key: str, joined: date, today: date) -> PatientData:
    """What a full registration has: how to reach, insurance, consents, alerts."""
    mother = next((grown for child, grown, _ in TIES if child == key), "")
    home = _place_of(clinic, mother) if mother else place
    data: PatientData = {
        "phones": [{"number": _number(clinic, home), "kind": "mobile", "preferred": True}],
        "address": _address(clinic, home),
        "consents": _consents(joined),
    }
    if not mother:
        given, family = key.split("-", maxsplit=1)[0], key.rsplit("-", maxsplit=1)[-1]
        data["email"] = f"{given}.{family}@example.{('org', 'com', 'net')[place % 3]}"
    if clinic == "harbor" or place % 3 == 0 or key == ENDED_POLICY:
        year = today.year - 1 if key == ENDED_POLICY else today.year + place % 2
        number = f"D-{20_000 + place:07d}"
        payer = "Blue Heron Health Plan" if clinic == "harbor" else "Albion Mutual"
        ends = {"valid_from": f"{year - 2}-01-01", "valid_until": f"{year}-12-31"}
        data["policies"] = [{"payer": payer, "number": number, **ends}]  # type: ignore[typeddict-item]
    if alerts := _alerts(key):
        data["alerts"] = alerts
    return data


def _place_of(clinic: str, key: str) -> int:
    return next(place for place, row in enumerate(CASTS[clinic]) if row[0] == key)


def _number(clinic: str, place: int) -> str:
    return f"{US_PHONE if clinic == 'harbor' else GB_MOBILE}{place:02d}"


def _address(clinic: str, place: int) -> Any:
    street = ("Mill Lane", "Harbour Street", "Orchard Close", "Station Road", "Chapel Street")[place % 5]
    line = f"{5 + 4 * place} {street}"
    if clinic == "harbor":
        return {"line": line, "city": "Brooklyn", "region": "NY", "postcode": f"112{10 + place}", "country": "US"}
    letters = NOT_IN_POSTCODES[place % 6] + NOT_IN_POSTCODES[(place + 2) % 6]
    return {"line": line, "city": "London", "postcode": f"N7 {1 + place % 9}{letters}", "country": "GB"}


def _consents(joined: date) -> Consents:
    given = {"given": True, "on": joined.isoformat()}
    return {"data": dict(given), "messages": dict(given)}  # type: ignore[typeddict-item]


def _alerts(key: str) -> list[Alert]:
    written = enumerate(ALERTS.get(key, ()), start=1)
    return [{"id": f"{key}-{number}", "text": text, "stop": stop} for number, (text, stop) in written]


def _links(clinic: str, key: str) -> list[Link]:
    ties: list[Link] = []
    for child, grown, kind in TIES:
        id = demo_id(clinic, SEED, f"tie {child} {grown}")
        if key == child:
            full = {"messages": True, "books": True, "pays": True}
            ties.append({"id": id, "kind": kind, "patient_id": cast_id(clinic, grown), **full})  # type: ignore[typeddict-item]
        elif key == grown:
            ties.append({"id": id, "kind": "child", "patient_id": cast_id(clinic, child)})
    return ties
