"""Nothing of a chart is among the management pages: an administrator runs the clinic, and does not read its charts."""

from clinnet.console.registry import NotManaged
from records.limits.models import Limits
from records.models import Addendum, Entry, Glass, Note, Recorded
from records.vaccines.models import Schedule

CLINICAL = "of a chart: read by those who may, on its own pages"

ENTITIES = (
    *(NotManaged(each, CLINICAL) for each in (Entry, Note, Addendum, Recorded)),
    NotManaged(Glass, "reviewed under Tasks"),
    *(NotManaged(each, "confirmed by a doctor, on a page of the chart") for each in (Limits, Schedule)),
)
