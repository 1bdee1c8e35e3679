"""The forms of a page, as a browser would send them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# What the parser below looks at: a page is parsed thousands of times in a run, and most of it is other tags.
LOOKED_AT = re.compile(
    r"<textarea\b.*?</textarea\s*>|<(?:/?form|/?select|option|input|button)\b[^>]*>|<\w[^>]*\s(?:hx-post|name)=[^>]*>",
    re.DOTALL,
)


@dataclass(slots=True)
class HtmlForm:
    """`action` is empty for the page's own address. `hidden` names the fields that a person does not type in."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # also what is not ticked
    hidden: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.by_id: dict[str, HtmlForm] = {}
        self.inside: HtmlForm | None = None
        self.select = self.text = ""
        self.chosen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.inside = HtmlForm(given.get("action", ""))
            self.by_id[given.get("id", "")] = self.inside
            self.forms.append(self.inside)
        form = self.by_id.get(given["form"]) if "form" in given else self.inside
        if form is None:
            return
        if given.get("hx-post", form.action) not in ("", form.action):  # a question asked with the form's fields
            self.forms.append(HtmlForm(given["hx-post"], form.fields, form.names, form.hidden, form.files))
        name = given.get("name", "")
        form.names.add(name)
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select":
            self.select, self.chosen = name, []
        elif tag == "option" and self.select and ("selected" in given or not self.chosen):
            self.chosen = [given.get("value", "")]
            form.fields[self.select] = self.chosen
        elif tag == "textarea" and name:
            self.text = name
            form.fields[name] = [""]

    def _input(self, form: HtmlForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            form.files.add(name)
        elif kind not in ("checkbox", "radio", "submit", "button") or "checked" in given:
            form.fields.setdefault(name, []).append(given.get("value", "on" if kind == "checkbox" else ""))
        if kind == "hidden":
            form.hidden.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text and self.inside:
            self.inside.fields[self.text][0] += data


def forms_of(html: str) -> list[HtmlForm]:
    parser = _Parser()
    parser.feed("".join(LOOKED_AT.findall(html)))
    return parser.forms
