"""Which columns of the board somebody sees."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.toasts import say
from scheduling.board.forms import ColumnsForm


def chosen(request: ClinicRequest) -> Sequence[str]:
    """What whoever looks chose; nothing where they see the clinic's own order. Kept in the process for seconds."""
    actor = request.scope.actor.id
    return next((each.columns or () for each in accounts.staff(request.scope) if each.id == actor), ())


@needs(Permission.SCHEDULE_READ)
def choose(request: ClinicRequest, clinic: str) -> HttpResponse:
    """The person's own columns; the boards of the others stay as they are."""
    form = ColumnsForm(request, chosen(request))
    if form.run(form.arrange):
        say(request, "Your board has these columns now.")
        return redirect("scheduling:today", clinic)
    return render(request, "scheduling/board/columns.html", {"form": form}, status=422 if form.errors else 200)
