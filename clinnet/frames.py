"""What stands round every page of one person in one clinic: drawn once, and kept in the process.

    {% frame "bar" %}…{% endframe %}
    {% frame "rail" here %}…{% endframe %}   what it depends on besides the person and the clinic

A kept frame is found again only by the same person with the same name, roles, permissions and clinics, in the same
clinic with the same name. What differs with each page (the CSRF token, the seconds that are left of the session, the
patient's id in addresses) is not kept: it is put into its gaps. Nothing else of a patient may stand in a frame.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.urls import get_script_prefix, get_urlconf
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

GAPS = {
    "csrf_token": "0-gap-of-the-csrf-token-0",
    "seconds_left": "0-gap-of-the-seconds-left-0",
    "patient_id": "0-gap-of-the-patient-id-0",
}
MOST = 256  # of each frame: some 3 kB each, a blank form of a new patient 30
Key = tuple[object, ...]


class FrameNode(Node):
    """Kept with the template that it stands in: a changed template begins anew."""

    child_nodelists = ()  # no blocks, which differ by the page: Django need not look for them each time

    def __init__(self, name: str, besides: list[FilterExpression], nodelist: NodeList) -> None:
        self.name, self.besides, self.nodelist = name, besides, nodelist
        self._kept: dict[Key, str] = {}

    def render(self, context: Context) -> SafeString:
        whose = _whose(context)
        if whose is None:
            with context.push(**{name: fill(context) for name, fill in FILLS.items()}):
                return self.nodelist.render(context)
        html = self._drawn((*whose, *(each.resolve(context) for each in self.besides)), context)
        for name, gap in GAPS.items():
            if gap in html:
                html = html.replace(gap, conditional_escape(FILLS[name](context)))
        return mark_safe(html)  # noqa: S308  drawn by a template, and its gaps are escaped

    def _drawn(self, key: Key, context: Context) -> str:
        html = self._kept.get(key)
        if html is None:
            with context.push(**GAPS):
                html = str(self.nodelist.render(context))
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = html
        return html


def frame(parser: Parser, token: Token) -> FrameNode:
    _, *words = token.split_contents()
    if not words:
        raise TemplateSyntaxError("a frame has a name")
    nodelist = parser.parse(("endframe",))
    parser.delete_first_token()
    return FrameNode(words[0].strip('"'), [parser.compile_filter(each) for each in words[1:]], nodelist)


def _seconds_left(context: Context) -> str:
    signin: Any = getattr(context.get("request"), "signin", None)
    return f"{signin.left:.0f}" if signin else ""


def _patient_id(context: Context) -> str:
    return str(getattr(getattr(context.get("request"), "patient", None), "id", ""))


FILLS: Mapping[str, Callable[[Context], str]] = {
    "csrf_token": lambda context: str(context.get("csrf_token", "")),
    "seconds_left": _seconds_left,
    "patient_id": _patient_id,
}


def _whose(context: Context) -> Key | None:
    """Whose frame it is, and where; None where nobody is signed in to a clinic: such a frame is not kept."""
    request: Any = context.get("request")
    signin, scope, clinic = (getattr(request, each, None) for each in ("signin", "scope", "clinic"))
    if not (signin and scope and clinic):
        return None
    key: Key | None = getattr(request, "_whose_frames", None)  # a page has a dozen frames
    if key is None:
        others = context.get("my_clinics") or ()
        others = others() if callable(others) else others
        key = request._whose_frames = (
            signin.person, signin.name, tuple(signin.roles), signin.idle_minutes, scope.clinic, scope.permissions,
            clinic.name, tuple(signin.clinics or ()), tuple(each.name for each in others),
            get_urlconf(), get_script_prefix(),
        )  # fmt: skip
    return (*key, context.autoescape)
