"""How people and times are written."""

import pytest

from scheduling import words
from scheduling.appointments.rows.showing import short_name
from scheduling.calendar.rules import clocktext
from scheduling.front_desk import services as by_link


@pytest.mark.parametrize(
    ("name", "said"),
    [("Ana Ruiz", "Ana"), ("Dr Amara Okafor", "Dr Okafor"), ("Ana", "Ana"), (by_link.ACTOR.name, "the patient")],
)
def test_who_changed_an_appointment_is_named_in_a_word(name: str, said: str) -> None:
    assert words.given(name) == said


@pytest.mark.parametrize(("family", "given", "short"), [("García", "María", "Gar. M."), ("Unknown", "", "Unk.")])
def test_a_name_is_short_where_others_see_the_screen(family: str, given: str, short: str) -> None:
    assert short_name({"family_name": family, "given_name": given}) == short


@pytest.mark.parametrize("typed", ["99:99", "24:30", "10:60", "٠٨:٣٠", "8:30"])
def test_what_is_no_time_is_given_back_as_it_was_typed(typed: str) -> None:
    assert clocktext.shown(typed, twelve=True) == typed


@pytest.mark.parametrize(("kept", "shown"), [("08:30", "8:30 am"), ("24:00", "midnight"), ("00:00", "12:00 am")])
def test_a_kept_time_is_shown_as_the_clinic_writes_it(kept: str, shown: str) -> None:
    assert clocktext.shown(kept, twelve=True) == shown
