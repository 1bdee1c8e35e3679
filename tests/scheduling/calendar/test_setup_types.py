"""Types of visit, rooms and the rules of the day on their pages."""

import re
from typing import Any

import pytest

from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule_settings
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, events, hours_path, leave, office, picks_of

pytestmark = pytest.mark.django_db
__all__ = ["office"]


def test_a_type_of_visit_is_made_and_changed(desk: Desk, office: Office) -> None:
    typed = {
        "name": "Child health 🧸",
        "colour": "pink",
        "minutes": "20",
        "nurse": "5",
        "after": "5",
        "practitioner_ids": [desk.doctor.id],
        "room_ids": [desk.room("Room 2").id],
        "kept_for": "new",
    }
    assert office.send("types/new/", typed)[0] == 302
    made = desk.type("Child health 🧸")
    assert (made.minutes, made.nurse, made.colour, made.kept_for) == (20, 5, "pink", "new")
    assert (made.practitioner_ids, made.room_ids) == ([desk.doctor.id], [desk.room("Room 2").id])
    before = events(desk.scope)
    assert office.send(f"types/{made.id}/", {})[0] == 302
    assert events(desk.scope) == before
    changed = {"name": "فحص الأطفال", "practitioner_ids": [], "room_ids": []}
    assert office.send(f"types/{made.id}/", changed)[0] == 302
    made = desk.type("فحص الأطفال")
    assert (made.practitioner_ids, made.room_ids, made.minutes) == ([], [], 20)
    assert "<bdi>فحص الأطفال</bdi>" in office.get()


def test_a_type_out_of_use_is_not_offered(desk: Desk, office: Office) -> None:
    fields = office.fields(f"types/{desk.type('Procedure').id}/")
    fields.pop("active")
    assert office.send(f"types/{desk.type('Procedure').id}/", {}, over=fields)[0] == 302
    assert not desk.type("Procedure").active
    assert "not in use" in office.get()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "A type of visit needs a name."),
        ({"name": "x" * 5000}, "This is longer than 80 characters."),
        ({"name": "FOLLOW-UP"}, "There is a type of this name already."),
        ({"minutes": "0"}, "A visit lasts from 5 minutes to 8 hours"),
        ({"minutes": "12"}, "in steps of five"),
        ({"minutes": "-5"}, "Minutes are not less than 0."),
        ({"minutes": "ten"}, "Minutes are a whole number."),
        ({"minutes": ""}, "How many minutes?"),
        ({"before": "125"}, "last up to 2 hours"),
        ({"colour": "ultraviolet"}, "Choose one of these colours."),
        ({"practitioner_ids": ["nobody"]}, "We can&#x27;t find that here."),
    ],
)
def test_types_that_cannot_be_are_said_beside_the_field(
    desk: Desk, office: Office, typed: dict[str, Any], sentence: str
) -> None:
    count = len(setup(desk.scope).visit_types)
    status, page = office.send("types/new/", {"name": "New", "minutes": "15", "colour": "blue"} | typed)
    assert status == 422
    beside = re.findall(r'class="field-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert any(sentence in each for each in beside), beside
    assert len(setup(desk.scope).visit_types) == count


def test_another_clinics_practitioner_or_room_in_the_form_is_not_found(
    desk: Desk, office: Office, make_desk: Any, other_clinic: str
) -> None:
    there = make_desk(other_clinic)
    tries: list[tuple[str, dict[str, Any]]] = [
        ("types/new/", {"name": "New", "minutes": "15", "practitioner_ids": [there.doctor.id]}),
        ("types/new/", {"name": "New", "minutes": "15", "room_ids": [there.room("Room 1").id]}),
        ("days/new/", leave(desk, who=there.doctor.id)),
        ("days/new/", leave(desk, kind="locum", stand_in=there.doctor.id)),
    ]
    for path, typed in tries:
        status, page = office.send(path, typed)
        assert status == 422
        assert "We can&#x27;t find that here." in page
        assert there.doctor.name not in page or there.doctor.name == desk.doctor.name
    fields = office.next_fields(office.send(hours_path(desk), {"same": "1", "same_as": there.doctor.id})[1])
    assert fields["day-0-0-start"] == ["06:00"]


def test_rooms_have_names_of_their_own(desk: Desk, office: Office) -> None:
    shown = office.fields("rooms/new/")
    for _ in range(2):  # a second click
        assert office.send("rooms/new/", {"name": "الغرفة ١"}, over=shown)[0] == 302
    assert desk.room("الغرفة ١").active
    assert len(setup(desk.scope).rooms) == 3
    for name, sentence in (
        ("room 1", "There is a room of this name already."),
        ("", "A room needs a name."),
        ("x" * 5000, "This is longer than 80 characters."),
    ):
        status, page = office.send("rooms/new/", {"name": name})
        assert (status, sentence in page) == (422, True)


def test_a_room_out_of_use_is_given_to_no_new_appointment(desk: Desk, office: Office) -> None:
    fields = office.fields(f"rooms/{desk.room('Room 1').id}/")
    fields.pop("active")
    assert office.send(f"rooms/{desk.room('Room 1').id}/", {}, over=fields)[0] == 302
    assert desk.book("10:30", type="Procedure").room_id == desk.room("Room 2").id


def test_of_two_who_renamed_a_room_both_sides_are_shown(desk: Desk, office: Office) -> None:
    path = f"rooms/{desk.room('Room 1').id}/"
    shown = office.fields(path)
    schedule_settings.save_room(desk.admin, room=desk.room("Room 1"), name="Blue room")
    status, page = office.send(path, {"name": "Red room"}, over=shown)
    assert status == 409
    assert "Blue room" in page
    assert "Red room" in page
    status, _ = office.send(path, dict.fromkeys(picks_of(page), "yours"), over=office.next_fields(page))
    assert status == 302
    assert desk.room("Red room")
