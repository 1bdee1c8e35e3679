"""What messages and calendar entries say, in every language; and what the mail service reports back."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.messages.queries.entries import TOGETHER
from scheduling.messages.rules import bounces, ics, phrases, whose, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.ics import Entry
from scheduling.messages.rules.page import REMOTE_SENTENCES, SENTENCES
from scheduling.messages.rules.whose import Member
from scheduling.messages.rules.wording import About, Style, Time

WALL = datetime(2026, 12, 1, 14, 5)  # noqa: DTZ001  a reading of the clinic's clock
KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.mark.parametrize(
    ("style", "day", "time"),
    [
        (Style("en"), "Tuesday 1 December 2026", "14:05"),
        (Style("en", month_first=True), "Tuesday, December 1, 2026", "2:05 pm"),
        (Style("fr"), "mardi 1er décembre 2026", "14:05"),
        (Style("es", month_first=True), "martes 1 de diciembre de 2026", "14:05"),
        (Style("de"), "Dienstag, 1. Dezember 2026", "14:05 Uhr"),
    ],
)
def test_dates_and_times_are_written_as_the_language_does(style: Style, day: str, time: str) -> None:
    assert wording.day(WALL, style) == day
    assert wording.time(WALL, style) == time


def test_midnight_and_noon_have_twelve_hours() -> None:
    american = Style("en", month_first=True)
    assert [wording.time(WALL.replace(hour=hour, minute=0), american) for hour in (0, 12)] == ["12:00 am", "12:00 pm"]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [(("fr-CA",), "fr"), (("vi", "de"), "de"), (("", "pt-BR", "en_GB"), "en"), ((), "en"), (("*", "es"), "es")],
)
def test_the_first_language_that_we_write_is_taken(wanted: tuple[str, ...], language: str) -> None:
    assert wording.language(*wanted) == language


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_message_is_whole_in_every_language(kind: Kind, language: str) -> None:
    times = [Time(WALL, "https://x/m/1/", "https://x/m/2/"), Time(WALL + timedelta(minutes=15), "https://x/m/3/")]
    words = ["Northside", "5 Mill Lane", "14:05", "2026", "https://x/m/1/", "https://x/m/2/", "020 7946 0000"]
    times[0] = replace(times[0], before=WALL - timedelta(days=1, hours=3) if kind == "changed" else None)
    one = About(kind, times[:1], "Northside", "5 Mill Lane", "020 7946 0000", 40)
    text = wording.body(one, Style(language))
    assert ("11:05" in text) == (kind == "changed")
    assert not re.search(r"[{}]|None", text)
    assert all(word in text for word in words)
    if kind in TOGETHER:
        family = replace(one, times=times)
        assert all(word in wording.body(family, Style(language)) for word in [*words, "14:20", "https://x/m/3/"])
        assert wording.subject(family, Style(language)) != wording.subject(one, Style(language))
    assert ("40" in text) == (kind == "late")


def test_the_page_behind_a_link_has_every_sentence_in_every_language() -> None:
    assert set(SENTENCES) == set(wording.LANGUAGES)
    assert len({frozenset(each) for each in SENTENCES.values()}) == 1
    assert len({frozenset(each) for each in REMOTE_SENTENCES.values()}) == 1
    assert set(REMOTE_SENTENCES["en"]) < set(SENTENCES["en"])


def entry(**given: Any) -> Entry:
    start = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    usual: dict[str, Any] = {
        "id": "01A",
        "sequence": 3,
        "start": start,
        "end": start + timedelta(minutes=15),
        "stamp": start,
        "summary": "Appointment",
        "place": "Northside",
        "organiser": "a@x.example",
        "attendee": "b@x.example",
    }
    return Entry(**(usual | given))


@given(st.text(max_size=300))
def test_a_calendar_entry_is_well_formed_whatever_the_clinic_is_called(place: str) -> None:
    place = "".join(c for c in place if c.isprintable() or c == "\n")
    text = ics.calendar(entry(place=place))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert len(unfolded) == 19  # the last one is empty: nothing broke out of its line
    assert unfolded[0] == "BEGIN:VCALENDAR"
    value = next(line for line in unfolded if line.startswith("LOCATION:")).removeprefix("LOCATION:")
    back = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)
    assert back == place


def test_times_are_in_utc_and_a_cancelled_entry_says_so() -> None:
    lines = ics.calendar(entry(cancelled=True)).split("\r\n")
    for line in ("DTSTART:20261201T140500Z", "METHOD:CANCEL", "STATUS:CANCELLED", "UID:01A@clinnet", "SEQUENCE:3"):
        assert line in lines


def test_an_invitation_awaits_no_answer_without_saying_so() -> None:
    """RSVP=FALSE is what the standard supposes, and some programs cannot store an entry that says it."""
    assert "ATTENDEE:mailto:b@x.example" in ics.calendar(entry()).split("\r\n")


def test_several_entries_are_published_and_each_keeps_its_own_number() -> None:
    lines = ics.calendar(entry(), entry(id="01B", sequence=0)).split("\r\n")
    assert [line for line in lines if line.startswith(("METHOD", "UID", "SEQUENCE"))] == [
        "METHOD:PUBLISH",
        "UID:01A@clinnet",
        "SEQUENCE:3",
        "UID:01B@clinnet",
        "SEQUENCE:0",
    ]
    assert not any(line.startswith("ATTENDEE") for line in lines)


def test_an_entry_has_a_text_and_an_alarm_which_a_cancelled_one_has_not() -> None:
    lines = ics.calendar(entry(text="Call us:\n020", alarm=timedelta(hours=2))).split("\r\n")
    assert "DESCRIPTION:Call us:\\n020" in lines
    assert lines[lines.index("BEGIN:VALARM") : lines.index("END:VALARM")] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT120M",
        "DESCRIPTION:Appointment",
    ]
    assert "BEGIN:VALARM" not in ics.calendar(entry(alarm=timedelta(hours=2), cancelled=True))


# --- By phone or video -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("remote", ["phone", "video"])
def test_a_visit_by_phone_or_video_sends_nobody_to_an_address(kind: Kind, language: str, remote: str) -> None:
    time = Time(WALL, "https://x/m/1/", "https://x/m/2/", remote=remote)
    about, style = About(kind, [time], "Northside", "5 Mill Lane", "020 7946 0000", 40), Style(language)
    text, event = wording.body(about, style), wording.event(about, time, style)
    assert "Mill Lane" not in text + event.place + event.text
    assert event.place == phrases.REMOTE_PLACE[remote][language]
    said = phrases.REMOTE_PLACE if kind == "cancelled" else phrases.REMOTE
    assert said[remote][language] in text
    assert phrases.CONFIRM[language] not in text
    both = replace(about, times=[time, replace(time, remote="")])
    if kind in TOGETHER:
        mixed = wording.body(both, style)  # each says where, and nothing does so for all
        assert mixed.count("Mill Lane") == 1
        assert mixed.index("Mill Lane") < mixed.rindex("/m/2/")


def test_an_entry_says_the_clinic_its_phone_and_the_link() -> None:
    time = Time(WALL, "https://x/m/1/", "https://x/m/2/")
    event = wording.event(About("booked", [time], "Northside", "5 Mill Lane", "020 7946 0000"), time, Style("en"))
    assert event.title == "Appointment, Northside"
    assert event.place == "Northside, 5 Mill Lane"
    assert "020 7946 0000" in event.text
    assert "https://x/m/2/" in event.text


# --- Whose it is -----------------------------------------------------------------------------------------------------


def member(name: str, born: str, *, own: bool = False, child: bool = True) -> Member:
    return Member(name, born, child, own)


def test_a_letter_about_the_reader_alone_says_nothing_of_whose_it_is() -> None:
    assert whose.labels([member("Ana", "1985-03-14", own=True, child=False)], "en", names=True) == [""]


def test_children_are_counted_by_age_and_have_a_birth_year() -> None:
    family = [
        member("Ana", "1985-03-14", own=True, child=False),
        member("Lu", "2020-01-05"),
        member("Mo", "2017-05-06"),
    ]
    assert whose.labels(family, "en", names=False) == ["You", "Second child, born in 2020", "First child, born in 2017"]
    assert whose.labels(family, "de", names=False)[1] == "Zweites Kind, Jahrgang 2020"
    assert whose.labels(family, "en", names=True) == ["Ana", "Lu", "Mo"]
    assert whose.labels(family[1:2], "en", names=False) == ["Child, born in 2020"]


def test_twins_and_two_adults_of_one_mailbox_are_told_apart_as_far_as_may_be() -> None:
    twins = [member("A", "2020-01-05"), member("B", "2020-01-05")]
    assert len(set(whose.labels(twins, "en", names=False))) == 2
    couple = [member("A", "1950", own=True, child=False), member("B", "1952", own=True, child=False)]
    assert whose.labels(couple, "en", names=False) == ["Adult, born in 1950", "Adult, born in 1952"]


@given(
    st.lists(
        st.builds(
            Member, st.text(max_size=5), st.sampled_from(["", "2017", "2020-01-05"]), st.booleans(), st.booleans()
        ),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from(wording.LANGUAGES),
    st.booleans(),
)
def test_everybody_has_a_label_and_a_name_only_where_the_clinic_allows_it(
    members: list[Member], language: str, names: bool
) -> None:
    found = whose.labels(members, language, names=names)
    assert len(found) == len(members)
    assert all(found) or len(members) == 1
    if not names:
        assert not any(each.given_name in found for each in members if each.given_name)


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_each_link_of_a_family_s_letter_says_what_it_cancels(language: str) -> None:
    times = [
        Time(WALL + timedelta(minutes=n), f"https://x/c{n}/", f"https://x/x{n}/", whose=f"Kid {n}") for n in (0, 15)
    ]
    lines = wording.body(About("booked", times, "Northside"), Style(language)).splitlines()
    for n in (0, 15):
        before = lines[lines.index(f"https://x/x{n}/") - 1]
        assert f"Kid {n}" in before
        assert f"14:{5 + n:02}" in before


def report(**given: Any) -> str:
    usual: dict[str, Any] = {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bounceSubType": "NoEmail"},
        "mail": {"headers": [{"name": "To", "value": "x"}, {"name": "X-Clinnet-Message", "value": "north/P/A"}]},
    }
    return json.dumps(usual | given)


def test_a_report_of_a_bounce_names_the_message() -> None:
    expected = [bounces.Bounce("north", "P", "A", "The mailbox does not exist")]
    assert bounces.read(report()) == expected
    assert bounces.read(json.dumps({"Type": "Notification", "Message": report()})) == expected
    complaint = bounces.read(report(notificationType="Complaint", bounce=None))
    assert [each.reason for each in complaint] == [bounces.UNWANTED]
    to = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "Ana <ANA@example.org>"}, {}]}
    assert bounces.read(report(bounce=to))[0].addresses == ("ana@example.org",)
    family = report(mail={"headers": [{"name": "X-Clinnet-Message", "value": "north/P/A\r\n north/Q/B"}]})
    assert [(each.patient_id, each.about) for each in bounces.read(family)] == [("P", "A"), ("Q", "B")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "3",
        '{"Message": "x"}',
        report(notificationType="Delivery"),
        report(mail={}),
        report(bounce={"bounceType": "Transient"}),
        report(mail={"headers": [{"name": "X-Clinnet-Message", "value": "north/P"}]}),
    ],
)
def test_other_reports_say_nothing(text: str) -> None:
    assert bounces.read(text) == []
