"""The demo clinics' schedule: who works there, the day around now, weeks before and after it. Pure and deterministic.

The same clinic, seed, day and moment give the same visits, so an interrupted seeding goes on where it stopped.
"""

from scheduling.demo.rules.diary import Block, Diary, Person, Step, Visit, Wanted
from scheduling.demo.rules.living import by_now, living_day
from scheduling.demo.rules.ordinary import Special, ordinary_day, story
from scheduling.demo.rules.places import Kind, Plan, plan_of
from scheduling.demo.rules.wishes import wishes

__all__ = [
    "Block", "Diary", "Kind", "Person", "Plan", "Special", "Step", "Visit", "Wanted", "by_now", "living_day",
    "ordinary_day", "plan_of", "story", "wishes",
]  # fmt: skip
