"""Values of a file, each held against what came before by its own id.

What a file does not speak of stays. A value stands once: where the latest of its versions says, or in its report.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinnet.table import Key, Row, Scope, get_rows, keys
from patients.fhir.parts import Json, label
from patients.models import Patient
from records import queries
from records.fhir.measured import MOST_PARTS, places
from records.fhir.reading import Chart
from records.fhir.shapes import unpacked
from records.fhir.taken import OBSERVATION, Part, Taken, name
from records.models import ERRORED, OBS, RES
from records.services import fhir_versions as versions

MOST = 2_000  # of a kind in one chart, that are looked through
MADE = frozenset(("id", "identifier"))  # of an Observation: another export may give others


@dataclass(frozen=True, repr=False)
class Before:
    """A set or a report that came before, as it stands here."""

    row: Row
    key: str
    encounter: str
    at: str
    parts: tuple[Part, ...]

    @property
    def is_report(self) -> bool:
        return not name(self.parts[0].kept).startswith(OBSERVATION)

    @property
    def place(self) -> str:
        return self.key if self.is_report else self.key.rpartition(" ")[0]

    @property
    def values(self) -> tuple[Part, ...]:
        return self.parts[1:] if self.is_report else self.parts

    @property
    def is_in_error(self) -> bool:
        return bool(self.row.get("state") == ERRORED)

    @property
    def may_change(self) -> bool:
        return int(self.row["version"]) == 1 and not self.is_in_error

    def part(self, name_: str) -> Part | None:
        return next((each for each in self.values if name_ and each.name == name_), None)

    def stands(self, part: Part) -> bool:
        there = self.part(part.name)
        here = any(each.kept == part.kept for each in self.values) if there is None else not there.is_wrong
        return here and not self.is_in_error

    def came_before(self, part: Part, taken: Taken) -> bool:
        """Whether this is a version of it that was here already, or that is older."""
        there = self.part(part.name)
        older = part.version.is_before(there.version) if there else None
        alike = older is None or (there is not None and part.version == there.version)
        return versions.was_seen(self.row, part, taken) if alike else bool(older)


@dataclass(frozen=True, repr=False)
class Settled:
    """What of the file is written or is as before, and the rows of that by key.

    `older`: how many sets came before in part, `known`: of how many of these nothing is left.
    """

    taken: list[Taken]
    there: dict[str, Row]
    older: int
    known: int


@dataclass(repr=False)
class Values:
    """The measurements and results of one patient. `rows_of` reads what stands at the keys of things, by their key;
    `pretended` are rows of a dry run.
    """

    scope: Scope
    patient: Patient
    chart: Chart
    id_of: Callable[[str], str]
    rows_of: Callable[[Iterable[Taken]], dict[str, Row]]
    pretended: Mapping[Key, Row]
    homes: dict[str, Taken] = field(default_factory=dict)  # of the file, by key
    before: dict[str, Before] = field(default_factory=dict)  # by key
    news: dict[str, dict[str, Part]] = field(default_factory=lambda: defaultdict(dict))  # by place and name, elsewhere
    older: set[str] = field(default_factory=set)  # places

    def settle(self, taken: Sequence[Taken], there: Mapping[str, Row]) -> Settled:
        self.homes = {each.key: each for each in taken if each.parts}
        for each in self.homes.values():
            if each.key in there:
                self._know(there[each.key], each.key, each.encounter, each.at_said)
        self._look_further()
        self._search()
        reports = [self._report(each) for each in self.homes.values() if not each.is_set]
        told: dict[str, list[Part]] = defaultdict(list)  # what stands in each set of the file, by place
        for each in self.homes.values():
            if each.is_set:
                told[each.place] += [part for part in each.parts if self._stays(part, each)]
        sets = [each for place, parts in told.items() for each in self._sets(place, parts)]
        others = [self._changed(each) for each in self.before.values() if each.place in self.news.keys() - told.keys()]
        made = [*reports, *sets, *others]
        rows = {each.key: each.row for each in self.before.values()}
        known = self.older - {each.place for each in made}
        rest = [each for each in taken if not each.parts]
        return Settled([*rest, *made], {**there, **rows}, len(self.older), len(known))

    # --- What came before --------------------------------------------------------------------------------------------

    def _know(self, row: Row, key: str, encounter: str, at: str) -> None:
        if row.get("aside"):
            self.before[key] = Before(row, key, encounter, at, versions.parts_of(row))

    def _look_further(self) -> None:
        """Sets of the same time and encounter with a later number than the file has of them."""
        wanted = {
            f"{each.place} {number}": each
            for each in self.homes.values()
            if each.is_set and each.key in self.before and self._unplaced(each)
            for number in range(1, MOST_PARTS)
        }
        found = self.rows_of([replace(each, key=key) for key, each in wanted.items() if key not in self.before])
        for key, row in found.items():
            self._know(row, key, wanted[key].encounter, wanted[key].at_said)

    def _search(self) -> None:
        """Elsewhere, by its own id, what does not stand where the file has it."""
        wanted = {part.name for each in self.homes.values() for part in self._unplaced(each) if part.name}
        known = {each.row["SK"] for each in self.before.values()}
        for row in self._all() if wanted else ():
            kept = unpacked(row["aside"]) if row["SK"] not in known else []
            if not wanted.isdisjoint(map(name, kept)) and (found := self._place_of(row, kept)):
                self._know(row, *found)

    def _place_of(self, row: Row, kept: Sequence[Json]) -> tuple[str, str, str] | None:
        """(key, encounter, at); None where it is of another source."""
        kind, id = keys.parse_recorded(row["SK"])
        entry = keys.parse_record(row["SK"])
        for key, encounter, at in places(kind, kept):
            if self.id_of(key) == id and (not encounter or self.id_of(encounter) == entry):
                return key, encounter, at
        return None

    def _unplaced(self, taken: Taken) -> list[Part]:
        there = self._at(taken.place)
        return [part for part in taken.values if not any(each.stands(part) for each in there)]

    def _at(self, place: str) -> list[Before]:
        return [each for each in self.before.values() if each.place == place]

    def _all(self) -> Iterator[Row]:
        lines = [row for kind in (OBS, RES) for row in queries.of_kind(self.scope, self.patient, kind, MOST)]
        there = get_rows(self.scope, [Key(row["PK"], row["SK"]) for row in lines]) if lines else {}
        return (row for row in (there | dict(self.pretended)).values() if row.get("aside"))

    # --- What becomes of a value -------------------------------------------------------------------------------------

    def _stays(self, part: Part, taken: Taken) -> bool:
        """Whether it stands where the file has it: not where it came before, or where its place is elsewhere."""
        here = self._at(taken.place)
        away = [each for each in self.before.values() if each not in here and each.part(part.name)]
        own = [there for each in here if (there := each.part(part.name))]
        if any(each.kept == part.kept for each in own):
            return True
        if any(each.came_before(part, taken) for each in [*here, *away]):
            self.older.add(taken.place)
            return False
        reports = [each for each in away if each.is_report and each.key not in self.homes and each.may_change]
        for each in reports if taken.is_set else ():
            self.news[each.place][part.name] = part
        left = self._leave(part, away, own)
        return not taken.is_set or not (left or reports)

    def _leave(self, part: Part, away: Sequence[Before], own: Sequence[Part]) -> bool:
        """Sets where it stood have it no more. True where it is in error there, and says nothing else."""
        sets = [(each, there) for each in away if not each.is_report and (there := each.part(part.name))]
        for each, there in sets:
            self.news[each.place][part.name] = replace(there.in_error(), version=part.version)
        return bool(sets) and part.is_wrong and not own

    # --- What is made of them ----------------------------------------------------------------------------------------

    def _report(self, taken: Taken) -> Taken:
        """With the values that its file does not have again, where they came before."""
        before = self.before.get(taken.key)
        if before and versions.is_older(taken, before.row):
            return taken  # which is left as it is, and what it says of its values too
        kept = {each.name: each for each in before.values} if before and not before.is_in_error else {}
        values = {id(each): each if self._stays(each, taken) else self._known(each) for each in taken.values}
        found = {each: there.name for each in taken.lacks if (there := _named(kept.values(), each))}
        made = [*values.values(), *(kept[each] for each in found.values())]
        if not found and all(id(each) == at for at, each in values.items()):
            return taken
        places_ = {each: at for at, each in enumerate(kept)}
        made.sort(key=lambda each: places_.get(each.name, len(places_)))
        lacks = [each for each in taken.lacks if each not in found]
        old = tuple(versions.digest(each.kept) for each in taken.values if values[id(each)] is not each)
        seen = (*versions.replaced(kept.values(), made), *old)
        return replace(self.chart.report(taken.parts[0], made, lacks, found), seen=seen)

    def _known(self, part: Part) -> Part:
        """The later version of it, which is not to stand anywhere else."""
        there = [(each, found) for each in self.before.values() if (found := each.part(part.name))]
        later = max((found for _, found in there), key=lambda each: (not each.is_wrong, each.version), default=part)
        self._leave(replace(part, version=later.version), [each for each, _ in there], (there and [later]) or [])
        return later

    def _sets(self, place: str, parts: Sequence[Part]) -> list[Taken]:
        before = sorted(self._at(place), key=lambda each: int(each.key.rpartition(" ")[2]))
        there = [part for each in before for part in each.parts]
        told = {part.name for each in self.homes.values() if each.place == place for part in each.parts}
        taken = next(each for each in self.homes.values() if each.place == place)
        new = [each for each in parts if each.name in {one.name for one in there} or not _is_twin(each, there, told)]
        merged = [self._later(each, new, place) for each in there]
        merged += [each for each in new if all(each is not one for one in merged)]
        if not merged:
            return []
        made = self.chart.sets(taken.kind, taken.encounter, taken.at_said, merged)
        return [replace(each, seen=versions.replaced(there, merged), is_settled=True) for each in made]

    def _later(self, there: Part, new: Sequence[Part], place: str) -> Part:
        """What stands in the place of one that came before."""
        if there.name:
            found = next((each for each in new if each.name == there.name), None)
        else:
            found = next((each for each in new if not each.name and _code(each) == _code(there)), None)
        return found or self.news[place].get(there.name, there) if there.name else found or there

    def _changed(self, before: Before) -> Taken:
        """One of which the file itself does not speak."""
        news = self.news[before.place]
        parts = [news.get(each.name, each) if each in before.values else each for each in before.parts]
        made = self.chart.again(before.key, before.encounter, before.at, parts)
        by = str(before.row.get("byName") or "")
        return replace(made, by=by, seen=versions.replaced(before.parts, parts), is_settled=True)


# --- Small parts -----------------------------------------------------------------------------------------------------


def _named(parts: Iterable[Part], reference: str) -> Part | None:
    """The one that a reference means."""
    own = reference.removeprefix("urn:uuid:").rpartition("/")[2].lower()
    return next((each for each in parts if own and each.name.lower() == f"{OBSERVATION}{own}".lower()), None)


def _is_twin(part: Part, there: Iterable[Part], told: Collection[str]) -> bool:
    """Whether the same stands there under an id that the file does not have: some give new ones in each export."""
    said = {key: value for key, value in part.kept.items() if key not in MADE}
    others = (each.kept for each in there if each.name not in told and not each.is_wrong)
    return any({key: value for key, value in each.items() if key not in MADE} == said for each in others)


def _code(part: Part) -> str:
    return label(part.body.get("code"))
