"""A button of a page: what it does is done once, and a toast says so, or why not."""

from collections.abc import Callable

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import button
from clinnet.table import Once
from clinnet.toasts import Undo, say, warn


def pressed(
    request: ClinicRequest,
    name: str,
    action: Callable[[Once], object],
    said: str,
    *,
    about: str = "",
    undo: Undo | None = None,
) -> None:
    """Of the `button` of that name and about that thing."""
    form = button(request, name, about=about)
    if form.run(action):
        say(request, said, undo=undo)
    else:
        warn(request, form.sentence())
