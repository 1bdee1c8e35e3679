"""The console of a filled clinic: the address of the first that each of its lists shows."""

from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.console import bulk
from clinnet.console.reading import Asked, find
from clinnet.console.registry import Entity, entities
from clinnet.console.shows import Reader
from clinnet.table import Scope

# Of what a list shows nothing while all is done.
ELSEWHERE = {"work_item": "job_id"}


def settle_console(scope: Scope, ids: dict[str, list[str]]) -> dict[str, list[str]]:
    """Named as addresses name them. An entity of which the clinic has none is a KeyError: give it one."""
    reader = Reader(scope, accounts.clinic(scope.clinic_id))
    rooms = entities()["rooms"]
    planned = bulk.plan(rooms, rooms.bulk[0], Asked.of(rooms, {}, reader), [], reader)
    found = {entity.param: _first(entity, reader) for entity in entities().values()}
    found["staff_item"] = [f"{Role.RECEPTIONIST}-{scope.clinic}"]  # the first is the only administrator
    found["bulk_id"] = [bulk.begin(scope, entity=rooms, bulk=rooms.bulk[0], planned=planned)]
    return {name: each or ids[ELSEWHERE[name]] for name, each in found.items()}


def _first(entity: Entity, reader: Reader) -> list[str]:
    for question in entity.questions:
        things = find(entity, Asked.of(entity, {"ask": question.slug}, reader), reader).things
        if things:
            return [entity.address(things[0])]
    return []
