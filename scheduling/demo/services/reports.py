"""The demo's days that are over are counted, so that their report is there from the start."""

from collections.abc import Iterator
from datetime import timedelta

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.contributions import Seeding
from scheduling.reports.services import count, counted

DAYS = 31


def fill(seeding: Seeding) -> Iterator[str]:
    """Where none of a demo clinic's days was counted yet. Later ones are counted by `count_days`."""
    clinic = accounts.clinic(seeding.clinic)
    if not (seeding.people and seeding.day and clinic.demo):
        return
    today = clock.today(clinic.time_zone)
    past = [today - timedelta(days=back) for back in range(1, DAYS + 1)]
    if not any(counted(seeding.scope, month) for month in {f"{each:%Y-%m}" for each in past}):
        yield f"{clinic.name} has {count(seeding.scope, past)} days counted for its reports."
