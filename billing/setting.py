"""The page of a payer, a price list or a tax class: one form, saved and left."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import back
from clinnet.forms.base import ClinicForm
from clinnet.table import Once
from clinnet.toasts import say


def setting_page(
    request: ClinicRequest, form: ClinicForm, save: Callable[[Once], str], *, named: str, new: str, about: str,
    home: str = "billing:catalogue",
) -> HttpResponse:  # fmt: skip
    """`named` is what it is called, empty of a `new` one; `home` is where the form leads once it is saved."""
    there = back(request, request.scope.clinic_id, home)
    if form.run(save):
        say(request, "Saved.")
        return redirect(there)
    shown = {"form": form, "named": named, "new": new, "about": about, "back": there}
    return render(request, "billing/setting.html", shown, status=422 if form.is_bound else 200)
