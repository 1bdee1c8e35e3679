"""Reads of jobs."""

from clinnet.table import Row, Scope, get, keys, query
from scheduling.models import Job


def unfinished_jobs(scope: Scope, *, limit: int = 50) -> list[Row]:
    return query(scope, keys.jobs_open(scope.here), limit=limit).rows


def job(scope: Scope, id: str) -> Job:
    """Raises NotFound."""
    return get(scope, Job, Job.at(id))
