"""Reads of jobs."""

from clinnet.jobs.models import Job
from clinnet.table import Row, Scope, get, keys, query


def unfinished_jobs(scope: Scope, *, limit: int = 50) -> list[Row]:
    return query(scope, keys.jobs_open(scope.clinic_id), limit=limit).rows


def job(scope: Scope, id: str) -> Job:
    """Raises NotFound."""
    return get(scope, Job, Job.at(id))
