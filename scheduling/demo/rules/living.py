"""The day around now: who is where at this moment, what has been, and what is to come.

What happens now is placed in quarters of an hour from the one that now is in; at 10:40 the clinic has been open since
eight. Later or earlier the clinic's hours stretch, and what does not fit into the day is left out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from scheduling.calendar.rules import walltime
from scheduling.demo.rules.diary import Diary, Person, Step, Visit, booked_on, starts_of
from scheduling.demo.rules.places import Doctor, Kind

QUARTER = timedelta(minutes=15)
USUAL_START, USUAL_END = "08:00", "17:30"
BEFORE, AFTER = 160, 410  # minutes from eight to 10:40, and from there to half past five
LEFT_THEN, COMING_THEN, CONFIRMED_THEN = 31, 34, 18
LEAST_AHEAD = timedelta(hours=4)


class Now(NamedTuple):
    """One who is here, or should be. `quarter` counts from now's; the minutes are before now."""

    key: str
    doctor: int
    quarter: int
    kind: str
    state: str
    arrived: int = 0
    since: int = 0
    reason: str = ""
    overbooked: str = ""


# Keys of the cast name the patient; with a digit in front it is somebody.
NORTHSIDE = (
    Now("john-smith-may", 0, 0, "follow-up", "doctor", 24, 8, "Blood pressure"),
    Now("1 behind", 1, -3, "consultation", "doctor", 64, 6, "Back pain"),
    Now("rose-fitzgerald", 1, -2, "follow-up", "waiting", 38, 38, "Knee, walking"),
    Now("lan-nguyen", 1, -1, "follow-up", "waiting", 22, 22, "Test results"),
    Now("1 third", 1, 0, "consultation", "waiting", 17, 17, "Headaches"),
    Now("greta-holm", 2, 0, "consultation", "doctor", 26, 11, "Cough, 5 days"),
    Now("li-wei", 2, 1, "follow-up", "ready", 16, 5, "Blood pressure"),
    Now("3 with", 3, 0, "consultation", "doctor", 21, 9, "Shoulder pain"),
    Now("lucia-garcia", 3, 1, "child", "waiting", 9, 9, "Cough at night"),
    Now("mateo-garcia", 3, 2, "child", "waiting", 9, 9, "Earache"),
    Now("maria-garcia", 3, 3, "follow-up", "waiting", 9, 9, "Thyroid"),
    Now("thandi-mbeki", 4, 0, "consultation", "doctor", 13, 4, "Sore throat"),
    Now("4 late", 4, -1, "consultation", "confirmed", reason="Stomach ache"),
    Now("john-smith-march", 5, -1, "follow-up", "booked", reason="Medicines"),
    Now("pieter-van-den-berg", 5, -3, "review", "finished", 52, 7, "Diabetes, quarterly"),
    Now("noor-al-rashid", 5, 1, "consultation", "room", 18, 6, "Dizziness"),
    Now("6 with", 6, 0, "consultation", "doctor", 19, 10, "Rash on the arm"),
    Now("siobhan-oneill", 6, 1, "follow-up", "ready", 14, 3, "Blood results"),
    Now("ivan-petrov", 7, -2, "follow-up", "finished", 40, 4, "Repeat prescription"),
    Now("jonas-mueller-schmidt", 7, 1, "consultation", "room", 12, 2, "Sick note"),
    Now("3 no-show", 3, -5, "consultation", "noshow"),
    Now("7 no-show", 7, -6, "follow-up", "noshow"),
    Now("layla-haddad", 2, 3, "consultation", "cancelled", reason="Tired for weeks"),
    Now("6 cancelled", 6, 8, "follow-up", "cancelled"),
    Now("0 cancelled", 0, -4, "consultation", "cancelled"),
    Now("0 beneath", 0, 2, "follow-up", "confirmed", reason="Test results"),
    Now("bjork-olafsdottir", 0, 2, "consultation", "booked", reason="Fever", overbooked="fever, fit in"),
    Now("idris-haddad", 3, 5, "child", "confirmed", reason="First check"),
    Now("6 held", 6, 6, "follow-up", "held"),
    Now("joao-costa", -1, 0, "consultation", "waiting", 4, 4, "Cut on the hand"),
)
HARBOR = (
    Now("walter-jensen", 0, -2, "follow-up", "waiting", 34, 34, "Blood pressure"),
    Now("0 behind", 0, -3, "consultation", "doctor", 50, 6, "Back pain"),
    Now("rosa-delgado", 1, 1, "follow-up", "waiting", 8, 8, "Lab results"),
    Now("emilio-delgado", 1, 2, "child", "waiting", 8, 8, "Well child"),
    Now("1 with", 1, 0, "consultation", "doctor", 20, 9),
    Now("linh-tran", 2, 1, "follow-up", "room", 15, 4, "Refill"),
    Now("2 late", 2, -1, "consultation", "booked"),
    Now("0 no-show", 0, -6, "follow-up", "noshow"),
    Now("james-oconnor", 0, 3, "follow-up", "confirmed", reason="After ER"),
    Now("aaliyah-brooks", 1, 6, "consultation", "booked", reason="Sore throat"),
    Now("2 cancelled", 2, 4, "follow-up", "cancelled"),
)
NOT_TO_COME = ("cancelled", "held", "noshow")


@dataclass
class Today:
    """The clinic's day as it is at `now`."""

    diary: Diary
    day: date
    zone: str
    now: datetime
    away: Collection[str]
    weight: float  # of the usual numbers: a smaller clinic has fewer

    def __post_init__(self) -> None:
        self.starts = starts_of(self.day, self.zone)
        begin, end = walltime.day_bounds(self.day, self.zone)
        self.here = max((n for n, start in enumerate(self.starts) if start <= self.now), default=0)
        usual = [walltime.at(self.day, clock, self.zone) for clock in (USUAL_START, USUAL_END)]
        self.is_early = self.now - timedelta(minutes=BEFORE) < usual[0]
        self.open = max(begin, min(usual[0], _half_hour(self.now - timedelta(minutes=BEFORE))))
        self.close = min(end, max(usual[1], _half_hour(self.now + LEAST_AHEAD + 2 * QUARTER)))
        self.doctors = [each for each in self.diary.plan.doctors if each.key not in self.away]

    def start(self, quarter: int) -> datetime | None:
        number = self.here + quarter
        return self.starts[number] if 0 <= number < len(self.starts) else None

    def ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def works(self, doctor: Doctor, start: datetime) -> bool:
        """Within the doctor's hours, which stretch with the clinic's."""
        begins, ends, *lunch = (
            walltime.at(self.day, clock, self.zone) for clock in (doctor.start, doctor.end, *doctor.lunch)
        )
        stretched = start >= walltime.at(self.day, USUAL_END, self.zone) and self.close > ends
        early = self.is_early and start < begins
        return early or stretched or (begins <= start < ends and not lunch[0] <= start < lunch[1])

    def stretched(self) -> Iterator[tuple[str, str, str, str]]:
        """Hours that are added to a doctor's usual ones: whose, from, until and why, on the clinic's clock."""
        for doctor in self.doctors:
            begins, ends = (walltime.at(self.day, clock, self.zone) for clock in (doctor.start, doctor.end))
            if self.is_early and self.open < begins:
                yield doctor.key, self._clock(self.open), doctor.start, "Early clinic"
            if self.close > max(ends, walltime.at(self.day, USUAL_END, self.zone)):
                yield doctor.key, doctor.end, self._clock(self.close), "Evening clinic"

    def _clock(self, moment: datetime) -> str:
        if moment == walltime.day_bounds(self.day, self.zone)[1]:
            return "24:00"
        return f"{walltime.to_wall(moment, self.zone):%H:%M}"

    @property
    def left(self) -> int:
        open_for = (self.now - self.open).total_seconds() / 60
        return round(self.weight * (LEFT_THEN * min(open_for, BEFORE) / BEFORE + max(0, open_for - BEFORE) / 10))

    @property
    def coming(self) -> int:
        ahead = (self.close - self.now).total_seconds() / 60
        return round(self.weight * (COMING_THEN * min(ahead, AFTER) / AFTER + max(0, ahead - AFTER) / 15))


def _half_hour(moment: datetime) -> datetime:
    return moment - (moment - walltime.EPOCH) % timedelta(minutes=30)


def living_day(diary: Diary, day: date, zone: str, now: datetime, away: Collection[str] = ()) -> Today:
    """Fills the diary with the day as it is at `now`; `away` are keys of doctors who do not work."""
    weight = diary.plan.full / 78
    today = Today(diary, day, zone, now, away, weight)
    cast = HARBOR if "stone" in {each.key for each in diary.plan.doctors} else NORTHSIDE
    diary.keep_away(each.id for each in diary.by_key.values())
    for each in cast:
        _now(today, each)
    meeting = today.start(2)
    if meeting and "whitfield" not in away and weight == 1:
        diary.block("team meeting", "whitfield", meeting, min(60, _minutes_left(today, meeting)), "Team meeting")
    _past(today)
    _coming(today)
    return today


def _minutes_left(today: Today, start: datetime) -> int:
    end = walltime.day_bounds(today.day, today.zone)[1]
    return int((end - start).total_seconds() // 60)


# --- Now ---------------------------------------------------------------------------------------------------------


def _now(today: Today, each: Now) -> None:
    diary, kind = today.diary, today.diary.plan.kinds[each.kind]
    if each.doctor < 0:
        _queue(today, each, kind)
        return
    doctor, start = diary.plan.doctors[each.doctor].key, today.start(each.quarter)
    if start is None or doctor in today.away or _minutes_left(today, start) < kind.minutes:
        return
    if not each.overbooked and each.state not in ("cancelled", "noshow") and not diary.fits(kind, doctor, start):
        return
    person = _person(diary, each, kind, doctor, start)
    if person is None:
        return
    room = diary.room_for(kind, doctor, start) or ("" if not kind.rooms else diary.doctor(doctor).room)
    visit = Visit(f"now {each.key}", person.id, kind, doctor, room, start, booked_on(diary.rng, start, today.now),
                  diary.desk(), reason=each.reason or diary.reason(kind), overbooked=each.overbooked)  # fmt: skip
    diary.add(_as_it_is(today, visit, each))


def _person(diary: Diary, each: Now, kind: Kind, doctor: str, start: datetime) -> Person | None:
    named = diary.by_key.get(each.key)
    grains = kind.need.patient(walltime.number(start))
    if named and diary.is_free("patient", named.id, grains):
        return named
    return diary.somebody(kind, doctor, start)


def _as_it_is(today: Today, visit: Visit, each: Now) -> Visit:
    by, start = visit.by, visit.start or today.now
    if each.state == "held":
        return replace(visit, state="held", until=today.now + timedelta(minutes=50))
    if each.state == "cancelled":
        return _cancelled(today, visit, each)
    if each.state == "noshow":
        at = start + timedelta(minutes=today.diary.rng.randint(21, 28))
        return replace(visit, state="noshow", steps=(Step("noshow", min(at, today.now), by),))
    confirmed = Step("confirmed", visit.made + timedelta(minutes=15), "the patient")
    if each.state in ("booked", "confirmed"):
        return replace(visit, state=each.state, steps=(confirmed,) if each.state == "confirmed" else ())
    steps = [confirmed] if today.diary.rng.random() < 0.6 else []
    steps += _until_now(today, each, by, today.diary.doctor(visit.doctor).name)
    return replace(visit, state=each.state, steps=tuple(steps))


def _until_now(today: Today, each: Now, desk: str, doctor: str) -> list[Step]:
    """From arriving to the present state, at believable minutes between."""
    path = {
        "waiting": (),
        "room": ("room",),
        "ready": ("room", "ready"),
        "doctor": ("room", "doctor"),
        "finished": ("room", "doctor", "finished"),
    }[each.state]
    steps, since = [Step("waiting", today.ago(each.arrived), desk)], each.since
    if each.state == "doctor" and each.quarter == 0:  # called when it was time
        since = max(1, min(since, int((today.now - today.starts[today.here]).total_seconds() // 60)))
    for number, state in enumerate(path, start=1):
        share = number / len(path)
        at = today.ago(round(each.arrived + (since - each.arrived) * share))
        steps.append(Step(state, at, "Nora Daly" if state in ("room", "ready") else doctor))
    return steps


def _cancelled(today: Today, visit: Visit, each: Now) -> Visit:
    if each.key == "layla-haddad":
        early = walltime.at(today.day, "06:52", today.zone)
        at = early if early < today.now else today.ago(3)
        step, why = Step("cancelled", at, "the patient"), ("patient", "By the link in a message")
    elif each.quarter > 0:
        step, why = Step("cancelled", today.ago(50), visit.by), ("patient", "Ill")
    else:
        step, why = Step("cancelled", today.ago(17 * 60), visit.by), ("patient", "Seen elsewhere")
    return replace(visit, state="cancelled", steps=(step,), cancelled=why, made=min(visit.made, step.at))


def _queue(today: Today, each: Now, kind: Kind) -> None:
    if person := today.diary.by_key.get(each.key):
        at = today.ago(each.arrived)
        step = Step("waiting", at, today.diary.plan.desk[0])
        today.diary.add(
            Visit(f"now {each.key}", person.id, kind, "", "", None, at, step.by, "waiting", (step,), each.reason)
        )


# --- Before and after --------------------------------------------------------------------------------------------


def _past(today: Today) -> None:
    """Those who have been seen, as many as the hours since opening allow."""
    rng, missing = today.diary.rng, today.left
    for doctor, start in _places(today, today.open, today.now - 2 * QUARTER):
        if missing <= 0:
            return
        visit = _visit(today, doctor, start)
        if visit and start + timedelta(minutes=visit.kind.minutes + 8) <= today.now:
            late = timedelta(minutes=rng.choice((0, 0, 2, 4, 7, 11)))
            today.diary.add(lived(today.diary, visit, late, today.now))
            missing -= 1


def _coming(today: Today) -> None:
    diary = today.diary
    there = [
        each for each in diary.visits if each.start and each.start > today.now and each.state in ("booked", "confirmed")
    ]
    missing = today.coming - len(there)
    sure = round(today.coming * CONFIRMED_THEN / COMING_THEN) - sum(each.state == "confirmed" for each in there)
    for doctor, start in _places(today, today.now + timedelta(seconds=1), today.close - QUARTER):
        if missing <= 0:
            return
        if visit := _visit(today, doctor, start):
            if sure > 0:
                step = Step("confirmed", visit.made + timedelta(minutes=15), "the patient")
                visit, sure = replace(visit, state="confirmed", steps=(step,)), sure - 1
            diary.add(visit)
            missing -= 1


def _places(today: Today, first: datetime, last: datetime) -> list[tuple[Doctor, datetime]]:
    """Quarters in which a doctor works, in an uneven order: some are asked for more than others."""
    rng = today.diary.rng
    lunch_over = walltime.at(today.day, "14:00", today.zone)
    found = []
    for doctor in today.doctors:
        for start in today.starts:
            if first <= start <= last and today.works(doctor, start):
                half_empty = doctor.key == "lindqvist" and start >= lunch_over > today.now
                fill = 0.3 if half_empty else doctor.fill
                found.append((rng.random() ** (1 / fill), doctor, start))
    found.sort(key=lambda each: -each[0])
    return [(doctor, start) for _, doctor, start in found]


def _visit(today: Today, doctor: Doctor, start: datetime) -> Visit | None:
    """Some visit of somebody at that time, if it is free for it."""
    diary = today.diary
    kind = diary.kind()
    if not diary.fits(kind, doctor.key, start) or _minutes_left(today, start) < kind.minutes + kind.after:
        return None
    person = diary.somebody(kind, doctor.key, start)
    if person is None:
        return None
    room = diary.room_for(kind, doctor.key, start) or ""
    return Visit(f"{doctor.key} {start.isoformat()}", person.id, kind, doctor.key, room, start,
                 booked_on(diary.rng, start, today.now), diary.desk(), reason=diary.reason(kind))  # fmt: skip


def lived(diary: Diary, visit: Visit, late: timedelta, now: datetime) -> Visit:
    """The visit as it has been: arrived, seen, left."""
    rng, start = diary.rng, visit.start or now
    doctor = diary.doctor(visit.doctor).name
    arrived = start - timedelta(minutes=rng.randint(1, 14))
    called = start + late
    done = called + timedelta(minutes=max(4, visit.kind.minutes - rng.randint(0, 5)))
    gone = done + timedelta(minutes=rng.randint(2, 5))
    in_room = called - timedelta(minutes=rng.randint(0, 1))
    steps = (
        Step("waiting", arrived, visit.by),
        Step("room", max(arrived, in_room), "Nora Daly"),
        Step("doctor", called, doctor),
        Step("finished", done, doctor),
        Step("left", gone, visit.by),
    )
    return replace(visit, state="left", steps=tuple(each._replace(at=min(each.at, now)) for each in steps))


def by_now(diary: Diary, visit: Visit, now: datetime) -> Visit:
    """A visit that was booked, as it is by now: over, going on, waiting, or still to come (and then without steps)."""
    start = visit.start or now
    minutes = int((now - start).total_seconds() // 60)
    if minutes >= visit.kind.minutes + 20:
        return lived(diary, visit, timedelta(minutes=diary.rng.choice((0, 3, 8))), now)
    doctor = diary.doctor(visit.doctor).name
    if minutes >= 10:
        steps = (
            Step("waiting", now - timedelta(minutes=minutes + 4), visit.by),
            Step("doctor", now - timedelta(minutes=minutes - 4), doctor),
        )
        return replace(visit, state="doctor", steps=steps)
    if minutes >= -5:
        return replace(visit, state="waiting", steps=(Step("waiting", now - timedelta(minutes=6), visit.by),))
    return visit
