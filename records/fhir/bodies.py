"""The resources of one patient in one file, and what points from one to another. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any

from clinnet.rules import dates
from patients.fhir import Resource
from patients.fhir.aside import reference_words
from patients.fhir.parts import Json, moment, partial_date, text, thing, things, version
from records.fhir.releases import as_r4
from records.fhir.shapes import DROPPED, every, everywhere, packed, repointed
from records.fhir.taken import EPOCH, Taken, name

MARKED = "carries a mark that is not understood here, which may turn its meaning round, so it is not listed."


@dataclass(repr=False)
class Bodies:
    """The resources of one patient in one file; `names` has "Type/id" by each address.

    What names no zone is of the clinic's, `zone`: so a day stays that day.
    """

    names: Mapping[str, str]
    zone: tzinfo = UTC
    bodies: list[Resource] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # where, and why it is nowhere
    told: list[tuple[str, str]] = field(default_factory=list)  # where, and what of it is nowhere

    def __post_init__(self) -> None:
        self.where: dict[str, str] = {}  # each stood, by name
        self.marks: dict[str, tuple[str, str]] = {}  # by name: the one that it has everywhere, and where it stood
        self.by_name: dict[str, Json] = {}
        self.beside: Mapping[str, Json] = {}

    def add(self, resource: Resource) -> None:
        self.beside = resource.beside
        if resource.body.get("modifierExtension") and resource.kind != "Encounter":
            self.left.append((resource.where, MARKED))  # FHIR forbids to go on as if it were not there
            return
        resource = replace(resource, body=as_r4(resource.body))
        self.bodies.append(resource)
        self.by_name[name(resource.body)] = resource.body
        self.where[name(resource.body)] = resource.where
        if known := everywhere(resource):
            self.marks[name(resource.body)] = known, resource.where

    def _pointed(self, reference: Json, within: Json) -> Json:
        """What it points at: in the file, or contained in the resource itself."""
        target = text(reference.get("reference"), 500).partition("/_history")[0]
        if target.startswith("#"):
            inner = (each for each in every(within.get("contained")) if f"#{text(each.get('id'))}" == target)
            return next(inner, {})
        return self.by_name.get(self.names.get(target, target), {})

    def _anywhere(self, reference: Json) -> Json:
        return self._pointed(reference, {})

    def _is_own(self, body: Json) -> bool:
        """Not contained in another: the ids of these are those of their resource alone."""
        return self.by_name.get(name(body)) is body

    def _encounter(self, body: Json) -> str:
        context = thing(body.get("encounter")) or next(iter(things(thing(body.get("context")).get("encounter"))), {})
        target = text(context.get("reference"), 500).partition("/_history")[0]
        known = self.names.get(target, target)
        return known if known in self.by_name else ""

    def _kept(self, *bodies: Json) -> str:
        """Practitioners and places are not taken: they stay as words."""
        return packed([self._plain(each) for each in bodies])

    def _plain(self, body: Json, also: Mapping[str, str] = MappingProxyType({})) -> Json:
        """`also`: names of what was in an earlier file."""
        plain = {name_: value for name_, value in body.items() if name_ not in DROPPED}
        found: Json = repointed(plain, {**self.names, **also} if also else self.names, self._words)
        return found

    def _words(self, reference: Json) -> str:
        return reference_words(reference, self.beside, None)

    def _at(self, value: object) -> datetime:
        return self._moment(value) or EPOCH

    def _moment(self, value: object) -> datetime | None:
        """Of a day alone its noon, of a partial date that of its first day, with the mark of how much was said."""
        said = partial_date(value)
        if not said or "T" in text(value, 40):
            return moment(value, self.zone)
        noon = moment(f"{said}-01-01"[:10], self.zone)
        return noon + timedelta(milliseconds=dates.stamp_mark(said)) if noon else None

    def _taken(self, kind: str, body: Json, content: Mapping[str, Any], at: object, **more: Any) -> Taken:
        return Taken(
            kind,
            name(body),
            self._at(at),
            content,
            more.pop("kept", self._kept(body)),
            self._encounter(body),
            version=version(body),
            **more,
        )
