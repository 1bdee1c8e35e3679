"""What is taken apart is what was put together."""

import inspect

from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import Key, keys

IDS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=26)
STAMPS = st.datetimes().map(lambda each: f"{each:%Y-%m-%dT%H:%M:%S}.000Z".rjust(24, "0"))
DAYS = STAMPS.map(lambda each: each[:10])


def test_each_parser_stands_beside_what_makes_its_key() -> None:
    made = inspect.getmembers(keys, inspect.isfunction)
    names = [name for name, each in made if each.__module__.startswith(keys.__name__)]
    beside = {"parse_on_the_day": "on_the_day", "parse_busy": "busy_patient", "parse_sum": "money_sum"}
    parsers = [each for each in names if each.startswith("parse_")]
    assert parsers
    assert not [each for each in parsers if beside.get(each, each.removeprefix("parse_")) not in names]


@given(IDS, IDS, STAMPS, DAYS)
def test_a_key_is_taken_apart_as_it_was_made(clinic: str, id: str, at: str, day: str) -> None:
    assert keys.parse_patient(keys.patient(id).pk) == keys.parse_patient(keys.appointment(id, clinic).pk) == id
    assert keys.parse_word_row(keys.word_row(clinic, "gar", "garcia maria", id).sk) == "garcia maria"
    assert keys.parse_callback_due(keys.callback_due(clinic, day, id).sk) == day
    assert keys.parse_on_the_day(keys.card(clinic, day, id)) == (day, "CARD")
    assert keys.parse_on_the_day(keys.block(clinic, day, id)) == (day, "BLOCK")
    assert keys.parse_day_changed(keys.day_changed(clinic, day, at, id)) == (day, at, id)
    assert keys.parse_request_open(keys.request_open(clinic, 1, at, id).sk) == at
    assert keys.parse_outbox(keys.outbox(clinic, at, id)) == at
    assert keys.parse_record(keys.record(clinic, id).sk) == id
    assert keys.parse_recorded(keys.recorded(clinic, id, "RES", clinic).sk) == ("RES", clinic)
    assert keys.parse_record(keys.addendum(clinic, id, clinic, 1).sk) == id
    assert keys.parse_chart_kind(keys.chart_kind(id, "ORD", at, clinic).sk) == at
    assert keys.parse_audit_topic(keys.audit_topic(clinic, "export", at, id).sk) == (at, id)
    assert keys.parse_recall_due(keys.recall_due(clinic, day, id).sk) == day
    assert keys.parse_timeline(keys.timeline(id, at, f"APPT#{clinic}").sk) == at


@given(IDS, DAYS)
def test_a_busy_row_says_whose_time_it_is_and_of_which_day(id: str, day: str) -> None:
    assert keys.parse_busy(keys.busy_practitioner(id, day)) == ("practitioner", id, day)
    assert keys.parse_busy(keys.busy_room(id, day)) == ("room", id, day)
    assert keys.parse_busy(keys.busy_patient(id, day)) == ("patient", id, day)


def test_the_key_of_something_else_has_no_such_stamp() -> None:
    assert keys.parse_outbox(keys.urgent("c", "2026-11-26", "A")) == ""
    assert keys.parse_outbox(Key("", "")) == ""
    assert keys.parse_request_open("2026-11-26#A") == ""
