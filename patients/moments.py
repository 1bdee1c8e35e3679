"""The older name of clinnet/formats.py, for the modules of scheduling that are being moved."""

from clinnet.formats import date, date_order, day, time, today
from clinnet.formats import when as show

__all__ = ["date", "date_order", "day", "show", "time", "today"]
