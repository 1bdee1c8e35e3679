"""A page on which one item is edited: its form, and both sides where somebody else changed it meanwhile.

    latest = Latest(room, anew=partial(_again, scope), plain=RoomForm.plain, write=write)
    form = edit(request, RoomForm, lambda: RoomForm(request, room), latest, about=room.id)
    if form is None: …                        # saved: latest.item is what was written on
    if isinstance(form, ChoiceForm): …        # both sides: templates/parts/both.html with both_sides(form, …)
    return render(…)                          # the form, perhaps with its errors

clinnet/conflicts.py says what is compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from clinnet.accounts.access import ClinicRequest
from clinnet.conflicts import MINE, THEIRS, Values
from clinnet.forms.edit import ChoiceForm, EditForm
from clinnet.table import Once

T = TypeVar("T")
F = TypeVar("F", bound=EditForm)
CHANGED = "Somebody else changed this while you were editing. Choose what to keep. Nothing is lost."


class Latest(Generic[T]):
    """The item as it was read last: by the view at first, then `anew` before each further try to write.

    `plain` gives the values of an item under the form's names; `write(item, values, once)` is the service.
    """

    def __init__(
        self,
        item: T,
        *,
        anew: Callable[[T], T],
        plain: Callable[[T], Values],
        write: Callable[[T, dict[str, Any], Once], object],
    ) -> None:
        self.item, self._anew, self._plain, self._write, self._asked = item, anew, plain, write, False

    def values(self) -> Values:
        if self._asked:
            self.item = self._anew(self.item)
        self._asked = True
        return self._plain(self.item)

    def write(self, values: dict[str, Any], once: Once) -> None:
        self._write(self.item, values, once)


def edit(
    request: ClinicRequest, kind: type[F], make: Callable[[], F], latest: Latest[Any], *, about: str
) -> F | ChoiceForm | None:
    """None once it is saved, else what is to be shown. `about` is the id of the item that is written.

    Raises what `latest` raises: NotFound where the item is gone, Stale after several tries.
    """
    about = f"{kind.__name__} {about}"
    if "both" in request.POST:
        choice = ChoiceForm(request, about=about, lists=kind.lists)
        return None if choice.saved(list(kind.names), latest.values, latest.write) else choice
    form = make()
    if form.saved(latest.values, latest.write):
        return None
    if form.conflict:
        return ChoiceForm(request, about=about, lists=kind.lists, conflict=form.conflict)
    return form


@dataclass(frozen=True, slots=True, repr=False)
class BothSides:
    """What templates/parts/both.html shows: the choice for each field that differs."""

    form: ChoiceForm
    sentence: str
    rows: list[dict[str, Any]]
    left: dict[str, str]
    right: dict[str, str]


def both_sides(
    form: ChoiceForm,
    label: Callable[[str], str],
    words: Callable[[str, Any], Any],
    *,
    sentence: str = CHANGED,
    theirs: str = "Theirs",
    note: str = "",
) -> BothSides:
    """`label(path)` names a field, `words(path, value)` writes its value. `theirs` and `note` head the other side."""
    right = {"value": THEIRS, "label": theirs, "note": note}
    return BothSides(form, sentence, form.conflict.rows(label, words), {"value": MINE, "label": "Yours"}, right)
