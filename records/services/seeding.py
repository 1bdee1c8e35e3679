"""The charts of the demo's named people, signed in the past. For seed alone, through the batch door."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock, files
from clinnet.accounts import queries as accounts
from clinnet.accounts import staffing
from clinnet.accounts.models import Clinic, Staff
from clinnet.contributions import Seeding
from clinnet.table import Action, Batch, Event, find_row, get_rows, keys
from patients.demo import demo_id
from patients.demo.cast import cast_id
from patients.models import Patient
from patients.queries import patient
from records.cosigning import services as cosigning
from records.cosigning.models import BACK, WAITS, Cosignature
from records.demo import received as papers
from records.demo.story import COSIGNED, STORIES, Arrived, Story, Told
from records.lines import DocumentLine, DueLine, MeasuredLine, NoteLine, ResultLine, ValueLine
from records.models import (
    ALG,
    CURRENT,
    DUE,
    FILE,
    LAB,
    MEAS,
    MED,
    OBS,
    OPEN,
    PROB,
    RES,
    SIGNED,
    Addendum,
    Entry,
    Note,
    Recorded,
    addendum_content,
    signed_content,
)
from records.queries import Whole, stacked
from records.received.services import KIND
from records.rules import measured_line, results
from records.rules.notes import SOAP, digest, gist
from records.services import pinning
from records.services.writing import row_of

FILL = Action("chart.demo", "filled the chart of a demo")


def fill(seeding: Seeding) -> Iterator[str]:
    """The cast's charts, where a demo clinic has none of them yet."""
    clinic = find_row(seeding.scope, Clinic.at(seeding.clinic))
    if not (seeding.people and seeding.day and clinic and clinic.get("demo")):
        return
    ids = {key: cast_id(seeding.clinic, key) for key in STORIES}
    people = get_rows(seeding.scope, [Patient.at(id) for id in ids.values()])
    there = {key: id for key, id in ids.items() if Patient.at(id) in people}
    begun = get_rows(seeding.scope, [keys.chart_summary(id, ALG) for id in there.values()])
    _name_cosigners(seeding)
    made = 0
    for key, id in there.items():
        if keys.chart_summary(id, ALG) not in begun:
            write(seeding, id, STORIES[key])
            made += 1
    if made:
        yield f"{clinic['name']} has {made} charts."


def write(seeding: Seeding, patient_id: str, story: Story) -> None:
    """What `story` tells of a patient who has no chart yet, by those of the clinic's staff whom it names."""
    _Chart(seeding, patient_id, story).write()


def _name_cosigners(seeding: Seeding) -> None:
    """Whose notes are co-signed, where that is not said yet."""
    staff = {each.username: each for each in accounts.staff(seeding.scope)}
    for name, by in COSIGNED.items():
        member, signer = staff.get(name), staff.get(by)
        if member and signer and not member.cosigned_by:
            staffing.change_roles(
                seeding.scope,
                member=member,
                roles=member.roles,
                title=member.title or "",
                until=member.until or "",
                cosigned_by=[signer.id],
            )


@dataclass
class _Chart:
    """One patient's, put together in memory."""

    seeding: Seeding
    patient_id: str
    story: Story

    def __post_init__(self) -> None:
        clinic = accounts.clinic(self.seeding.clinic)
        self.zone = ZoneInfo(clinic.time_zone)
        self.today: date = self.seeding.now.astimezone(self.zone).date()
        self.staff = {each.username: each for each in accounts.staff(self.seeding.scope)}
        self.batch = Batch(self.seeding.scope)
        self.parts: dict[str, dict[str, Any]] = {ALG: {}, PROB: {}, MED: {}, MEAS: {}, LAB: {}, DUE: {}}

    def write(self) -> None:
        for number, told in enumerate(sorted(self.story.moments, key=lambda each: -each.days)):
            if told.by in self.staff:
                self._moment(number, told)
        self._lists()
        event = Event(FILL, "PATIENT", self.patient_id, patient=self.patient_id)
        self.batch.commit(event)

    def _id(self, thing: str) -> str:
        return demo_id(self.seeding.clinic, "chart", f"{self.patient_id} {thing}")

    def _stamp(self, told: Told) -> str:
        wall = datetime.combine(self.today - timedelta(days=told.days), time.fromisoformat(told.at), self.zone)
        return clock.stamp(min(wall, self.seeding.now))

    def _moment(self, number: int, told: Told) -> None:
        entry, at, who = self._id(f"entry {number}"), self._stamp(told), self.staff[told.by]
        whole = Whole(self.patient_id)
        if told.measured:
            whole.recorded.append(self._measured(entry, at, who, told.measured))
        whole.recorded.extend(self._result(entry, at, who, each) for each in told.results)
        if told.document:
            whole.recorded.append(self._document(entry, at, who))
        if any(told.note):
            note = self._note(entry, at, who, told)
            whole.notes.append(note)
            whole.cosignatures.extend(self._second(note, at, told.second))
            whole.addenda.extend(self._addenda(entry, note, who, told.addendum))
        self._entry(whole, entry, at, told.title, who)

    def _entry(self, whole: Whole, id: str, at: str, title: str, who: Staff) -> None:
        place, shown = Entry.at(self.patient_id, id), keys.chart_timeline(self.patient_id, at, id)
        line = row_of(whole, title, at, who.name).pack()
        self.batch.put(Entry(pk=place.pk, sk=place.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk,
                             patient_id=self.patient_id, at_time=at, line=line, created_at=at))  # fmt: skip

    def _note(self, entry: str, at: str, who: Staff, told: Told) -> Note:
        id = self._id(f"note {entry}")
        place = Note.at(self.patient_id, entry, id)
        sections = [
            {"key": part.key, "label": part.label, "text": text}
            for part, text in zip(SOAP.parts, told.note, strict=True)
        ]
        note = Note(
            pk=place.pk, sk=place.sk, id=id, patient_id=self.patient_id, entry_id=entry, author=who.id,
            author_name=who.name, title=told.title, template=SOAP.id, template_version=SOAP.version,
            sections=sections, state=SIGNED if told.signed else OPEN, created_at=at, updated_at=at,
        )  # fmt: skip
        line = NoteLine(entry=entry, title=told.title, gist=gist(note.written), who=who.name)
        note.line = line.pack()
        note.stand_among_its_kind(at)
        note.clinic_id = self.seeding.clinic
        if told.signed:
            hash = digest(signed_content(note, sections, at, who.id, who.name))
            note.sealed = {"at": at, "by": who.id, "name": who.name, "hash": hash}
        else:
            waiting = keys.unsigned(self.seeding.clinic, who.id, at, id)
            note.gsi1pk, note.gsi1sk = waiting.pk, waiting.sk
            begun = keys.note_begun(who.id, self.seeding.clinic, self.patient_id, entry, id)
            self.batch.put_row({"PK": begun.pk, "SK": begun.sk, "type": "DRAFT", "savedAt": at})
        self.batch.put(note)
        return note

    def _second(self, note: Note, at: str, said: str) -> Iterator[Cosignature]:
        """As `cosigning` leaves it: on the list, and in the summary."""
        signer = self.staff.get(COSIGNED.get(self._username(note.author), ""))
        if not (said and signer):
            return
        place = Cosignature.at(self.patient_id, note.entry_id, note.id)
        waits = keys.to_cosign(self.seeding.clinic, at, note.id)
        back = [] if said == "-" else [{"at": at, "by": signer.id, "name": signer.name, "why": said}]
        item = Cosignature(
            pk=place.pk, sk=place.sk, id=note.id, gsi1pk=waits.pk, gsi1sk=waits.sk, patient_id=self.patient_id,
            entry_id=note.entry_id, note_id=note.id, author=note.author, author_name=note.author_name,
            title=note.title, returned=back or None, state=BACK if back else WAITS, created_at=at,
        )  # fmt: skip
        item.line = cosigning.line_of(item)
        self.batch.put(item)
        self.parts[DUE][note.id] = cosigning.due_of(item).pack()
        yield item

    def _username(self, person: str) -> str:
        return next((name for name, each in self.staff.items() if each.id == person), "")

    def _addenda(self, entry: str, note: Note, who: Staff, text: str) -> Iterator[Addendum]:
        if not text:
            return
        place, at = Addendum.at(self.patient_id, entry, note.id, 1), note.sealed["at"]
        addendum = Addendum(
            pk=place.pk,
            sk=place.sk,
            id=f"{note.id}-1",
            patient_id=self.patient_id,
            note_id=note.id,
            number=1,
            text=text,
            created_at=at,
        )
        addendum.clinic_id = self.seeding.clinic
        later = clock.stamp(clock.moment(at) + timedelta(days=1))
        content = addendum_content(addendum, [note.sealed["hash"]], later, who.id, who.name)
        addendum.sealed = {"at": later, "by": who.id, "name": who.name, "hash": digest(content)}
        self.batch.put(addendum)
        yield addendum

    def _measured(self, entry: str, at: str, who: Staff, text: str) -> Recorded:
        lines = {
            each.kind: MeasuredLine(
                text=each.value.text, lower=each.lower, unit=each.value.unit, at=at, who=who.name, entry=entry
            ).pack()
            for each in measured_line.parse(text).readings
        }
        item = self._recorded(entry, OBS, at, who, lines)
        latest = self.parts[MEAS]
        latest |= {kind: stacked(line, latest.get(kind)) | {"i": item.id} for kind, line in lines.items()}
        return item

    def _result(self, entry: str, at: str, who: Staff, arrived: Arrived) -> Recorded:
        """What waits is on the list of the clinic and in the summary, as `results.file_result` leaves it."""
        values, _ = results.parse(arrived.values)
        person = self.staff.get(arrived.person, who).id
        line = ResultLine(
            title=arrived.title,
            values=[ValueLine(**asdict(each)).pack() for each in values],
            severity=results.severity(values),
            on=at[:10],
            person=person,
            patient_id=self.patient_id,
            entry=entry,
            seen="" if arrived.waiting else at,
        )
        seen = {"at": at, "by": who.id, "name": who.name, "answer": "tell", "said": ""}
        item = self._recorded(
            entry, RES, at, who, line.pack(), reviewed=None if arrived.waiting else seen, sender=arrived.sender
        )
        self.parts[LAB] |= pinning.stacked_on(self.parts[LAB], item.content, item.id)
        if arrived.waiting:
            more = results.gist(values, line.title)
            due = DueLine(kind=RES, what=line.title, more=more, severity=line.severity, person=person, entry=entry)
            self.parts[DUE][item.id] = due.pack()
        return item

    def _recorded(
        self,
        entry: str,
        kind: str,
        at: str,
        who: Staff,
        content: dict[str, Any],
        *,
        reviewed: Any = None,
        sender: str = "",
    ) -> Recorded:
        id = self._id(f"{kind} {entry} {content}"[:200])
        place, shown = Recorded.at(self.patient_id, entry, kind, id), keys.chart_kind(self.patient_id, kind, at, id)
        item = Recorded(
            pk=place.pk, sk=place.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=self.patient_id,
            entry_id=entry, kind=kind, at_time=at, by=who.id, by_name=sender or who.name, content=content,
            line=content, state=CURRENT, created_at=at, reviewed=reviewed,
        )  # fmt: skip
        if kind == RES and not reviewed:
            waits = keys.to_look_at(self.seeding.clinic, content["x"], at, id)
            item.gsi1pk, item.gsi1sk = waits.pk, waits.sk
        if kind == FILE:
            waits = keys.document_open(self.seeding.clinic, at, id)
            item.gsi1pk, item.gsi1sk = waits.pk, waits.sk
        self.batch.put(item)
        return item

    def _document(self, entry: str, at: str, who: Staff) -> Recorded:
        """A summary of care, which waits until a doctor has looked at it."""
        on = clock.moment(at).astimezone(self.zone).date()
        data = patient(self.seeding.scope, self.patient_id).data
        named = (data.get(name) or "" for name in ("family_name", "given_name", "birth_date", "mrn"))
        file = files.put(KIND, papers.discharge(papers.Whose(*named), on))
        line = DocumentLine(
            title=papers.TITLE,
            sender=papers.SENDER,
            on=on.isoformat(),
            file=file,
            patient_id=self.patient_id,
            entry=entry,
        )
        return self._recorded(entry, FILE, at, who, line.pack())

    def _lists(self) -> None:
        """Allergies, problems and medicines: one entry of some years ago, in which they were taken over."""
        entry, who = self._id("lists"), next(iter(self.staff.values()), None)
        who = self.staff.get("amara.okafor", who)
        if who is None:
            return
        at = clock.stamp(self.seeding.now - timedelta(days=1400))
        whole = Whole(self.patient_id)
        contents = [(ALG, replace(each, entry=entry).pack()) for each in self.story.allergies]
        contents += [(PROB, replace(each, entry=entry).pack()) for each in self.story.problems]
        for medicine in self.story.medicines:
            until = (self.today + timedelta(days=medicine.ends)).isoformat() if medicine.ends is not None else ""
            start = (self.today - timedelta(days=medicine.began)).isoformat()
            contents.append((MED, replace(medicine.line, entry=entry, start=start, until=until).pack()))
        for kind, content in contents:
            item = self._recorded(entry, kind, at, who, content)
            whole.recorded.append(item)
            self.parts[kind][item.id] = content
        if whole.recorded:
            self._entry(whole, entry, at, "Taken over from paper", who)
        self._summary(who)

    def _summary(self, who: Staff) -> None:
        for part, rows in self.parts.items():
            key = keys.chart_summary(self.patient_id, part)
            asked = {"at": clock.stamp(self.seeding.now - timedelta(days=60)), "by": who.name}
            row: dict[str, Any] = {"PK": key.pk, "SK": key.sk, "type": "SUMMARY", "rows": rows, "n": 1}
            if part == ALG and self.story.none_known:
                row["asked"] = asked
            self.batch.put_row(row)
