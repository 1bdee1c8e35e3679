"""Folding one record into another, and taking it out again."""

from typing import Any

from django import forms

from clinnet import conflicts
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.table.errors import Refused
from patients.folding import Fold

CHANGED = "Somebody changed one of these records meanwhile. Here they are as they are now: look again, then fold."


class MergeForm(ClinicForm):
    """The choices, and the versions of both records that the person looked at."""

    def __init__(self, request: ClinicRequest, fold: Fold, *, fresh: bool = False) -> None:
        """`fresh` shows it anew, with the choices that were posted, after something changed."""
        super().__init__(request, about=f"{fold.keep.id} {fold.other.id}")
        self.fold = fold
        self.picks = fold.picks(request.POST.dict())
        if fresh:
            self.is_bound = False

    def seal(self) -> str:
        """For the hidden field `seen`."""
        return conflicts.seal(self.scope, self.name, self._versions())

    def _versions(self) -> list[int]:
        return [int(self.fold.keep.version), int(self.fold.other.version)]

    def clean(self) -> dict[str, Any]:
        try:
            seen = conflicts.unseal(self.scope, self.name, self.request.POST.get("seen", ""))
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        if seen != self._versions():
            raise forms.ValidationError(CHANGED)
        return self.cleaned_data
