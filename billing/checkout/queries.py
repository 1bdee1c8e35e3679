"""Who of the family is here today too and can be paid for at the same time."""

from collections.abc import Sequence
from functools import partial

from billing import queries
from billing.bundles.queries import bundles
from billing.bundles.services import from_sessions
from billing.checkout.services import MAY_PAY, Bill
from billing.invoices.services.issuing import Cover, Provided
from billing.recorded.models import Done, done_in
from clinnet import clock
from clinnet.table import Scope, get_rows, keys, side_by_side
from patients import family
from patients.models import Patient
from patients.queries import survivors
from scheduling.appointments import queries as appointments
from scheduling.models import Appointment

MOST = 6  # relatives who are looked for


def relatives(scope: Scope, patient: Patient, today: str) -> list[Bill]:
    """Their visits of today that have no invoice yet, each with what was recorded of it, or the usual services of its
    type, and what else pays.

    Of a patient without relatives nothing is asked.
    """
    ids = family.ids(patient)[:MOST]
    if not ids:
        return []
    days = side_by_side(*(partial(appointments.day_of, scope, id) for id in ids))
    here = [
        (id, str(row["id"]))
        for id, page in zip(ids, days, strict=True)
        for row in page.rows
        if row["type"] == "APPOINTMENT" and row["state"] in MAY_PAY
    ]
    if not here:
        return []
    found = [each for each in appointments.appointments(scope, here) if each.day == today and each.state in MAY_PAY]
    places = [place(each.patient_id, each.id) for each in found for place in (keys.visit_billed, keys.visit_recorded)]
    rows = get_rows(scope, places)
    people, known = survivors(scope, [each.patient_id for each in found]), queries.setup(scope)
    bills = []
    for each in sorted(found, key=lambda each: each.start or ""):
        who, row = people.get(each.patient_id), rows.get(keys.visit_recorded(each.patient_id, each.id), {})
        done = [one for one in provided(known, each, done_in(row)) if one.item.price_on(today) is not None]
        if done and who and who.id == each.patient_id and keys.visit_billed(each.patient_id, each.id) not in rows:
            done, seen = from_sessions(done, bundles(scope, who)), int(row.get("version", 0))
            bills.append(Bill(who, done, each, cover=usual_cover(known, who, today), recorded=seen))
    return bills


def provided(known: queries.MoneySetup, visit: Appointment, done: Sequence[Done] | None) -> list[Provided]:
    """What was recorded of the visit, else what one of its type usually is."""
    day = visit.day or clock.today(known.clinic.time_zone).isoformat()
    if done is None:
        return [Provided(each, day) for each in known.usual(visit.visit_type_id or "")]
    there = [each for each in done if each.code in known.catalog]
    return [Provided(known.catalog[each.code], day, each.by, each.quantity) for each in there]


def usual_cover(known: queries.MoneySetup, patient: Patient, day: str) -> Cover | None:
    """Who else pays by a policy that holds on that day, with their usual part."""
    for policy in patient.policies or []:
        ends = policy.get("valid_until") or day
        if ends >= day and (found := known.payer_named(policy.get("payer") or "")):
            return Cover(found, int(found.percent))
    return None
