"""Measurements: refused, asked about, or kept with a mark; and the line they are typed in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.limits import ASK_CHILD, CAN_BE
from records.rules.measured_line import Line, Units, pad, parse, units_of, value_of, written
from records.rules.measurements import KINDS, Earlier, Reading, Subject, check, marked
from records.rules.units import Quantity

ON = date(2026, 11, 28)
ADULT = Subject(ON, 40 * 12)
kinds = st.sampled_from(sorted(KINDS))
numbers = st.decimals(0, 9999, places=1).map(str)


def typed(text: str, units: Units = Units()) -> Reading:  # noqa: B008 - frozen
    line = parse(text, units)
    assert line.not_understood == ()
    assert len(line.readings) == 1
    return line.readings[0]


def said(text: str, subject: Subject = ADULT) -> tuple[str, str]:
    answer = check(typed(text), subject)
    return answer.what, answer.sentence


def last(text: str, on: date) -> Subject:
    return Subject(ON, 40 * 12, Earlier(typed(text), on))


# --- The three answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("s 101", "That cannot be: SpO2 is at most 100 %."),
        ("s 29", "That cannot be: SpO2 is at least 30 %."),
        ("bp 86/142", "86/142: the upper number comes first. 142/86?"),
        ("bp 90/90", "That cannot be: the upper number is more than the lower."),
        ("bp 142", "Blood pressure is two numbers: 142/86."),
        ("bp 351/90", "That cannot be: systolic is at most 350 mmHg."),
        ("t 367", "That cannot be: temperature is at most 47 °C. 36.7 °C?"),
        ("t 986", "That cannot be: temperature is at most 47 °C. 98.6 °F?"),
        ("t 55", "That cannot be: temperature is at most 47 °C."),
        ("t 117", "That cannot be: temperature is at most 116.6 °F."),
        ("h 1.78", "That cannot be: height is at least 20 cm. 178 cm?"),
        ("w 651", "That cannot be: weight is at most 650 kg."),
        ("p 9", "That cannot be: pulse is at least 10 /min."),
        ("p 74.5", "That cannot be: pulse is a whole number."),
        ("pain 11", "That cannot be: pain is at most 10 of 10."),
        ("pain 3.5", "That cannot be: pain is a whole number."),
        ("glu 140", "That cannot be: glucose is at most 122 mmol/L. 140 mg/dL?"),
    ],
)
def test_what_cannot_be_is_refused(text: str, sentence: str) -> None:
    assert said(text) == ("refuse", sentence)
    assert said(text, Subject(ON, None, confirmed=False)) == ("refuse", sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("t 41.6", "Temperature 41.6 °C? Press Enter again if it is right."),
        ("t 35.0", "Temperature 35.0 °C? Press Enter again if it is right."),
        ("p 40", "Pulse 40 /min? Press Enter again if it is right."),
        ("p 131", "Pulse 131 /min? Press Enter again if it is right."),
        ("r 25", "Respiration 25 /min? Press Enter again if it is right."),
        ("s 91", "SpO2 91 %? Press Enter again if it is right."),
        ("bp 90/60", "Blood pressure 90/60 mmHg? Press Enter again if it is right."),
        ("bp 220/110", "Blood pressure 220/110 mmHg? Press Enter again if it is right."),
        ("glu 40", "Glucose 40 mmol/L, or mg/dL?"),
        ("glu 2.9", "Glucose 2.9 mmol/L? Press Enter again if it is right."),
    ],
)
def test_what_is_unlikely_is_asked_about(text: str, sentence: str) -> None:
    assert said(text) == ("ask", sentence)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("bp 142/86", "▲"),
        ("bp 139/89", ""),
        ("bp 130/90", "▲"),
        ("p 74", ""),
        ("t 36.7", ""),
        ("t 95.1", ""),
        ("r 16", ""),
        ("s 97", ""),
        ("glu 6.2", ""),
        ("pain 0", ""),
    ],
)
def test_what_is_usual_is_kept(text: str, mark: str) -> None:
    answer = check(typed(text), ADULT)
    assert (answer.what, answer.mark) == ("keep", mark)


def test_what_was_asked_and_kept_stays_marked() -> None:
    assert marked(typed("p 40"), ADULT) == "▼"
    assert marked(typed("t 41.6"), ADULT) == "▲"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("born 32", ("32", "wk")), ("born 32+4", ("228", "d")), ("ga 32w4d", ("228", "d")), ("ga 39 weeks", ("39", "wk"))],
)
def test_how_long_a_child_was_carried_is_typed_as_people_write_it(text: str, kept: tuple[str, str]) -> None:
    reading = typed(text)
    assert (reading.kind, reading.value.text, reading.value.unit) == ("gestation", *kept)


@pytest.mark.parametrize(("country", "label"), [("GB", "Weight, kg"), ("US", "Weight, lb")])
def test_a_field_for_a_number_says_the_unit_that_the_clinic_means(country: str, label: str) -> None:
    fields = {field.name: field for field in pad(units_of(country))}
    assert fields["w"].label == label
    assert (fields["pain"].label, fields["pain"].whole, fields["t"].whole) == ("Pain, 0 to 10", True, False)
    meant = parse("w 90", units_of(country)).readings[0].value
    assert label.endswith(meant.shown().removeprefix("90 "))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("born 19", "That cannot be: gestation at birth is at least 20 weeks."),
        ("born 320", "That cannot be: gestation at birth is at most 45 weeks."),
    ],
)
def test_a_gestation_that_cannot_be_is_refused(text: str, sentence: str) -> None:
    assert said(text, Subject(ON, 3)) == ("refuse", sentence)


def test_before_a_doctor_confirmed_the_limits_nobody_is_warned() -> None:
    unconfirmed = Subject(ON, 480, confirmed=False)
    assert check(typed("t 41.6"), unconfirmed).what == "keep"
    assert marked(typed("bp 180/110"), unconfirmed) == ""


@pytest.mark.parametrize(
    ("months", "text", "what"),
    [
        (0, "p 150", "keep"),
        (0, "p 106", "ask"),
        (2, "p 181", "keep"),
        (3, "p 181", "ask"),
        (47, "r 33", "keep"),
        (48, "r 33", "ask"),
        (191, "p 47", "keep"),
        (192, "p 40", "ask"),
        (12, "bp 71/40", "ask"),  # 70 + 2 × 1
        (12, "bp 72/40", "keep"),
        (119, "bp 87/50", "ask"),  # 70 + 2 × 9
        (120, "bp 89/50", "ask"),
        (11, "bp 60/40", "keep"),
        (60, "bp 151/80", "ask"),
    ],
)
def test_a_childs_limits_are_those_of_its_age(months: int, text: str, what: str) -> None:
    assert check(typed(text), Subject(ON, months)).what == what


def test_a_childs_blood_pressure_is_not_marked_by_an_adults_threshold() -> None:
    assert marked(typed("bp 142/92"), Subject(ON, 60)) == ""


# --- Compared with the last one --------------------------------------------------------------------------------------


def test_kilograms_that_were_pounds_are_asked_about() -> None:
    answer = check(typed("w 93"), last("w 42.6", date(2026, 11, 20)))
    assert (answer.what, answer.sentence) == ("ask", "93 kg or lb? On 20 Nov it was 42.6 kg.")
    assert answer.instead == Reading("weight", Quantity("93", "[lb_av]"))
    assert "20 Nov 2025" in check(typed("w 93"), last("w 42.6", date(2025, 11, 20))).sentence


@pytest.mark.parametrize(
    ("text", "before", "days", "what"),
    [
        ("w 90", "w 80", 30, "ask"),
        ("w 88", "w 80", 30, "keep"),
        ("w 90", "w 80", 31, "keep"),
        ("h 181.1", "h 178", 900, "ask"),
        ("h 181", "h 178", 900, "keep"),
    ],
)
def test_a_leap_is_asked_about(text: str, before: str, days: int, what: str) -> None:
    on = date.fromordinal(ON.toordinal() - days)
    assert check(typed(text), last(before, on)).what == what


def test_a_child_grows_and_does_not_shrink() -> None:
    before = Earlier(typed("h 98"), date(2026, 5, 1))
    assert check(typed("h 104"), Subject(ON, 48, before)).what == "keep"
    assert check(typed("h 97"), Subject(ON, 48, before)).what == "keep"
    assert check(typed("h 96.9"), Subject(ON, 48, before)).what == "ask"


@pytest.mark.parametrize(("text", "z", "what"), [("w 3", -6.1, "ask"), ("w 3", 5.0, "keep"), ("hc 40", 5.1, "ask")])
def test_a_childs_far_score_is_asked_about(text: str, z: float, what: str) -> None:
    assert check(typed(text), Subject(ON, 6, z=z)).what == what


# --- Whatever is typed -----------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(set(CAN_BE) - {"systolic", "diastolic"})), numbers, st.none() | st.integers(0, 1500))
def test_outside_of_what_can_be_is_refused_at_any_age(kind: str, text: str, months: int | None) -> None:
    reading = Reading(kind, Quantity(text.removesuffix(".0"), KINDS[kind].units[0]))
    answer = check(reading, Subject(ON, months))
    outside = CAN_BE[kind].side(reading.exact) != 0
    broken = KINDS[kind].whole and not reading.value.text.isdecimal()
    assert (answer.what == "refuse") == (outside or broken)
    assert (answer.sentence == "") == (answer.what == "keep")
    if answer.instead:
        assert check(answer.instead, Subject(ON, months)).what != "refuse"


@given(st.integers(0, 191))
def test_every_age_below_16_has_a_band(months: int) -> None:
    until, pulse, breaths = next(row for row in ASK_CHILD if months < row[0])
    for band in (pulse, breaths):
        assert band.low is not None
        assert band.high is not None
        assert band.low < band.high
    assert until <= 192


@given(st.text(max_size=60))
def test_any_text_is_understood_or_named(text: str) -> None:
    line = parse(text)
    assert line.readings or line.not_understood or not text.strip()
    assert all(check(reading, ADULT) for reading in line.readings)


# --- The line --------------------------------------------------------------------------------------------------------


def shown(line: Line) -> list[str]:
    return [f"{reading.kind} {reading.shown}" for reading in line.readings]


def test_the_line_of_ten() -> None:
    line = parse("bp 142/86 p 74 t 36.7 r 16 s 97 w 93.1 h 178 hc 46 pain 3 glu 6.2")
    assert line.not_understood == ()
    assert shown(line) == [
        "bp 142/86 mmHg",
        "pulse 74 /min",
        "temperature 36.7 °C",
        "respiration 16 /min",
        "spo2 97 %",
        "weight 93.1 kg",
        "height 178 cm",
        "head 46 cm",
        "pain 3 of 10",
        "glucose 6.2 mmol/L",
    ]


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("BP142/86", "bp 142/86 mmHg"),
        ("bp 142 / 86", "bp 142/86 mmHg"),
        ("rr 130/80", "bp 130/80 mmHg"),
        ("rr 16", "respiration 16 /min"),
        ("t 98.6", "temperature 98.6 °F"),
        ("t 36,7c", "temperature 36.7 °C"),
        ("w 205 lbs", "weight 205 lb"),
        ("w 14 st 9", "weight 205 lb"),
        ("w 14st 9lb", "weight 205 lb"),
        ("w 9 lb 4 oz", "weight 148 oz"),
        ("w 3250 g", "weight 3250 g"),
        ("h 5'10", "height 70 in"),
        ("h 5 ft 10 in", "height 70 in"),
        ("h 5'10\"", "height 70 in"),
        ("h 1.78 m", "height 1.78 m"),
        ("glu 110 mg/dL", "glucose 110 mg/dL"),
        ("SpO2 97%", "spo2 97 %"),
    ],
)
def test_values_as_people_write_them(text: str, one: str) -> None:
    assert shown(parse(text)) == [one]
    assert parse(text).not_understood == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("142/86", ["bp"]),
        ("142 / 86 mmHg 74", []),  # 74 of what?
        ("96/60 p 74", ["bp", "pulse"]),
        ("24/12", []),  # a day
        ("12/11/2026", []),
        ("p 74 142/86", []),
    ],
)
def test_a_blood_pressure_that_comes_first_needs_no_name(text: str, kinds: list[str]) -> None:
    assert [each.kind for each in parse(text).readings] == kinds


def test_a_clinics_units_are_meant_where_none_is_typed() -> None:
    own = Units(weight="[lb_av]", height="[in_i]", glucose="mg/dL")
    assert shown(parse("w 205 h 70 glu 110", own)) == ["weight 205 lb", "height 70 in", "glucose 110 mg/dL"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("p 74 qam", ("qam",)),
        ("p 74 p 80", ("p 80",)),
        ("bp 142 86", ("bp 142 86",)),
        ("p high t 36.7", ("p", "high")),
        ("w 70 cm", ("w 70 cm",)),
        ("74", ("74",)),
        ("w -5", ("w", "-5")),
        ("h 5'12", ("h 5'12",)),
    ],
)
def test_what_is_not_understood_is_named(text: str, named: tuple[str, ...]) -> None:
    assert parse(text).not_understood == named


@pytest.mark.parametrize("country", ["GB", "US"])
@pytest.mark.parametrize(
    "text",
    [
        "bp 142/86 p 74 t 36.7 r 16 s 97 w 93.1 h 178 hc 46 pain 3 glu 6.2",
        "t 98.6 w 14 st 9 h 5'10 glu 110 mg/dl",
        "w 9 lb 4 oz l 49.5 born 32+4",
        "w 3250 g h 1.78 m",
        "w 12 st born 39",
    ],
)
def test_what_is_offered_instead_is_a_line_that_every_clinic_reads_alike(text: str, country: str) -> None:
    readings = parse(text).readings
    assert parse(written(readings), units_of(country)) == Line(readings, ())


@given(st.integers(60, 250), st.integers(30, 59), st.integers(30, 200), st.decimals(34, 42, places=1))
def test_a_written_line_is_read_back(upper: int, lower: int, pulse: int, temperature: object) -> None:
    line = parse(f"t {temperature} p{pulse} bp {upper}/{lower}")
    assert shown(line) == [f"bp {upper}/{lower} mmHg", f"pulse {pulse} /min", f"temperature {temperature} °C"]


def test_a_value_from_a_field_of_its_own() -> None:
    assert value_of("weight", "93.1") == Reading("weight", Quantity("93.1", "kg"))
    assert value_of("weight", "142/86") is None
    assert value_of("steps", "5") is None


@pytest.mark.parametrize(
    ("text", "before", "days", "asks"),
    [
        ("w 584", "w 58.4", 30, True),
        ("w 5.84", "w 58.4", 30, True),
        ("h 17", "h 170", 30, False),  # that cannot be, and is refused
        ("w 9.9", "w 3.4", 360, False),  # a first year
        ("w 25", "w 3.4", 3000, False),
    ],
)
def test_a_point_in_the_wrong_place_is_asked_about_whoever_confirmed_what(
    text: str, before: str, days: int, asks: bool
) -> None:
    subject = Subject(ON, 40 * 12, Earlier(typed(before), ON - timedelta(days=days)), confirmed=False)
    answer = check(typed(text), subject)
    assert (answer.what == "ask") is asks
    assert ("it was" in answer.sentence) is asks
