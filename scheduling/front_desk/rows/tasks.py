"""What of the day stands on Tasks: for clinicians who is here for them, for the desk who waits for a time."""

from collections.abc import Callable, Sequence
from functools import partial

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission, at_the_desk
from clinnet.pages import Ask, Questions, Section
from clinnet.table import Page, keys, query
from scheduling.board import queries as board_queries
from scheduling.board.rows.daylist import DayList
from scheduling.waitlist.rows import Requested

FIRST = 5  # open requests that are shown; the rest has a page


def sections(request: ClinicRequest) -> Questions[list[Section]]:
    """Today's board for those who write notes, some lines of an index for those who answer the phone."""
    asked: list[Ask] = []
    shows: list[Callable[[ClinicRequest, Page], Section]] = []
    if request.scope.may(Permission.NOTE_WRITE):
        asked.append(board_queries.asked(request.scope, clock.today(request.clinic.time_zone)))
        shows.append(_here)
    if at_the_desk(request.signin.roles):
        asked.append(partial(query, request.scope, keys.requests_open(request.scope.clinic_id), limit=FIRST))
        shows.append(_requests)

    def show(pages: Sequence[Page | None]) -> list[Section]:
        return [do(request, page) for do, page in zip(shows, pages, strict=True) if page is not None]

    return Questions(asked, show)


def _here(request: ClinicRequest, page: Page) -> Section:
    found = board_queries.made(request.scope, clock.today(request.clinic.time_zone), page)
    return Section("scheduling/front_desk/tasks_here.html", DayList.of(request, found).for_me)


def _requests(request: ClinicRequest, page: Page) -> Section:
    return Section("scheduling/front_desk/tasks_desk.html", Requested.of(request).rows(page.rows))
