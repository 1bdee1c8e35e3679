"""What has to hold before a time is taken, each with its refusal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Scope
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling import words
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours, slots, walltime
from scheduling.models import VisitType
from scheduling.refusals import OutsideHours

AGO = timedelta(minutes=15)  # the patient who stands there at 10:34 for 10:30
FURTHEST = timedelta(days=3 * 366)
DECEASED = "Recorded as deceased. No appointment can be booked."
LENGTHS = "It lasts from 5 minutes to 10 hours, in steps of five."


def check_length(minutes: int, *, around: int = 0) -> None:
    if minutes < walltime.GRAIN or minutes % walltime.GRAIN or minutes + around > slots.LONGEST:
        raise Refused(LENGTHS, field="minutes")


def check_moment(start: datetime, *, minutes: int, around: int = 0) -> None:
    """Raises Refused for a length that cannot be, and for a start in the past, too far off or between grains."""
    check_length(minutes, around=around)
    now = clock.now()
    if start < now - AGO:
        raise Refused("That time is past.", field="start")
    if start > now + FURTHEST:
        raise Refused("That is more than three years away.", field="start")
    if not walltime.on_grain(start):
        raise Refused("Times are in steps of five minutes.", field="start")


def check_patient(scope: Scope, patient: Patient, *, urgent: bool = False) -> None:
    """Who cannot wait is called for whether their record is archived or not."""
    scope.must_hold(patient)
    if patient.merged_into:
        raise Refused("This record was folded into another one. Book for that one.")
    if patient.deceased_on:
        raise Refused(DECEASED)
    if patient.archived and not urgent:
        raise Refused("This record is archived. Restore it first.")


def check_who(scope: Scope, visit_type: VisitType, practitioner: Staff) -> None:
    """The practitioner has a column here and does such visits."""
    scope.must_hold(visit_type)
    scope.must_hold(practitioner)
    known = setup(scope)
    if practitioner.id not in {each.id for each in known.who_does(visit_type)}:
        name = words.short(practitioner)
        raise Refused(f"{name} does not do “{visit_type.name}”. Choose somebody else.", field="practitioner")
    if not visit_type.active:
        raise Refused(f"“{visit_type.name}” is not booked any more. Choose another type.", field="visit_type")


def check_open(
    scope: Scope, practitioner: Staff, start: datetime, minutes: int, *, kept_for: str, anyway: bool
) -> None:
    """Within hours, or `anyway` by somebody who may. Raises OutsideHours, Denied."""
    known = setup(scope)
    day = walltime.day_of(start, known.clinic.time_zone)
    openings = known.openings(practitioner.id, day, clock.now())
    first = walltime.number(start)
    wanted = range(first, first + minutes // walltime.GRAIN)
    if _covered(wanted, [each for each in openings if each.kept in ("", kept_for)]):
        return
    if anyway:
        scope.require(Permission.OUTSIDE_HOURS)
        return
    may = scope.is_system or scope.may(Permission.OUTSIDE_HOURS)
    raise OutsideHours(_outside(known, practitioner, start, openings, wanted), may=may)


def _covered(wanted: range, openings: Sequence[hours.Opening]) -> bool:
    covered = {grain for each in openings for grain in range(max(each.start, wanted.start), min(each.end, wanted.stop))}
    return covered >= set(wanted)


def _outside(
    known: Setup, practitioner: Staff, start: datetime, openings: Sequence[hours.Opening], wanted: range
) -> str:
    name = words.short(practitioner)
    if not openings:
        day = walltime.day_of(start, known.clinic.time_zone)
        closed = hours.closed_for(day, known.plan(practitioner.id))
        why = f" ({closed.reason or closed.kind})" if closed else ""
        return f"{name} does not work on {words.day(day, known.clinic)}{why}. Book anyway?"
    if _covered(wanted, openings):
        kept = next(each for each in openings if each.kept and each.end > wanted.start)
        return f"This time with {name} is kept for {kept.kept} patients. Book anyway?"
    ends = (walltime.moment_of(openings[0].start), walltime.moment_of(openings[-1].end))
    span = "–".join(words.clock(each, known.clinic) for each in ends)
    return f"This is outside {name}'s hours ({span}). Book anyway?"
