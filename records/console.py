"""Nothing of a chart is among the management pages: an administrator runs the clinic, and does not read its charts."""

from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.home import WAITS, HomePart, Line
from clinnet.console.registry import NotManaged
from clinnet.console.shows import Reader
from records import queries
from records.limits.models import Limits
from records.models import Addendum, Entry, Glass, Note, Recorded
from records.recalls.models import Recall
from records.vaccines.models import Schedule

CLINICAL = "of a chart: read by those who may, on its own pages"


def reviews(reader: Reader) -> list[Line]:
    found = len(queries.to_review(reader.scope)().rows)
    url = reverse("patients:tasks", args=[reader.scope.clinic_id])
    return [Line("Openings of restricted charts to be reviewed", str(found), url, "warn")][:found]


ENTITIES = (
    HomePart(30, WAITS, Permission.AUDIT_READ, reviews),
    *(NotManaged(each, CLINICAL) for each in (Entry, Note, Addendum, Recorded)),
    NotManaged(Recall, "worked off on its own list"),
    NotManaged(Glass, "reviewed under Tasks"),
    *(NotManaged(each, "confirmed by a doctor, on a page of the chart") for each in (Limits, Schedule)),
)
