"""The controls of forms as HTML, drawn as Django's own templates draw them, but not by templates.

A long form has fifty controls, and each takes four templates: they were half of such a page's time. What is not drawn
here is left to Django.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeData, mark_safe

Widget = Mapping[str, Any]
FOLDER = "django/forms/widgets"


class DrawnControls(DjangoTemplates):
    """Named by `FORM_RENDERER` in the settings."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if draw := _DRAWN.get(template_name):
            return mark_safe(draw(context["widget"]))  # noqa: S308  each value is escaped below
        return super().render(template_name, context, request)


def _escaped(value: Any) -> str:
    """As Django's `conditional_escape`, of which this is the quick part: a form has five hundred values."""
    if isinstance(value, SafeData):
        return str(value)
    html = getattr(value, "__html__", None)
    return str(html()) if html else escape(str(value))


def _attributes(widget: Widget) -> str:
    found = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return "".join(f" {name}" if value is True else f' {name}="{_escaped(value)}"' for name, value in found)


def _input(widget: Widget) -> str:
    value = widget["value"]
    held = "" if value is None else f' value="{_escaped(value)}"'
    return f'<input type="{widget["type"]}" name="{_escaped(widget["name"])}"{held}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    held = _escaped(widget["value"] or "")  # after a line break, which browsers drop
    return f'<textarea name="{_escaped(widget["name"])}"{_attributes(widget)}>\n{held}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>{groups}\n</select>'


def _group(name: str | None, options: list[Widget]) -> str:
    inside = "".join(
        f'\n  <option value="{_escaped(each["value"])}"{_attributes(each)}>{_escaped(each["label"])}</option>'
        for each in options
    )
    return f'\n  <optgroup label="{_escaped(name)}">{inside}\n  </optgroup>' if name else inside


def _choices(widget: Widget) -> str:
    """Of radio buttons and of boxes to tick."""
    attrs = widget["attrs"]
    tied = "".join(f' {name}="{_escaped(attrs[name])}"' for name in ("id", "class") if attrs.get(name))
    groups = "".join(_named(name, "".join(map(_choice, options))) for name, options, _ in widget["optgroups"])
    return f"<div{tied}>{groups}\n</div>"


def _named(group: str | None, inside: str) -> str:
    return f"\n  <div><label>{_escaped(group)}</label>{inside}\n  </div>" if group else inside


def _choice(option: Widget) -> str:
    control, id = _input(option), option["attrs"].get("id")
    if option["wrap_label"]:
        tied = f' for="{_escaped(id)}"' if id else ""
        control = f"<label{tied}>{control}\n {_escaped(option['label'])}</label>"
    return f"<div>\n    {control}</div>"


INPUTS = ("text", "number", "email", "hidden", "date", "time", "checkbox", "file", "search", "tel", "password")
_DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"{FOLDER}/{name}.html": _input for name in INPUTS},
    f"{FOLDER}/textarea.html": _textarea,
    f"{FOLDER}/select.html": _select,
    f"{FOLDER}/radio.html": _choices,
    f"{FOLDER}/checkbox_select.html": _choices,
}
