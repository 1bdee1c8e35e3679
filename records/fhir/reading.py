"""Resources of a file to what a chart keeps: one Taken for each item. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from patients.fhir import Resource
from patients.fhir.parts import Json, label, text, thing, things, version
from records.fhir import allergies, doses, medicines, orders, others, problems
from records.fhir.letters import letter_of
from records.fhir.measured import Measured
from records.fhir.notes import note_of
from records.fhir.shapes import clean, every, is_no_entry, is_not_known, status
from records.fhir.taken import ADDENDUM, ASKED, ENTRY, LETTER, NOTE, Taken, errored, name

NO_TEXT = "holds no text that can be read here (a PDF, a picture, or an address): file it with *Add a file*."
SEVERAL = "The other texts and files of this document are not read: {}."
NOT_KNOWN = "says only that nothing is known or may be told, so it is not listed."
NOT_TO_BE = "says what was not done or is not to be done, so it is not listed."
TAKEN = (
    "Encounter", "Observation", "DiagnosticReport", "Condition", "AllergyIntolerance", "MedicationRequest",
    "MedicationStatement", "Immunization", "Procedure", "CarePlan", "Goal", "ImagingStudy", "DocumentReference",
    "ServiceRequest",
)  # fmt: skip
NOT_CURRENT = ("superseded", "preliminary", "amended", "registered", "cancelled", "deprecated")  # told behind a title


def dated(body: Json) -> object:
    """Of a document: its own day, else that of what it is about, else that of its file."""
    period = thing(thing(body.get("context")).get("period"))
    files = (thing(each.get("attachment")).get("creation") for each in things(body.get("content")))
    return body.get("date") or period.get("start") or next(filter(None, files), None)


@dataclass(repr=False)
class Chart(Measured):
    """All that a chart keeps of them."""

    def taken(self) -> Iterator[Taken]:
        """Everything, in the order of the file; measurements of one moment and the values of one report are one."""
        sent = [each.body for each in self.bodies if each.kind == "Observation"]
        reported: set[str] = set()
        for each in self.bodies:
            if each.kind == "DiagnosticReport":
                results = [(one, self._pointed(one, each.body)) for one in every(each.body.get("result"))]
                lacks = [text(one.get("reference"), 500) for one, value in results if not value]
                values = [one for _, one in results if one and not (self._is_own(one) and name(one) in reported)]
                reported |= {name(one) for one in values if self._is_own(one)}
                yield self._reported(each.body, values, lacks)
            elif found := self._one(each):
                yield found
        yield from self._measured([each for each in sent if name(each) not in reported])

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
        if is_not_known(body.get("code")):
            self.left.append((resource.where, NOT_KNOWN))
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
        ended = status(body, "clinicalStatus") in ("inactive", "resolved")
        wrong = status(body, "verificationStatus") in ("entered-in-error", "refuted")
        state = "errored" if wrong else "ended" if ended else "current"
        if allergies.says_none(body):
            return self._taken(ASKED, body, {}, at, state=state)
        if allergies.says_none_of_some(body):
            self.left.append((resource.where, allergies.OF_SOME))
            return None
        line = allergies.line_of(body)
        return self._taken("ALG", body, line.pack(), at, state=state, why="resolved" if state == "ended" else "")

    def _medicine(self, resource: Resource) -> Taken | None:
        body = resource.body
        if is_no_entry(body.get("medicationCodeableConcept")):
            return None
        if is_not_known(body.get("medicationCodeableConcept")):
            self.left.append((resource.where, NOT_KNOWN))
            return None
        line, state = medicines.line_of(resource), medicines.state_of(body)
        if line.name == medicines.NOT_NAMED:
            self.told.append((resource.where, medicines.UNNAMED))
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
        return self._taken(LETTER, body, {}, dated(body), by=by, title=letter.title, letter=letter, state=errored(body))

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
            dated(resource.body),
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
