"""Resources of a file to what a chart keeps: one Taken for each item. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from clinnet.rules import dates
from patients.fhir import Resource
from patients.fhir.aside import reference_words
from patients.fhir.parts import Json, Version, label, moment, partial_date, text, thing, things, version
from records.fhir import allergies, doses, medicines, observations, orders, others, problems, reports
from records.fhir.letters import LetterBody, letter_of
from records.fhir.notes import note_of
from records.fhir.releases import as_r4
from records.fhir.shapes import (
    DROPPED,
    clean,
    effective,
    every,
    is_no_entry,
    packed,
    repointed,
    specimens,
    status,
    told,
)
from records.lines import ResultLine
from records.rules.notes import Section

NO_TEXT = "holds no text that can be read here (a PDF, a picture, or an address): file it with *A document came*."
MARKED = "carries a mark that is not understood here, which may turn its meaning round, so it is not listed."
REMARKS = "A measurement has a remark (a note, a place on the body, how it was taken) that only its file tells."
SEVERAL = "The other texts and files of this document are not read: {}."
NOT_TO_BE = "says what was not done or is not to be done, so it is not listed."
TAKEN = (
    "Encounter", "Observation", "DiagnosticReport", "Condition", "AllergyIntolerance", "MedicationRequest",
    "MedicationStatement", "Immunization", "Procedure", "CarePlan", "Goal", "ImagingStudy", "DocumentReference",
    "ServiceRequest",
)  # fmt: skip
ENTRY, NOTE, ADDENDUM, ASKED = "ENTRY", "NOTE", "ADDENDUM", "ASKED"  # beside the kinds of records/models.py
LETTER = "LET"
IN_ERROR = "entered-in-error"
MOST_PARTS = 20  # of Observations of one time
NOT_CURRENT = ("superseded", "preliminary", "amended", "registered", "cancelled", "deprecated")  # told behind a title
EPOCH = datetime.fromisoformat(dates.UNKNOWN)


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """One thing of a chart. `key` is the same in each export of it; `encounter` the key of its entry, or empty.

    `content` is the packed line of its kind. `state` is current, ended or errored, `why` it ended. `kept` are the
    resources that it came from, as an item keeps them.
    """

    kind: str
    key: str
    at: datetime
    content: Mapping[str, Any]
    kept: str
    encounter: str = ""
    state: str = "current"
    why: str = ""
    until: datetime | None = None  # when it ended, where that is said
    by: str = ""
    title: str = ""
    sections: tuple[Section, ...] = ()
    letter: LetterBody | None = None
    appends: str = ""  # of an addendum: the key of its note
    answers: str = ""  # of a result: the key of its order
    version: Version = field(default_factory=Version)


@dataclass(repr=False)
class Chart:
    """The resources of one patient in one file; `names` has "Type/id" by each address.

    What names no zone is of the clinic's, `zone`: so a day stays that day.
    """

    names: Mapping[str, str]
    zone: tzinfo = UTC
    bodies: list[Resource] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # where, and why it is nowhere
    told: list[tuple[str, str]] = field(default_factory=list)  # where, and what of it is nowhere

    def __post_init__(self) -> None:
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

    def taken(self) -> Iterator[Taken]:
        """Everything, in the order of the file; measurements of one moment and the values of one report are one."""
        sent = [each.body for each in self.bodies if each.kind == "Observation"]
        reported: set[str] = set()
        for each in self.bodies:
            if each.kind == "DiagnosticReport":
                pointed = [self._pointed(one, each.body) for one in every(each.body.get("result"))]
                missing = sum(not one for one in pointed)
                values = [one for one in pointed if one and not (self._is_own(one) and name(one) in reported)]
                reported |= {name(one) for one in values if self._is_own(one)}
                yield self._report(each.body, values, missing)
            elif found := self._one(each):
                yield found
        yield from self._measured([each for each in sent if name(each) not in reported])

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
        plain = [{name_: value for name_, value in each.items() if name_ not in DROPPED} for each in bodies]
        return packed([repointed(each, self.names, self._words) for each in plain])

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

    # --- One resource is one thing -----------------------------------------------------------------------------------

    def _one(self, resource: Resource) -> Taken | None:
        do = {
            "Encounter": self._entry,
            "Condition": self._problem,
            "AllergyIntolerance": self._allergy,
            "MedicationRequest": self._medicine,
            "MedicationStatement": self._medicine,
            "Immunization": self._dose,
            "Procedure": self._other,
            "CarePlan": self._other,
            "Goal": self._other,
            "ImagingStudy": self._imaging,
            "DocumentReference": self._document,
            "ServiceRequest": self._order,
        }.get(resource.kind)
        if resource.body.get("doNotPerform") is True or text(resource.body.get("status")) == "not-done":
            self.left.append((resource.where, NOT_TO_BE))
            return None
        return do(resource) if do else None

    def _entry(self, resource: Resource) -> Taken:
        body = resource.body
        people = (text(thing(each.get("individual")).get("display")) for each in things(body.get("participant")))
        title = clean(next((said for each in things(body.get("type")) if (said := label(each))), "Visit"))
        why = ", ".join(filter(None, (clean(label(each)) for each in things(body.get("reasonCode")))))
        title += f": {why}" if why and why.casefold() not in title.casefold() else ""
        title += f" ({text(body.get('status'))})" if text(body.get("status")) in ("planned", "cancelled") else ""
        return Taken(
            ENTRY,
            name(body),
            self._at(thing(body.get("period")).get("start")),
            {},
            self._kept(body),
            by=next(filter(None, people), ""),
            title=title,
            state=errored(body),
            version=version(body),
        )

    def _problem(self, resource: Resource) -> Taken | None:
        body = resource.body
        if is_no_entry(body.get("code")):
            return None
        state = problems.state_of(body)
        return self._taken(
            "PROB",
            body,
            problems.line_of(body).pack(),
            body.get("recordedDate") or body.get("onsetDateTime"),
            state=state,
            why="resolved" if state == "ended" else "",
            until=self._moment(body.get("abatementDateTime")),
        )

    def _allergy(self, resource: Resource) -> Taken | None:
        body = resource.body
        at = body.get("recordedDate") or body.get("onsetDateTime")
        if allergies.says_none(body):
            return self._taken(ASKED, body, {}, at)
        if allergies.says_none_of_some(body):
            self.left.append((resource.where, allergies.OF_SOME))
            return None
        ended = status(body, "clinicalStatus") in ("inactive", "resolved")
        wrong = status(body, "verificationStatus") in ("entered-in-error", "refuted")
        state = "errored" if wrong else "ended" if ended else "current"
        line = allergies.line_of(body)
        return self._taken("ALG", body, line.pack(), at, state=state, why="resolved" if state == "ended" else "")

    def _medicine(self, resource: Resource) -> Taken | None:
        body = resource.body
        if is_no_entry(body.get("medicationCodeableConcept")):
            return None
        line, state = medicines.line_of(resource), medicines.state_of(body)
        at, why = body.get("authoredOn") or body.get("dateAsserted") or line.start, "finished"
        return self._taken("MED", body, line.pack(), at, state=state, why=why if state == "ended" else "")

    def _dose(self, resource: Resource) -> Taken | None:
        body = resource.body
        if is_no_entry(body.get("vaccineCode")):
            return None
        at = body.get("occurrenceDateTime")
        return self._taken("IMM", body, doses.line_of(body).pack(), at, state=errored(body))

    def _other(self, resource: Resource) -> Taken:
        body, kind = resource.body, "PROC" if resource.kind == "Procedure" else "PLAN"
        return self._taken(kind, body, others.line_of(body).pack(), others.start_of(body), state=errored(body))

    def _order(self, resource: Resource) -> Taken:
        """Of another clinic or of an earlier time: it is on nobody's list of what has no result yet."""
        body = resource.body
        over = {"completed": "resulted", "revoked": "needless"}.get(text(body.get("status")), "")
        state = "errored" if errored(body) == "errored" else "ended" if over else "current"
        return self._taken("ORD", body, orders.line_of(body).pack(), body.get("authoredOn"), state=state, why=over)

    def _document(self, resource: Resource) -> Taken | None:
        body = resource.body
        letter = letter_of(body)
        if letter is None:
            return self._note(resource)
        by = next((text(each.get("display")) for each in things(body.get("author"))), "")
        return self._taken(
            LETTER, body, {}, body.get("date"), by=by, title=letter.title, letter=letter, state=errored(body)
        )

    def _note(self, resource: Resource) -> Taken | None:
        written, stage = note_of(resource.body), self._stage(resource.body)
        if written is None:
            self.left.append((resource.where, NO_TEXT))
            return None
        if written.others:
            self.told.append((resource.where, SEVERAL.format(written.others)))
        appended = (each for each in things(resource.body.get("relatesTo")) if text(each.get("code")) == "appends")
        target = text(thing(next(appended, {}).get("target")).get("reference"), 500)
        appends = self.names.get(target, "")
        return self._taken(
            ADDENDUM if appends else NOTE,
            resource.body,
            {},
            resource.body.get("date"),
            by=written.by,
            title=f"{written.title} ({stage})" if stage in NOT_CURRENT else written.title,
            sections=written.sections,
            appends=appends,
            state=errored(resource.body),
        )

    def _stage(self, body: Json) -> str:
        """Of a document that another took the place of, or that is not final."""
        said = (text(body.get("status")), text(body.get("docStatus")))
        return next((each for each in said if each in NOT_CURRENT), "")

    # --- Results and measurements ------------------------------------------------------------------------------------

    def _report(self, body: Json, values: Sequence[Json], missing: int) -> Taken:
        at, said = effective(body), reports.comment(body)
        if missing:
            said = "\n".join(filter(None, (reports.missing(missing), said)))
        valid = [each for each in values if errored(each) != "errored"]
        pointed = partial(self._pointed, within=body)
        said = "\n".join(filter(None, (*specimens(body, pointed), said)))
        line = observations.result(reports.title(body), valid, partial_date(at), said, pointed)
        ordered = (name(self._pointed(each, body)) for each in things(body.get("basedOn")) if self._pointed(each, body))
        answers = next((each for each in ordered if each.startswith("ServiceRequest/")), "")
        return self._taken("RES", body, line, at, state=errored(body), kept=self._kept(body, *values), answers=answers)

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
        groups: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
        for body in sorted(found, key=errored):
            at = effective(body)
            kind = "OBS" if at and observations.reading(body) else "RES"
            if kind == "OBS" and any(body.get(name_) for name_ in ("note", "bodySite", "method")):
                self.told.append(("", REMARKS))
            groups[kind, self._encounter(body), at].append(body)
        for (kind, encounter, _), bodies in groups.items():
            for number_, part in enumerate(observations.parts(kind, bodies)):
                yield self._set(kind, encounter, number_, part, self._kept(*part))

    def _set(self, kind: str, encounter: str, number_: int, part: Sequence[Json], kept: str) -> Taken:
        """Observations of one time; what is in error speaks only where nothing else does."""
        at, valid = effective(part[0]), [each for each in part if errored(each) != "errored"]
        said, title = valid or part, observations.title(valid or part)
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
            kept,
            encounter,
            state="current" if valid else "errored",
            version=max(map(version, part)),
        )

    def without(
        self, kind: str, kept: Sequence[Json], gone: Collection[str], is_key: Callable[[str], bool]
    ) -> Taken | None:
        """A set that was imported before, of which these Observations are gone; None where it is not this source's."""
        at, inside = effective(kept[0]), text(thing(kept[0].get("encounter")).get("reference"))
        places = ((encounter, number_) for encounter in dict.fromkeys((inside, "")) for number_ in range(MOST_PARTS))
        found = next((each for each in places if is_key(set_key(kind, each[0], at, each[1]))), None)
        part = [{**each, "status": IN_ERROR} if name(each) in gone else each for each in kept]
        return self._set(kind, *found, part, packed(part)) if found else None


# --- Small parts -----------------------------------------------------------------------------------------------------


def name(body: Json) -> str:
    return f"{text(body.get('resourceType'))}/{text(body.get('id'))}"


def set_key(kind: str, encounter: str, at: str, number_: int) -> str:
    return f"{kind} {encounter} {at} {number_}"


def errored(body: Json) -> str:
    return "errored" if text(body.get("status")) == IN_ERROR else "current"
