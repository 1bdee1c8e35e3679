"""Moves the clock of each Python that starts with this folder on its path: `tests/dates.py` puts it there."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_MOVED_BY"]), tick=True).start()
