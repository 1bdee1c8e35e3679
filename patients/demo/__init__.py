"""Invented people for the demo clinics. Pure and deterministic: the same seed gives the same people, lazily."""

from .cast import cast
from .ids import demo_id
from .people import Person, people

__all__ = ["Person", "cast", "demo_id", "people"]
