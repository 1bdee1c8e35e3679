"""The house's rules, read from the source: who may import whom, where keys are made, what a view may be."""

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from clinnet.table import keys

ROOT = Path(__file__).resolve().parent.parent
APPS = ("clinnet", "patients", "scheduling", "billing")  # each may import those before it
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
LAYERS = {
    "models": 0,
    "index": 0,
    "services": 1,
    "queries": 1,
    "search": 1,
    "duplicates": 1,
    "pages": 2,
    "forms": 2,
    "views": 3,
    "urls": 4,
}
PURE = ("rules", "fhir", "demo", "legacy", "legacy_patient", "legacy_appointment")
LONGEST_VIEW = 25
LONGEST_MODULE = 400
PREFIX = re.compile(
    r"^(PAT|CLINIC|PERSON|ONCE|BUSY|APPT|RECORD|BILL|SERVICE|CONTACT|PROFILE|JOB|DRAFT|MSG|PAY|STAFF|SETTINGS)#"
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return found


def layer_of(module: str) -> int | None:
    parts = module.split(".")
    return LAYERS.get(parts[1]) if len(parts) > 1 and parts[0] in APPS[1:] else None


def each_source(rule: Callable[[Path], None]) -> Callable[[], None]:
    """One test for all sources: it names each that breaks the rule."""

    def test() -> None:
        broken = {}
        for path in SOURCES:
            try:
                rule(path)
            except AssertionError as error:
                broken[name_of(path)] = str(error).partition("\n")[0]
        assert not broken

    test.__name__, test.__doc__ = rule.__name__, rule.__doc__
    return test


def is_tooling(path: Path) -> bool:
    """Management commands and the embedded AWS stand above the apps, or beside them."""
    return "management" in path.parts or "local" in path.parts


@each_source
def test_an_app_imports_only_apps_below_it(path: Path) -> None:
    if is_tooling(path) or path.name in ("urls.py", "settings.py"):
        return
    allowed = APPS[: APPS.index(name_of(path).split(".")[0]) + 1]
    wrong = {each for each in imports_of(path) if each.split(".")[0] in APPS and each.split(".")[0] not in allowed}
    assert not wrong


@each_source
def test_a_layer_imports_only_layers_below_it(path: Path) -> None:
    mine = layer_of(name_of(path))
    if mine is None:
        return
    own = name_of(path).split(".")[0]
    wrong = {
        each for each in imports_of(path)
        if each.split(".")[0] == own and (layer := layer_of(each)) is not None and layer > mine
    }  # fmt: skip
    assert not wrong


@each_source
def test_pynamodb_stays_in_the_table_layer_and_the_models(path: Path) -> None:
    if "table" in path.parts or path.name == "models.py":
        return
    assert not {each for each in imports_of(path) if each.split(".")[0] == "pynamodb"}


@each_source
def test_only_the_table_layer_writes_or_reads_dynamodb(path: Path) -> None:
    if "table" in path.parts:
        return
    assert not {each for each in imports_of(path) if each.startswith("clinnet.table.connection")}


@each_source
def test_key_prefixes_are_in_keys_alone(path: Path) -> None:
    if path.name == "keys.py" or path.name.startswith("legacy"):  # the older application's own keys
        return
    strings = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)]
    assert not [each for each in strings if isinstance(each, str) and PREFIX.match(each)]


@each_source
def test_pure_rules_know_neither_django_nor_the_table(path: Path) -> None:
    parts = name_of(path).split(".")
    if len(parts) < 2 or parts[1] not in (PURE if parts[0] != "clinnet" else ("rules",)):
        return
    known = {each for each in imports_of(path) if not f"{each}.".startswith("clinnet.rules.")}
    assert not {each for each in known if each.split(".")[0] in ("django", "pynamodb", "clinnet")}


@each_source
def test_a_module_fits_in_a_head(path: Path) -> None:
    if path.name == "keys.py":  # a list, in which one looks up a line
        return
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


@each_source
def test_a_view_is_short(path: Path) -> None:
    if "views" not in path.with_suffix("").parts:
        return
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_VIEW, f"{node.name}: {length} lines"


@each_source
def test_nobody_saves_past_the_transaction(path: Path) -> None:
    """PynamoDB's own writing skips the wall, the version and the trail."""
    text = path.read_text()
    assert not re.search(r"\.batch_write\(|TransactWrite\(|\.transact_write_items\(", text) or "table" in path.parts


# --- docs/data-model.md ------------------------------------------------------------------------------------------

MODEL = ROOT / "docs" / "data-model.md"


def key_functions() -> dict[str, tuple[str, ...]]:
    """Every function of keys.py and the placeholders of what it returns."""
    made = {}
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        if function.__module__ == keys.__name__:
            tree = ast.parse(inspect.getsource(function))
            returned = next(node for node in ast.walk(tree) if isinstance(node, ast.Return))
            strings = [_pattern(node) for node in ast.walk(returned) if isinstance(node, ast.JoinedStr)]
            made[name] = tuple(text for text in strings if "#" in text)
    return made


def _pattern(node: ast.JoinedStr) -> str:
    """`CLINIC#{clinic}#WORD#{bucket}` with what is filled in as `…`."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


def documented() -> dict[str, str]:
    """The rows of the document's tables: first column `name`, then the rest of the line."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)$", MODEL.read_text(), re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a key is documented twice"
    return dict(rows)


def test_the_data_model_lists_every_key_and_every_question() -> None:
    assert sorted(documented()) == sorted(key_functions())


@pytest.mark.parametrize("name", sorted(key_functions()))
def test_the_data_model_says_what_the_key_is(name: str) -> None:
    row = documented()[name]
    for pattern in key_functions()[name]:
        literals = [part for part in pattern.split("…") if part.strip("# -")]
        assert all(part in re.sub(r"\{[\w ]+\}", "…", row) for part in literals), pattern
