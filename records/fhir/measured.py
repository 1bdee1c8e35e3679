"""Observations and reports to measurements and results: what is of one moment, or of one report, is one item. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from patients.fhir import Resource
from patients.fhir.parts import Json, label, partial_date, text, thing, things, version
from records.fhir import observations, reports
from records.fhir.bodies import Bodies
from records.fhir.shapes import clean, effective, packed, specimens, told
from records.fhir.taken import OBSERVATION, Part, Taken, errored, name, set_key
from records.lines import ResultLine

REMARKS = (
    "A measurement has a remark (a note, a place on the body, how it was taken, a further value)"
    " that only its file tells."
)
MOST_PARTS = 20  # of Observations of one time


@dataclass(repr=False)
class Measured(Bodies):
    """What was measured and found."""

    def part(self, body: Json) -> Part:
        return Part(body, self._plain(body), version(body))

    def _reported(self, body: Json, values: Sequence[Json], lacks: Sequence[str]) -> Taken:
        return self.report(self.part(body), [self.part(each) for each in values], lacks)

    def report(
        self, own: Part, values: Sequence[Part], lacks: Sequence[str] = (), found: Mapping[str, str] | None = None
    ) -> Taken:
        """`found`: names of values that the file does not have, by what points at them."""
        body, said = own.body, reports.comment(own.body)
        if found:
            own = replace(own, kept=self._plain(body, found))
        at, bodies = effective(body), [each.body for each in values]
        if lacks:
            said = "\n".join(filter(None, (reports.missing(len(lacks)), said)))
        pointed = partial(self._pointed, within=body)
        said = "\n".join(filter(None, (*specimens(body, pointed), said)))
        valid = [each for each in bodies if errored(each) != "errored"]
        line = observations.result(reports.title(body), valid, partial_date(at), said, pointed)
        ordered = (name(self._pointed(each, body)) for each in things(body.get("basedOn")) if self._pointed(each, body))
        answers = next((each for each in ordered if each.startswith("ServiceRequest/")), "")
        kept, parts = packed([own.kept, *(each.kept for each in values)]), (own, *values)
        made = self._taken(
            "RES", body, line, at, state=errored(body), kept=kept, answers=answers, parts=parts, lacks=tuple(lacks)
        )
        return replace(made, version=own.version)

    def _imaging(self, resource: Resource) -> Taken:
        body = resource.body
        series = [
            " of ".join(filter(None, (label(each.get("modality")), label(each.get("bodySite")))))
            for each in things(body.get("series"))
        ]
        done = [clean(label(each)) for each in things(body.get("procedureCode"))]
        series += [label(each) for each in things(body.get("modality")) if not series]
        title = f"Imaging: {clean('; '.join(dict.fromkeys(filter(None, (*done, *series)))))}".strip(": ")
        notes = (told(each.get("text")) for each in things(body.get("note")))
        comment = "\n".join(filter(None, (told(body.get("description")), *notes)))
        line = ResultLine(title=title, comment=comment, on=partial_date(body.get("started")))
        return self._taken("RES", body, line.pack(), body.get("started"), state=errored(body))

    def _measured(self, found: Sequence[Json]) -> Iterator[Taken]:
        """Vital signs of one encounter and time are a set; everything else of one time is a result of its own.

        What was entered in error stays in its place, so that the next export takes it away from there.
        """
        groups: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
        for body in found:
            at = effective(body)
            kind = "OBS" if at and observations.reading(body) else "RES"
            if kind == "OBS" and observations.says_more(body):
                self.told.append(("", REMARKS))
            groups[kind, self._encounter(body), at].append(self.part(body))
        for (kind, encounter, at), parts in groups.items():
            yield from self.sets(kind, encounter, at, parts)

    def sets(self, kind: str, encounter: str, at: str, found: Sequence[Part]) -> Iterator[Taken]:
        """Observations of one time; what is in error speaks only where nothing else does."""
        ordered = sorted(found, key=lambda each: each.is_wrong)
        by_body = {id(each.body): each for each in ordered}
        for number_, bodies in enumerate(observations.parts(kind, [each.body for each in ordered])):
            yield self._set(kind, encounter, at, number_, [by_body[id(each)] for each in bodies])

    def _set(self, kind: str, encounter: str, at: str, number_: int, parts: Sequence[Part]) -> Taken:
        valid = [each.body for each in parts if not each.is_wrong]
        said = valid or [each.body for each in parts]
        title = observations.title(said)
        content = (
            observations.measured_set(said)
            if kind == "OBS"
            else observations.result(title, said, partial_date(at), "", self._anywhere)
        )
        return Taken(
            kind,
            set_key(kind, encounter, at, number_),
            self._at(at),
            content,
            packed([each.kept for each in parts]),
            encounter,
            state="current" if valid else "errored",
            version=max(each.version for each in parts),
            parts=tuple(parts),
            at_said=at,
        )

    def again(self, key: str, encounter: str, at: str, parts: Sequence[Part]) -> Taken:
        """A set or a report that was imported before, of these parts by now."""
        kind, number_ = key.partition(" ")[0], key.rpartition(" ")[2]
        if kind in ("OBS", "RES"):
            return self._set(kind, encounter, at, int(number_), sorted(parts, key=lambda each: each.is_wrong))
        own, *values = parts
        answers = (text(each.get("reference")) for each in things(own.kept.get("basedOn")))
        order = next((each for each in answers if each.startswith("ServiceRequest/")), "")
        return replace(self.report(own, values), encounter=encounter, answers=order)


def places(kind: str, kept: Sequence[Json]) -> Iterator[tuple[str, str, str]]:
    """(key, encounter, at) that what keeps these may have: the files that say which are not here any more."""
    at, inside = effective(kept[0]), text(thing(kept[0].get("encounter")).get("reference"))
    for encounter in dict.fromkeys((inside, "")):
        if name(kept[0]).startswith(OBSERVATION):
            for number_ in range(MOST_PARTS):
                yield set_key(kind, encounter, at, number_), encounter, at
        else:
            yield name(kept[0]), encounter, at
