"""The bills in FHIR files, once their patients are there. Reading a file again changes nothing."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from billing.imported import rules
from billing.imported.models import ImportedBill
from billing.imported.rules import BENEFIT, BILLS, CHARGE, CLAIM, OldBill
from billing.lines import MoneyLine
from clinnet import clock
from clinnet.table import Action, Batch, Event, Key, Row, get_rows, keys
from clinnet.table.values import row_from_raw, row_to_raw
from patients import fhir as resources
from patients.fhir.parts import BadResource, Resource, came_before, moment, text, version, version_kept
from patients.fhir.references import Unclear
from patients.fhir.report import Report
from patients.fhir.whose import whose
from patients.hooks import ImportContext
from patients.models import Patient
from patients.queries import survivors
from patients.services.owners import owner as owner_of
from patients.timeline import all_ids
from records.fhir.shapes import everywhere
from records.services.fhir_names import Names

IMPORT = Action("bill.import", "imported bills of another system")
THINGS = "bills"
GONE = "gone"  # its source took it back
DIGEST, MOST_PAST = "digest", 8
GIVEN = "Its source gives it to another patient than before: at patient {} it is taken away."
ORPHAN = "Its patient is neither in the files nor found here; left out."


@dataclass(repr=False)
class Bills:
    """One run."""

    run: ImportContext
    names: Names = field(init=False, repr=False)
    _pretended: dict[Key, Row] = field(default_factory=dict, repr=False)  # what a dry run would have written

    def __post_init__(self) -> None:
        self.names = Names(self.run.scope)

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on. A benefit says of a claim of its own file what was paid."""
        read = [each for each in resources.read_file(path) if isinstance(each, Resource) and each.kind in rules.KINDS]
        paid = rules.paid(each for each in read if each.kind == BENEFIT)
        charged = rules.charged(each for each in read if each.kind == CHARGE)
        found, where = dict[str, ImportedBill](), dict[str, Resource]()
        for each in read:
            if each.kind not in BILLS or rules.is_share(each.body):
                continue
            try:
                said = rules.bill(each.body) if each.kind == CLAIM else rules.invoice(each.body, charged)
                made = self._bill(str(path), each, said, paid)
            except (BadResource, Unclear) as bad:
                report.leave_out(each.where, bad.sentence)
                continue
            if made is None:
                report.leave_out(each.where, ORPHAN)
            else:
                found[made.id] = made
                where[made.id] = each
        there = get_rows(self.run.scope, [each.key for each in found.values()]) | self._pretended
        news = [each for each in found.values() if self._is_news(each, where[each.id], there.get(each.key), report)]
        stand = [(each, where[each.id]) for each in found.values() if self._stands(each, there.get(each.key), news)]
        news += self._left_by_others([(each, resource) for each, resource in stand if each in news], report)
        rows = self._named(stand)
        if self.run.dry_run:
            self._pretended |= {each.key: _row(each) for each in news}
        elif news or rows:
            batch = Batch(self.run.scope)
            for bill in news:
                batch.put(bill)
            batch.put_rows(rows)
            batch.commit(Event(IMPORT, "CLINIC", self.run.scope.clinic_id, note=f"{len(news)} bills"))

    def _is_news(self, bill: ImportedBill, resource: Resource, row: Row | None, report: Report) -> bool:
        """Whether it is written; counts what becomes of it. What its source takes back leaves the page."""
        void = bill.state == GONE
        if row is None:
            if void:
                report.leave_out(resource.where, rules.NO_BILL if resource.kind == CLAIM else rules.NO_INVOICE)
                return False
            report.outcomes[THINGS, "new"] += 1
            return True
        before, now = row.get("source") or {DIGEST: _digest(row)}, bill.source or {}
        known = version_kept(before.get("at"), before.get("number"))
        older = came_before(version(resource.body), known, now[DIGEST], before.get("past", []))
        if now[DIGEST] == before[DIGEST] or older:
            report.outcomes[THINGS, "same"] += 1
            return False
        bill.source = {**now, "past": [*before.get("past", []), before[DIGEST]][-MOST_PAST:]}
        report.outcomes[THINGS, "gone" if void else "changed"] += 1
        return True

    def _stands(self, bill: ImportedBill, row: Row | None, news: Collection[ImportedBill]) -> bool:
        """Whether it is this patient's, and not one who had it before."""
        return bill.state != GONE and (bill in news or (row is not None and row.get("state") != GONE))

    def _named(self, stand: Sequence[tuple[ImportedBill, Resource]]) -> list[Row]:
        """Rows that keep whose each bill is, as those of a chart do."""
        owned: dict[str, set[str]] = defaultdict(set)
        for bill, resource in stand:
            if (name := everywhere(resource)) and self.names.owner(name) != bill.patient_id:
                owned[bill.patient_id].add(name)
        return [row for owner, names in owned.items() for row in self.names.learn(owner, names)]

    def _left_by_others(self, given: Sequence[tuple[ImportedBill, Resource]], report: Report) -> list[ImportedBill]:
        """Bills that their source gives to another patient, as they leave whoever had them."""
        owners = {bill.id: self.names.owner(everywhere(each)) for bill, each in given if everywhere(each)}
        known = survivors(self.run.scope, set(owners.values()) - {""})
        mine = survivors(self.run.scope, {bill.patient_id for bill, _ in given})
        gone: list[ImportedBill] = []
        for bill, resource in given:
            id = owners.get(bill.id, "")
            other = known.get(id) or (self.run.pretended(id) if id else None)
            now = mine.get(bill.patient_id) or self.run.pretended(bill.patient_id)
            if other and now and other.id != now.id:
                for each in self._of(other, text(resource.body.get("id")) or resource.url):
                    gone.append(_given_away(each, bill))
                    report.outcomes[THINGS, "gone"] += 1
                    report.note(resource.where, GIVEN.format(other.id))
        return gone

    def _of(self, patient: Patient, own: str) -> list[ImportedBill]:
        """Those of a patient, by the id that their source gave them, that are still there."""
        sources = (*(patient.sources or {}), *all_ids(patient))
        places = [ImportedBill.at(id, _id(source, own)) for id in all_ids(patient) for source in sources]
        rows = get_rows(self.run.scope, places)
        rows |= {key: self._pretended[key] for key in places if key in self._pretended}
        return [ImportedBill.read(row_to_raw(row)) for row in rows.values() if row.get("state") != GONE]

    def _bill(
        self, file: str, resource: Resource, said: OldBill, paid: Mapping[tuple[str, str], int]
    ) -> ImportedBill | None:
        """None where nobody has it. Raises BadResource, Unclear."""
        body, scope = resource.body, self.run.scope
        named = body.get("patient" if resource.kind == CLAIM else "subject")
        owner = owner_of(self.run, file, resource, list(whose([named], body.get("contained"))))
        if owner is None:
            return None
        own = text(body.get("id")) or resource.url
        id = _id(owner.source or owner.id, own)
        asked = ((name, said.currency) for name in rules.names(resource))
        part = next((paid[each] for each in asked if each in paid), None)
        begun = moment(body.get("created")) or moment(said.day)
        place = ImportedBill.at(owner.id, id)
        shown = keys.money_line(owner.id, clock.stamp(begun) if begun else "", place.sk)
        line = MoneyLine(
            patient_id=owner.id,
            day=said.day,
            total=said.total,
            settled=part or 0,
            payer=said.payer,
            name=said.lines[0].name if said.lines else "",
            currency=said.currency,
        )
        made = ImportedBill(
            pk=place.pk, sk=place.sk, id=id, clinic_id=scope.clinic_id, patient_id=owner.id, day=said.day,
            currency=said.currency, total=said.total, paid=part, payer=said.payer or None,
            lines=[[each.name, each.amount] for each in said.lines], line=line.pack(), gsi2pk=shown.pk,
            gsi2sk=shown.sk, state="imported",
        )  # fmt: skip
        if rules.is_void(body):
            made.state, made.gsi2pk, made.gsi2sk = GONE, None, None
        of = version(body)
        made.source = {DIGEST: _digest(made.plain()), "at": of.at, "number": of.number}
        return made


def _digest(said: Mapping[str, Any]) -> str:
    """Of what a bill says, as an item or as its row."""
    told = [said.get(name) for name in ("day", "currency", "total", "paid", "payer", "lines", "state")]
    plain = json.dumps(told, default=lambda value: int(value) if value == int(value) else str(value))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _id(source: str, own: str) -> str:
    return hashlib.sha256(f"{source}|{own}".encode()).hexdigest()[:26].upper()


def _given_away(bill: ImportedBill, now: ImportedBill) -> ImportedBill:
    """As one that its source took back: it comes again with a later version alone."""
    before, given = bill.source or {}, now.source or {}
    bill.state, bill.gsi2pk, bill.gsi2sk = GONE, None, None
    past = [*before.get("past", []), *filter(None, [before.get(DIGEST)])][-MOST_PAST:]
    of = {"at": given.get("at", ""), "number": given.get("number", 0)}
    bill.source = {DIGEST: _digest(bill.plain()), "past": past, **of}
    return bill


def _row(bill: ImportedBill) -> Row:
    """As the table would have it."""
    return row_from_raw({name: value for name, value in bill.serialize().items() if value != {"NULL": True}})
