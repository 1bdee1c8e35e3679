"""What every form of a clinic has: it is sent once, and a refusal stands beside the field that it is about."""

from collections.abc import Callable
from typing import Any

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.table import Once, once
from clinnet.table.errors import Refused


class ClinicForm(forms.Form):
    """Bound when the request is a POST.

        form = AliasForm(request)
        if form.sent(lambda once: services.change(request.scope, patient, form.cleaned_data, once=once)):
            return redirect(…)
        return render(…)

    The token is bound to the form's class and to `about`, the id of what the form changes.
    """

    def __init__(self, request: ClinicRequest, *, about: str = "", **options: Any) -> None:
        self.request, self.scope, self.name = request, request.scope, f"{type(self).__name__} {about}"
        if request.method == "POST":
            options |= {"data": request.POST, "files": request.FILES}
        super().__init__(**options)

    def once(self) -> str:
        """A fresh token, for the hidden field `once` of templates/parts/once.html."""
        return once.issue(self.scope, self.name)

    def sent(self, action: Callable[[Once], object]) -> bool:
        """Whether the form was posted, is valid, and `action` did it. A refusal becomes an error of its field."""
        if not self.is_bound or not self.is_valid():
            return False
        try:
            posted = {name: self.request.POST.getlist(name) for name in self.request.POST}
            action(once.used(self.scope, self.name, posted))
        except Refused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
            return False
        return True
