"""Where somebody who loses a time goes best."""

from collections.abc import Sequence
from datetime import datetime

from scheduling.calendar.rules import proposals, walltime
from scheduling.calendar.rules.proposals import Losing, Starts
from scheduling.calendar.rules.slots import Need, Slot

ZONE = "Europe/London"


def grain(text: str) -> int:
    return walltime.number(walltime.to_utc(datetime.fromisoformat(f"2026-11-{text}"), ZONE))


def slot(text: str, who: str = "own", *rooms: str) -> Slot:
    return Slot(grain(text), who, rooms)


def by_start(slots: Sequence[Slot]) -> Starts:
    """Free times as they are proposed from."""
    found: dict[int, list[Slot]] = {}
    for each in sorted(slots, key=lambda slot: slot.practitioner):
        found.setdefault(each.start, []).append(each)
    return found


def losing(
    id: str = "one",
    at: str = "26T10:30",
    *,
    usual: str = "own",
    urgent: bool = False,
    busy: str = "",
    need: Need | None = None,
) -> Losing:
    elsewhere = frozenset({grain(busy)}) if busy else frozenset[int]()
    wall = datetime.fromisoformat(f"2026-11-{at}")
    return Losing(id, wall, need or Need(15), "own", usual, urgent, elsewhere)


def first(visit: Losing, *slots: Slot) -> Slot | None:
    found = proposals.propose([visit], {visit.id: by_start(slots)}, ZONE)[visit.id]
    return found[0] if found else None


def test_the_own_doctor_is_waited_for_two_days_and_no_longer() -> None:
    same_day = slot("26T10:30", "other")
    assert first(losing(), same_day, soon := slot("28T10:30")) == soon
    assert first(losing(), same_day, slot("29T10:30")) == same_day


def test_without_an_own_doctor_the_next_time_comes_first() -> None:
    other = slot("26T11:00", "other")
    assert first(losing(usual=""), other, slot("28T10:30")) == other
    assert first(losing(usual="third"), other, slot("28T10:30")) == other


def test_the_same_half_of_the_day_comes_first() -> None:
    assert first(losing(), slot("27T14:00"), morning := slot("28T10:30")) == morning
    assert first(losing(), near := slot("27T10:00"), slot("27T08:00")) == near


def test_the_urgent_do_not_wait() -> None:
    assert first(losing(urgent=True), today := slot("26T16:00", "other"), slot("28T10:30")) == today


def test_no_two_are_proposed_the_same_time_or_room_and_the_urgent_choose_first() -> None:
    people = [losing("a", "26T09:00"), losing("b", "26T09:15"), losing("c", "26T16:00", urgent=True)]
    free = [slot("27T10:00"), slot("27T10:15")]
    found = proposals.propose(people, dict.fromkeys("abc", by_start(free)), ZONE)
    assert {id: [each.start for each in slots[:1]] for id, slots in found.items()} == {
        "a": [grain("27T10:00")],
        "b": [],
        "c": [grain("27T10:15")],
    }
    found = proposals.propose(people, dict.fromkeys("abc", by_start(free[:1])), ZONE)
    assert [id for id, slots in found.items() if slots] == ["c"]
    roomy = [slot("27T10:00", "own", "r1"), slot("27T10:00", "other", "r1", "r2")]
    need = Need(15, rooms=("r1", "r2"))
    found = proposals.propose(
        [losing("a", need=need), losing("b", need=need)], dict.fromkeys("ab", by_start(roomy)), ZONE
    )
    assert [found[id][0].room for id in "ab"] == ["r1", "r2"]


def test_a_day_is_spread_over_those_who_have_room() -> None:
    people = [losing(id, at, usual="") for id, at in (("a", "26T09:00"), ("b", "26T09:30"), ("c", "26T10:00"))]
    free = [slot(at, who) for at in ("26T09:00", "26T09:30", "26T10:00") for who in ("ada", "ben", "cy")]
    found = proposals.propose(people, dict.fromkeys("abc", by_start(free)), ZONE)
    assert [found[id][0] for id in "abc"] == [slot("26T09:00", "ada"), slot("26T09:30", "ben"), slot("26T10:00", "cy")]


def test_a_time_at_which_the_patient_is_elsewhere_is_not_proposed() -> None:
    assert first(losing(busy="27T10:30"), slot("27T10:30")) is None
    assert proposals.propose([], {}, ZONE) == {}


def test_others_to_choose_from_are_of_other_halves_of_days_or_doctors() -> None:
    free = [slot("27T10:00"), slot("27T10:15"), slot("27T15:00"), slot("27T10:00", "other"), slot("28T10:00")]
    found = proposals.propose([losing()], {"one": by_start(free)}, ZONE)["one"]
    assert [(each.practitioner, each.start) for each in found] == [
        ("own", grain("27T10:15")),
        ("own", grain("28T10:00")),
        ("own", grain("27T15:00")),
        ("other", grain("27T10:00")),
    ]
