"""What stood elsewhere before: an Observation whose time is corrected, or that is in error without its time."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from clinnet.table import Key, Row, Scope, get_rows, keys
from patients.fhir.parts import Json
from patients.models import Patient
from records import queries
from records.fhir.reading import Chart, Taken, errored, name
from records.fhir.shapes import unpacked
from records.models import OBS, RES
from records.services import fhir_versions as versions

MOST = 2_000  # of a kind in one chart, that are looked through
OBSERVATION = "Observation/"


@dataclass(frozen=True, repr=False)
class Moved:
    """`earlier`: sets without what moved, and their rows. Keys of sets that say nothing beside those are `known`,
    and of those that stand elsewhere as a later version says `older`.
    """

    earlier: list[tuple[Taken, Row]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)


@dataclass(frozen=True, repr=False)
class Earlier:
    """The measurements and results of one patient. `id_of` makes an id of a key; `pretended` are rows of a dry run."""

    scope: Scope
    patient: Patient
    chart: Chart
    id_of: Callable[[str], str]
    pretended: Mapping[Key, Row]

    def moved(self, new: Sequence[Taken], told: Mapping[str, Taken]) -> Moved:
        """Where the Observations of sets that are new here stood before, by their own ids.

        `told` are all sets of the file by key: it says itself what is left of those.
        """
        inside = {each.key: {name(body): errored(body) for body in unpacked(each.kept)} for each in new}
        source = {one: each for each in new for one in inside[each.key] if one != OBSERVATION}
        found, met, later = Moved(), defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for row in self._sets():
            kept = unpacked(row["aside"])
            gone = {name(each) for each in kept} & source.keys()
            earlier = self._earlier(row, kept, gone) if gone else None
            if earlier is None or earlier.key in told:
                continue
            version = max(source[each].version for each in gone)
            is_later = versions.is_before(version, row)
            if not is_later:
                found.earlier.append((replace(earlier, version=version, by=str(row.get("byName") or "")), row))
            for one in gone:
                (later if is_later else met)[source[one].key].add(one)
        in_error = {key for key, states in inside.items() if set(states.values()) == {"errored"}}
        found.known.update(key for key in in_error if met[key] == inside[key].keys())
        found.older.update(key for key in inside if later[key] == inside[key].keys())
        return found

    def _earlier(self, row: Row, kept: Sequence[Json], gone: set[str]) -> Taken | None:
        if not all(name(each).startswith(OBSERVATION) for each in kept):
            return None  # the values of a report go with it
        kind, id = keys.parse_recorded(row["SK"])
        return self.chart.without(kind, kept, gone, partial(self._is, id))

    def _is(self, id: str, key: str) -> bool:
        return self.id_of(key) == id

    def _sets(self) -> Iterator[Row]:
        lines = [row for kind in (OBS, RES) for row in queries.of_kind(self.scope, self.patient, kind, MOST)]
        there = get_rows(self.scope, [Key(row["PK"], row["SK"]) for row in lines]) if lines else {}
        return (row for row in (there | dict(self.pretended)).values() if row.get("aside"))


def is_set(taken: Taken) -> bool:
    """Its key is of its Observations' time, where that of a report is its resource's."""
    return taken.kind in (OBS, RES) and taken.key.startswith(f"{taken.kind} ")
