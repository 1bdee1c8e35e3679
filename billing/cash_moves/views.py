"""The page on which cash goes into a drawer or out of it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing import queries
from billing.cash_moves import services
from billing.cash_moves.forms import MoveForm
from billing.models import DrawerDay
from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from clinnet.toasts import say


@needs(Permission.MONEY_TAKE)
def move(request: ClinicRequest, clinic: str, drawer_id: str, drawer_day: str) -> HttpResponse:
    session = queries.drawer_day(request.scope, drawer_id, drawer_day)
    form = MoveForm(request, about=session.id)
    if form.run(lambda once: _move(request, form, session, once)):
        way = "into" if form.signed > 0 else "out of"
        say(request, f"{queries.setup(request.scope).sum(abs(form.signed))} {way} the drawer.")
        return redirect("billing:money-home", clinic)
    drawer = queries.drawer(request.scope, drawer_id)
    shown = {"form": form, "drawer": drawer, "when": formats.date(drawer_day, request.clinic), "own_primary": True}
    return render(request, "billing/cash_moves/move.html", shown, status=422 if form.is_bound else 200)


def _move(request: ClinicRequest, form: MoveForm, session: DrawerDay, once: Once) -> str:
    reason = form.cleaned_data["reason"]
    return services.move(request.scope, session=session, amount=form.signed, reason=reason, once=once)
