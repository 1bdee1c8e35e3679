"""References come into a form in one way: through a field that finds them inside the scope."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from pkgutil import walk_packages

from django.forms import Form

import patients.forms
import patients.views
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import PractitionerField, RefField
from clinnet.forms.rows import RowForm

FINDS_INSIDE = (RefField, PractitionerField)  # the second offers the clinic's own people, and takes no other
NO_REFERENCE = {"national_id"}  # a number that people have

# What views and forms read past a form's fields. Ids among them are only compared with what the scope found.
READ_BESIDE_FIELDS = {
    "q": "typed words", "typed": "typed words", "find": "a button", "then": "a button", "back": "one of our pages",
    "letter": "a letter", "end": "a switch", "after": "a cursor", "before": "a cursor", "from": "kept in the session",
    "opened": "sealed", "both": "sealed", "seen": "sealed", "to": "yes or no", "done": "compared", "about": "compared",
    "else": "compared", "not": "compared", "asked": "compared", "link": "shown again; read by its RefField",
    "on": "resolved",
}  # fmt: skip


def forms() -> Iterator[type[Form]]:
    for module in walk_packages(patients.forms.__path__, "patients.forms."):
        for _, form in getmembers(import_module(module.name), isclass):
            if issubclass(form, ClinicForm | RowForm):
                yield form


def test_a_field_named_as_an_id_finds_it_inside_the_scope() -> None:
    named = {(form, name): field for form in forms() for name, field in form.declared_fields.items() if is_id(name)}
    assert {name for _, name in named} >= {"practitioner_id", "national_id"}
    wrong = [f"{form.__name__}.{name}" for (form, name), field in named.items() if not isinstance(field, FINDS_INSIDE)]
    assert [each for each in wrong if each.partition(".")[2] not in NO_REFERENCE] == []


def is_id(name: str) -> bool:
    return name.removesuffix("s").endswith("id")


def read_beside_fields(path: Path) -> Iterator[str]:
    """`request.POST.get("x")`, `.getlist("x")`, `["x"]`, `"x" in request.POST`, and the same of GET."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_sent(node.func.value):
            yield from _names(node.args[:1])
        elif isinstance(node, ast.Subscript) and _is_sent(node.value):
            yield from _names([node.slice])
        elif isinstance(node, ast.Compare) and any(_is_sent(each) for each in node.comparators):
            yield from _names([node.left])


def _is_sent(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("POST", "GET")


def _names(nodes: list[ast.expr]) -> Iterator[str]:
    return (str(node.value) for node in nodes if isinstance(node, ast.Constant))


def test_what_is_read_beside_the_fields_is_known() -> None:
    sources = [path for package in (patients.forms, patients.views) for path in Path(package.__path__[0]).glob("*.py")]
    read = {name for path in sources for name in read_beside_fields(path)}
    assert read - READ_BESIDE_FIELDS.keys() == set()
