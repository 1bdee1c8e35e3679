"""The form of a subject's settings, made of their declarations."""

from functools import cache
from typing import Any, ClassVar

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.console.settings import services
from clinnet.console.settings.declared import Subject, Values, by_name
from clinnet.forms.edit import EditForm


class SettingsForm(EditForm):
    """`weaker` says, once it was sent, what it would make less safe; it is saved where `sure` names the same."""

    draft = True
    names: ClassVar[dict[str, str]]
    weaker: dict[str, str]

    def __init__(self, request: ClinicRequest, clinic: Clinic, put_back: Values | None = None) -> None:
        super().__init__(request, about=clinic.id)
        self.clinic, self.weaker, self.begun = clinic, {}, bool(put_back)
        self.puts_back = put_back is not None
        self.open_on(self.plain(clinic))
        self.initial = dict(self.opened) | dict(put_back or {})

    @classmethod
    def plain(cls, clinic: Clinic) -> dict[str, Any]:
        """As the form has them; what is empty is left out."""
        found = {name: by_name()[name].of(clinic) for name in cls.names}
        return {name: _plain(value) for name, value in found.items() if value not in (None, "", [])}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.weaker = services.weaker(self.clinic, {name: cleaned[name] for name in self.names if name in cleaned})
        if self.weaker and self.request.POST.get("sure") != self.sure:
            self.add_error(None, "Nothing is saved yet: this makes something less safe. Say below that it is meant.")
        return cleaned

    @property
    def typed(self) -> Values:
        """What a sample is made of: what was sent, as far as it can be, else what it begins with."""
        if not self.is_bound:
            return self.initial
        self.full_clean()
        return {**self.initial, **self.cleaned_data}

    @property
    def sure(self) -> str:
        """What the tick says that it was shown."""
        return " ".join(self.weaker)


@cache
def form_of(subject: Subject) -> type[SettingsForm]:
    shown = subject.changeable
    fields = {each.name: each.field(each.label) for each in shown if each.field}
    return type(
        f"SettingsForm {subject.name}", (SettingsForm,), {**fields, "names": {each.name: each.label for each in shown}}
    )


def whole(names: Values, values: Values) -> dict[str, Any]:
    """Every value that the form has: what is chosen of two sides lacks those that are empty."""
    known = by_name()
    return {name: known[name].empty if values.get(name) is None else values[name] for name in names}


def _plain(value: Any) -> Any:
    """The table's numbers are floats where they come as such."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
