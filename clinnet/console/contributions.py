"""What the console adds to the frame, and the entities that are of no app: staff, work, the clinic."""

from datetime import timedelta
from typing import Any

from clinnet.accounts.models import Clinic, Staff
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console import bulk, shows
from clinnet.console.home import PARTS
from clinnet.console.places import COST, HEALTH, HOME, SETTINGS_PAGE, TRAIL
from clinnet.console.registry import Column, Entity, Link, NotManaged, Question, Whole
from clinnet.console.settings.own import SETTINGS
from clinnet.console.shows import Reader
from clinnet.console.trail import TRAIL_WORK
from clinnet.contributions import Place, Urls
from clinnet.documents import heads
from clinnet.health.checks import CHECKS
from clinnet.jobs.models import Job, JobLine
from clinnet.jobs.services import JobKind, kinds
from clinnet.table import Item, Scope, keys

P = Permission
ROLES = shows.among({"receptionist": "Reception", "nurse": "Nurse", "doctor": "Doctor", "admin": "Administrator"})


def work(value: Any, reader: Reader) -> str:
    """What a kind of job is called, without whom it is about."""
    kind = kinds().get(value)
    return kind.title.partition(":")[0].replace("{minutes}", "some") if kind else str(value)


class JobPage(Link):
    """The page of a job is that of its kind."""

    def to(self, scope: Scope, item: Item | None = None, *, back: str = "", event: str = "", copy: str = "") -> str:
        kind = kinds().get(getattr(item, "kind", ""))
        return reverse(kind.url, args=[scope.clinic_id, item.id]) if kind and item else ""


CONTRIBUTIONS = (
    Urls("clinnet.console.urls"),
    Place(90, "Manage", "settings", "console:home", P.CLINIC_MANAGE, "console:home"),
    HOME,
    *PARTS,
    JobKind(bulk.KIND, "Many at once", P.CLINIC_MANAGE, "console:bulk", bulk.step, bulk.undo_step,
            grace=timedelta(days=7)),
    SETTINGS_PAGE,
    TRAIL,
    HEALTH,
    COST,
    heads.NAMES,
    *CHECKS,
    *TRAIL_WORK,
    Entity(
        Staff, "staff", "Member of the staff", "Staff", group="People", icon="user-circle", read=P.STAFF_MANAGE,
        questions=(Whole(keys.staff_of),),
        columns=(Column("name"), Column("roles", show=shows.each(ROLES)), Column("title", extra=True),
                 Column("username", "Signs in as", extra=True),
                 Column("until", "Until", shows.day, extra=True),
                 Column("cosigned_by", "Notes are co-signed by", shows.people, extra=True),
                 Column("active", "May sign in", shows.yes_no)),
        search=("name", "username", "title"), filters=("active", "roles"), order=10,
        labels={"account": "The user pool has yet to"}, add=Link("console:staff-invite", ()),
        change=Link("console:staff-access"), put_back=("title", "roles", "until", "cosigned_by"),
    ),
    Entity(
        Job, "work", "Work in steps", "Work under way", group="System", icon="hourglass", read=P.BOOK,
        questions=(Question("Not finished", keys.jobs_open, newest_first=True),), line=JobLine,
        columns=(Column("kind", show=work), Column("by", "Begun by"), Column("done", number=True),
                 Column("total", number=True)),
        place=JobPage("console:bulk"), why="It goes on, or is taken back, on its own page.",
    ),
    NotManaged(Clinic, "its settings are a page of their own"),
    *SETTINGS,
)  # fmt: skip
