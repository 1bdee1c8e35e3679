"""The bills in FHIR files, once their patients are there. Reading a file again changes nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from billing.imported import rules
from billing.imported.models import ImportedBill
from billing.imported.rules import BENEFIT, BILLS, CHARGE, CLAIM, OldBill
from billing.lines import MoneyLine
from clinnet import clock
from clinnet.table import Action, Batch, Event, get_rows, keys
from patients import fhir as resources
from patients.fhir.parts import BadResource, Resource, moment, text
from patients.fhir.references import Unclear
from patients.fhir.report import Report
from patients.fhir.whose import whose
from patients.hooks import ImportContext
from patients.services.owners import owner as owner_of

IMPORT = Action("bill.import", "imported bills of another system")
THINGS = "bills"
ORPHAN = "Its patient is neither in the files nor found here; left out."


@dataclass(repr=False)
class Bills:
    """One run."""

    run: ImportContext

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on. A benefit says of a claim of its own file what was paid."""
        read = [each for each in resources.read_file(path) if isinstance(each, Resource) and each.kind in rules.KINDS]
        paid = rules.paid(each for each in read if each.kind == BENEFIT)
        charged = rules.charged(each for each in read if each.kind == CHARGE)
        found: dict[str, ImportedBill] = {}
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
        there = get_rows(self.run.scope, [each.key for each in found.values()])
        new = [each for each in found.values() if each.key not in there]
        report.outcomes[THINGS, "new"] += len(new)
        report.outcomes[THINGS, "same"] += len(found) - len(new)
        if new and not self.run.dry_run:
            batch = Batch(self.run.scope)
            for bill in new:
                batch.put(bill)
            batch.commit(Event(IMPORT, "CLINIC", self.run.scope.clinic_id, note=f"{len(new)} bills"))

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
        id = hashlib.sha256(f"{owner.source or owner.id}|{own}".encode()).hexdigest()[:26].upper()
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
        return ImportedBill(
            pk=place.pk, sk=place.sk, id=id, clinic_id=scope.clinic_id, patient_id=owner.id, day=said.day,
            currency=said.currency, total=said.total, paid=part, payer=said.payer or None,
            lines=[[each.name, each.amount] for each in said.lines], line=line.pack(), gsi2pk=shown.pk,
            gsi2sk=shown.sk, state="imported",
        )  # fmt: skip
