"""An item as the table has it: sizes by AWS's rule, what it costs, and no value that its own page does not show."""

from django.test import Client

from clinnet.console.raw import raw
from clinnet.console.registry import entities
from clinnet.table import Scope
from clinnet.table.meter import metered
from patients import queries, services
from scheduling.models import Room
from tests.console.conftest import page
from tests.patients.pages import plain


def test_an_item_is_told_with_its_sizes_and_what_it_costs(boss: Scope, rooms: list[Room], browser: Client) -> None:
    with metered() as meter:
        found = raw(boss, entities()["rooms"], rooms[2])
    named = {each.name: each for each in found.attributes}
    assert [each.name for each in found.attributes[:2]] == ["PK", "SK"]
    assert (named["name"].value, named["name"].bytes, named["name"].type) == ("Blue", len("nameBlue"), "text")
    assert found.bytes == sum(each.bytes for each in found.attributes)
    assert (found.reads, found.writes, meter.read_units) == (1, 1, 1)
    assert found.indexes == []


def test_what_the_page_of_an_item_does_not_show_is_told_by_its_size_alone(boss: Scope, browser: Client) -> None:
    id = services.register(boss, {"family_name": "Holm", "given_name": "Greta", "notes": "Told in confidence"})
    item = queries.patient(boss, id)
    entity = entities()["patients"]
    hidden = {each.name for each in raw(boss, entity, item).attributes if each.hidden}
    assert {"GSI1PK", "GSI1SK"} <= hidden
    assert not {"PK", "SK", "version"} & hidden


def test_the_page_is_a_tab_of_who_may_read_the_trail(boss: Scope, rooms: list[Room], browser: Client) -> None:
    shown = plain(page(browser, boss, f"rooms/{rooms[2].id}/raw/"))
    assert "Blue" in shown
    assert "Read only." in shown
    page(browser, boss, "rooms/01ABCDEFGHJKMNPQRSTVWXYZ12/raw/", status=404)
