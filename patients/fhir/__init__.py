"""FHIR R4 in: files to resources, and a Patient to patient data. Pure: no Django, no table, no clock."""

from .files import LARGEST_FILE, read, read_file
from .parts import BadResource, Problem, Resource
from .person import Mapped, patient

__all__ = ["LARGEST_FILE", "BadResource", "Mapped", "Problem", "Resource", "patient", "read", "read_file"]
