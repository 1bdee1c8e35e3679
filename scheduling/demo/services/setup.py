"""A demo clinic's staff without sign-in, rooms, types of visit and hours. What is there stays as it is."""

from collections.abc import Iterator
from dataclasses import asdict

from clinnet.accounts.services import add_staff
from clinnet.table import Action, Batch, Event, Item, Scope, get_rows
from clinnet.table.kept import forget
from scheduling.demo import rules as demo
from scheduling.demo.services.items import Ids, ids_of
from scheduling.models import Hours, Room, VisitType, kept_sessions

SET_UP = Action("schedule.set-up", "set up the schedule of a demo")


def arrange(scope: Scope, seed: str = "1") -> None:
    """Sets the clinic up: before its patients come, who have usual practitioners."""
    plan, ids = demo.plan_of(scope.clinic_id), ids_of(scope, seed)
    for each in plan.doctors:
        add_staff(
            scope, person=ids.doctors[each.key], username=each.username or each.key, name=each.name, roles=["doctor"]
        )
    put_new(scope, list(_items(plan, ids)))


def put_new(scope: Scope, items: list[Item]) -> None:
    """Those that are not there yet."""
    there = get_rows(scope, [each.key for each in items])
    new = [each for each in items if each.key not in there]
    if new:
        batch = Batch(scope)
        for each in new:
            batch.put(each)
        batch.commit(Event(SET_UP, "CLINIC", scope.clinic_id, note=f"{len(new)} items"))
        forget()


def _items(plan: demo.Plan, ids: Ids) -> Iterator[Item]:
    for name, id in ids.rooms.items():
        at = Room.at(ids.clinic, id)
        yield Room(pk=at.pk, sk=at.sk, id=id, name=name)
    for kind in plan.kinds.values():
        id = ids.kinds[kind.key]
        at = VisitType.at(ids.clinic, id)
        yield VisitType(
            pk=at.pk, sk=at.sk, id=id, name=kind.name, colour=kind.colour, minutes=kind.minutes, before=kind.before,
            after=kind.after, nurse=kind.nurse, practitioner_ids=[ids.doctors[each] for each in kind.who],
            room_ids=[ids.rooms[each] for each in kind.rooms], kept_for=kind.kept_for or None,
            remote=kind.remote or None, preparation=dict(kind.prepare) or None,
        )  # fmt: skip
    for place, doctor in enumerate(plan.doctors):
        id = ids.doctors[doctor.key]
        at = Hours.at(ids.clinic, id)
        yield Hours(
            pk=at.pk,
            sk=at.sk,
            id=id,
            sessions=kept_sessions(tuple(doctor.sessions)),
            kept=[asdict(each) for each in doctor.kept],
            place=place,
        )
