"""An Appointment and the Encounter that it became are one visit: which belong together, and what they say together.

An Encounter names its Appointment, or lies at the time of one that took place: same patient, same source, and nobody
else who treats.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from patients.fhir import BadResource, Resource, read_file
from patients.fhir.parts import Json, codes, text, things
from patients.fhir.references import Level, Unclear, levels
from patients.rules.names import fold
from scheduling import fhir
from scheduling.fhir import ERROR, Visit
from scheduling.models import BOOKED, LEFT

Ident = tuple[str, str]  # file, and the place in it
NEAR = timedelta(hours=1)
USUAL = 15  # minutes, where a visit does not say how long it was
STAYS = frozenset(("IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"))  # classes of Encounters that nobody books


def ident(file: str, resource: Resource) -> Ident:
    return file, resource.where


@dataclass(frozen=True, repr=False)
class _Met:
    ident: Ident
    levels: tuple[Level, ...]
    owner: str
    visit: Visit
    names: frozenset[str]
    points_at: tuple[str, ...]
    is_stay: bool

    @property
    def end(self) -> datetime:
        return self.visit.start + timedelta(minutes=self.visit.minutes or USUAL)


@dataclass(repr=False)
class Pairs:
    """Of one run. `owner` is the id of a visit's patient, "" for nobody, or raises Unclear."""

    owner: Callable[[str, Resource, Visit], str]
    _partners: dict[Ident, Ident] = field(default_factory=dict)

    def read(self, files: Iterable[Path]) -> None:
        """Of files that hold either kind; read once more, where a run has both."""
        met = [each for path in files for each in self._met(path)]
        appointments = [each for each in met if each.visit.kind == "Appointment"]
        encounters = [each for each in met if each.visit.kind == "Encounter"]
        named = _named(appointments)
        for each in encounters:
            self._join(each, _pointed_at(each, named))
        booked: dict[str, list[_Met]] = {}
        for one in appointments:
            if one.visit.state == LEFT and not one.visit.day_only:
                booked.setdefault(one.owner, []).append(one)
        for each in encounters:
            if each.visit.state == LEFT and not (each.points_at or each.is_stay or each.visit.day_only):
                free = [one for one in booked.get(each.owner, ()) if one.ident not in self._partners]
                near = [one for one in free if _is_same_time(one, each)]
                self._join(each, min(near, key=lambda one: abs(one.visit.start - each.visit.start), default=None))

    def partner(self, of: Ident) -> Ident | None:
        return self._partners.get(of)

    def part(self, of: Ident) -> None:
        """One of the two cannot be taken: the other stands alone."""
        if other := self._partners.pop(of, None):
            self._partners.pop(other, None)

    def _join(self, encounter: _Met, appointment: _Met | None) -> None:
        if appointment and appointment.ident not in self._partners and appointment.owner == encounter.owner:
            self._partners |= {encounter.ident: appointment.ident, appointment.ident: encounter.ident}

    def _met(self, path: Path) -> Iterator[_Met]:
        try:
            for each in read_file(path):
                if isinstance(each, Resource) and each.kind in fhir.KINDS and (met := self._one(str(path), each)):
                    yield met
        except BadResource:
            return  # told when it is taken

    def _one(self, file: str, resource: Resource) -> _Met | None:
        try:
            visit = fhir.visit(resource)
            owner = self.owner(file, resource, visit)
        except (BadResource, Unclear):
            return None
        if not owner or visit.state == ERROR:
            return None
        body, own, url = resource.body, text(resource.body.get("id")), resource.url
        names = frozenset(filter(None, (url, own and f"{resource.kind}/{own}")))
        listed = (text(each.get("reference"), 500) for each in things(body.get("appointment")))
        pointed = tuple(each.partition("/_history")[0] for each in listed if each)
        is_stay = bool(visit.last_day) or any(code in STAYS for code in _classes(body))
        return _Met(ident(file, resource), tuple(levels(file, resource)), owner, visit, names, pointed, is_stay)


def _classes(body: Json) -> Iterator[str]:
    """Of R4, one code; of R5, concepts."""
    for each in things(body.get("class")):
        yield from (code for _, code in codes(each))
        yield text(each.get("code"))


def _named(appointments: Iterable[_Met]) -> dict[tuple[Level, str], list[_Met]]:
    named: dict[tuple[Level, str], list[_Met]] = {}
    for each in appointments:
        for level in each.levels:
            for name in each.names:
                named.setdefault((level, name), []).append(each)
    return named


def _pointed_at(encounter: _Met, named: dict[tuple[Level, str], list[_Met]]) -> _Met | None:
    """The Appointment that it names: in its own bundle, else its file, its folder, the run, where that is one."""
    for target in encounter.points_at:
        for name in dict.fromkeys((target, "/".join(target.split("/")[-2:]))):
            for level in encounter.levels:
                if found := named.get((level, name)):
                    return found[0] if len(found) == 1 else None
    return None


def _is_same_time(appointment: _Met, encounter: _Met) -> bool:
    one, other = appointment.visit, encounter.visit
    who, with_whom = ({fold(name) for name in each.practitioners} for each in (one, other))
    overlap = one.start < encounter.end and other.start < appointment.end
    folder = Path(appointment.ident[0]).parent == Path(encounter.ident[0]).parent
    others = who and with_whom and not who & with_whom
    return folder and overlap and abs(one.start - other.start) <= NEAR and not others


def together(appointment: Visit, encounter: Visit) -> Visit:
    """One visit: found again as the Appointment, and as it was according to the Encounter.

    Of one that was entered in error nothing is told.
    """
    newer = encounter.version if appointment.version.is_before(encounter.version) else appointment.version
    digest = hashlib.sha256(f"{appointment.digest} {encounter.digest}".encode()).hexdigest()[:32]
    if ERROR in (appointment.state, encounter.state):
        valid = encounter if appointment.state == ERROR else appointment
        return replace(valid, version=newer, digest=digest)
    happened = encounter if not encounter.day_only or appointment.day_only else appointment
    types = _each(appointment.type, encounter.type)
    places = _each(encounter.place, appointment.place)
    besides = [f"Type: {each}" for each in types[1:]] + [f"Place: {each}" for each in places[1:]]
    return replace(
        appointment,
        start=happened.start,
        day_only=happened.day_only,
        floating=happened.floating,
        last_day=encounter.last_day,
        minutes=encounter.minutes or (appointment.minutes if happened is appointment else 0),
        booked_for=appointment.start if appointment.start != happened.start and not appointment.day_only else None,
        state=appointment.state if encounter.state == BOOKED else encounter.state,
        type=next(iter(types), ""),
        reason="; ".join(_each(appointment.reason, encounter.reason)),
        practitioners=_each(*encounter.practitioners, *appointment.practitioners),
        with_them=_each(*encounter.with_them, *appointment.with_them),
        place=next(iter(places), ""),
        besides=_each(*besides, *appointment.besides, *encounter.besides),
        version=newer,
        digest=digest,
        notes=_each(*appointment.notes, *encounter.notes),
    )


def _each(*said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, said)))
