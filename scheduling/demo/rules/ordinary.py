"""The weeks before and after: uneven, as weeks are. And what the cast does on other days."""

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from scheduling.calendar.rules import walltime
from scheduling.demo.rules.diary import Diary, Step, Visit, booked_on, starts_of
from scheduling.demo.rules.living import lived
from scheduling.demo.rules.places import Doctor

WEEKDAYS = (1.0, 0.92, 0.74, 0.96, 0.8, 0.28, 0.1)
NEXT, FADES = 0.8, 11  # how full tomorrow is, and in how many days that falls to a third
LEAST = 0.05


class Special(NamedTuple):
    """A visit of the cast, or of somebody, on another day than today."""

    key: str
    day: date
    doctor: str
    clock: str
    kind: str
    state: str = "booked"
    reason: str = ""


def ordinary_day(
    diary: Diary,
    day: date,
    zone: str,
    now: datetime,
    *,
    specials: Collection[Special] = (),
    away: Collection[str] = (),
    full: bool = True,
) -> None:
    """Fills the diary with a day before or after today. Who is `away` has only their specials, and so have all
    on a day that is not `full`.
    """
    today = walltime.day_of(now, zone)
    diary.keep_away(each.id for each in diary.by_key.values())
    kept: set[datetime] = set()
    for each in specials:
        if start := _special(diary, each, zone, now):
            kept.add(start)
    if not full:
        return
    ahead = (day - today).days
    share = WEEKDAYS[day.weekday()] * diary.rng.uniform(0.85, 1.12)
    if ahead > 0:
        share *= max(LEAST, NEXT * math.exp(-(ahead - 1) / FADES))
    missing = round(diary.plan.full * share) - len(diary.visits)
    for doctor, start in _places(diary, day, zone, away):
        if missing <= 0:
            return
        if start not in kept and (visit := _somebodys(diary, doctor, start, now)):
            diary.add(_past(diary, visit, now) if day < today else _coming(diary, visit, now, ahead))
            missing -= 1


def _places(diary: Diary, day: date, zone: str, away: Collection[str]) -> Iterator[tuple[Doctor, datetime]]:
    rng, found = diary.rng, []
    starts = starts_of(day, zone)
    for doctor in diary.plan.doctors:
        if doctor.key in away or day.weekday() not in doctor.days:
            continue
        stretches = [(doctor.start, doctor.lunch[0]), (doctor.lunch[1], doctor.end)]
        spans = [(walltime.at(day, a, zone), walltime.at(day, b, zone)) for a, b in stretches]
        urgent = [walltime.at(day, clock, zone) for clock in doctor.urgent if clock]
        for start in starts:
            is_kept = bool(urgent) and urgent[0] - timedelta(minutes=29) < start < urgent[1]
            if any(first <= start < last - timedelta(minutes=15) for first, last in spans) and not is_kept:
                found.append((rng.random() ** (1 / doctor.fill), doctor, start))
    for _, doctor, start in sorted(found, key=lambda each: -each[0]):
        yield doctor, start


def _somebodys(diary: Diary, doctor: Doctor, start: datetime, now: datetime) -> Visit | None:
    kind = diary.kind()
    person = diary.somebody(kind, doctor.key, start) if diary.fits(kind, doctor.key, start) else None
    if person is None:
        return None
    room = diary.room_for(kind, doctor.key, start) or ""
    return Visit(f"{doctor.key} {start.isoformat()}", person.id, kind, doctor.key, room, start,
                 booked_on(diary.rng, start, now), diary.desk(), reason=diary.reason(kind))  # fmt: skip


def _past(diary: Diary, visit: Visit, now: datetime) -> Visit:
    chance, start = diary.rng.random(), visit.start or now
    if chance < 0.04:
        return replace(visit, state="noshow", steps=(Step("noshow", start + timedelta(minutes=25), visit.by),))
    if chance < 0.09:
        return cancelled(visit, start - timedelta(hours=diary.rng.randint(3, 60)))
    return lived(diary, visit, timedelta(minutes=diary.rng.choice((0, 0, 3, 6, 10, 18))), now)


def _coming(diary: Diary, visit: Visit, now: datetime, ahead: int) -> Visit:
    chance = diary.rng.random()
    if chance < 0.03:
        return cancelled(visit, now - timedelta(hours=diary.rng.randint(1, 40)))
    if chance < (0.5 if ahead < 3 else 0.15):
        step = Step("confirmed", visit.made + timedelta(minutes=15), "the patient")
        return replace(visit, state="confirmed", steps=(step,))
    return visit


def cancelled(visit: Visit, at: datetime, why: str = "Ill") -> Visit:
    step = Step("cancelled", at, visit.by)
    return replace(visit, state="cancelled", steps=(step,), cancelled=("patient", why), made=min(visit.made, at))


def _special(diary: Diary, each: Special, zone: str, now: datetime) -> datetime | None:
    """Returns the start, which is kept free if the visit itself does not take it."""
    kind, start = diary.plan.kinds[each.kind], walltime.at(each.day, each.clock, zone)
    person = diary.by_key.get(each.key) or diary.somebody(kind, each.doctor, start)
    if person is None or not diary.fits(kind, each.doctor, start, person.id):
        return None
    room = diary.room_for(kind, each.doctor, start) or ""
    visit = Visit(f"special {each.key} {each.day}", person.id, kind, each.doctor, room, start,
                  booked_on(diary.rng, start, now), diary.desk(), reason=each.reason or diary.reason(kind))  # fmt: skip
    if each.state == "left":
        visit = lived(diary, visit, timedelta(), now)
    elif each.state == "noshow":
        visit = replace(visit, state="noshow", steps=(Step("noshow", start + timedelta(minutes=24), visit.by),))
    elif each.state == "cancelled":
        visit = cancelled(visit, now - timedelta(minutes=6), "Work or family")
    diary.add(visit)
    return start


# --- The cast on other days --------------------------------------------------------------------------------------

RIVAS_TOMORROW = ("08:30", "08:45", "09:15", "10:00", "10:45", "11:30", "14:15", "15:00", "15:30")
YEARS = 9


def story(today: date) -> list[Special]:
    """What has to be on other days for the demo to be told; all of northside."""
    thursday = next_thursday(today)
    found = [
        Special("zofias-gap", thursday, "nair", "10:00", "follow-up", "cancelled", "Blood pressure"),
        Special("maria-garcia-again", today + timedelta(days=3), "okafor", "15:15", "consultation", reason="Headaches"),
        Special("rose-fitzgerald", today + timedelta(days=14), "bernard", "09:30", "follow-up", reason="Knee, walking"),
        Special("maria-garcia", today + timedelta(days=9), "rivas", "16:00", "follow-up", reason="Blood results"),
        Special("layla-haddad", today - timedelta(days=40), "nair", "11:00", "consultation", "noshow"),
        Special("layla-haddad", today - timedelta(days=75), "nair", "09:15", "consultation", "noshow"),
        Special("ivan-petrov", today + timedelta(days=1), "bernard", "11:15", "follow-up", reason="Blood results"),
    ]
    tomorrow = today + timedelta(days=1)
    found += [Special(f"rivas {clock}", tomorrow, "rivas", clock, "consultation") for clock in RIVAS_TOMORROW]
    return found + list(_nine_years(today))


def next_thursday(today: date) -> date:
    return today + timedelta(days=(3 - today.weekday() - 1) % 7 + 1)


def _nine_years(today: date) -> Iterator[Special]:
    """Pieter, diabetic: every three months, and now and then between."""
    day = today - timedelta(days=91)
    for number in range(4 * YEARS):
        yield Special("pieter-van-den-berg", day, "okafor", "09:00", "review", "left", "Diabetes, quarterly")
        if number % 3 == 1:
            between = day - timedelta(days=37)
            yield Special("pieter-van-den-berg", between, "sato", "11:00", "consultation", "left", "Foot, small wound")
        day -= timedelta(days=91)
