"""The house's rules, read from the source: who may import whom, where keys are made, what a view may be."""

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from clinnet.table import keys
from tests.layers import ABOVE, APPS, CIRCLES, CLINNET, ORDER, PLACED, PURE, UPWARDS

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
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
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree_of(path)))


@cache
def imports_of(path: Path) -> list[str]:
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(path, node)
            found += [module, *(f"{module}.{each.name}" for each in node.names)]
    return found


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    parts = name_of(path).split(".")
    parts = parts[: len(parts) - node.level + (path.name == "__init__.py")] if node.level else []
    return ".".join([*parts, node.module] if node.module else parts)


@cache
def modules() -> dict[str, Path]:
    return {name_of(path): path for path in SOURCES}


@cache
def files_imported(path: Path) -> frozenset[str]:
    """Our modules that a file needs to be there: of `from package import module` the module alone."""
    found = {each for each in imports_of(path) if each in modules()}
    return frozenset(each for each in found if not any(other.startswith(f"{each}.") for other in found))


def layer_of(module: str) -> int | None:
    """By the deepest known name; None for one that has none."""
    parts = module.split(".")
    order = CLINNET if parts[0] == "clinnet" else ORDER
    known = {name: place for place, names in enumerate(order) for name in names}
    if module in PLACED:
        return known[PLACED[module]]
    if parts[0] == "clinnet":
        return len(order) - 1 if parts[-1] in ("urls", "apps") else known.get(parts[1]) if parts[1:] else 0
    return next((known[part] for part in reversed(parts[1:]) if part in known), None)


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


def _above(path: Path) -> set[str]:
    """The apps that a file may not know."""
    own = path.relative_to(ROOT).parts
    app = own[0] if own[0] in APPS else own[1] if own[1] in APPS else "clinnet"
    return set(APPS[APPS.index(app) + 1 :])


def _named_above(path: Path) -> set[str]:
    """What a file imports or names of apps above: a dotted path or a URL in a string is an import that comes late."""
    text, above = path.read_text(), _above(path)
    if not any(app in text for app in above):
        return set()
    if path.suffix == ".html":
        named = {each[0] for each in re.findall(r"""["'](\w+[:/][\w/-]+(\.html)?)["']""", text)}
    else:
        strings = [str(node.value) for node in nodes_of(path) if isinstance(node, ast.Constant)]
        pattern = r"\w+(\.\w+)+|\w+:[\w-]+|\w+(/\w+)+\.html"
        named = {*imports_of(path), *(each for each in strings if re.fullmatch(pattern, each))}
    return {each for each in named if re.split(r"[.:/]", each)[0] in above}


def test_an_app_knows_only_apps_below_it() -> None:
    """In its modules, commands, addresses and templates."""
    files = [*SOURCES, *sorted((ROOT / "templates").rglob("*.html"))]
    wrong = {str(path.relative_to(ROOT)): named for path in files if (named := _named_above(path))}
    assert {file: named for file, named in wrong.items() if file not in ABOVE} == {}
    assert set(ABOVE) <= set(wrong)


@each_source
def test_a_module_has_a_known_name(path: Path) -> None:
    assert path.name == "__init__.py" or layer_of(name_of(path)) is not None


@each_source
def test_a_layer_imports_only_layers_below_it(path: Path) -> None:
    name = name_of(path)
    mine, own = layer_of(name), name.split(".")[0]
    wrong = {
        each for each in files_imported(path)
        if each.split(".")[0] == own and (name, each) not in UPWARDS
        and mine is not None and (layer := layer_of(each)) is not None and layer > mine
    }  # fmt: skip
    assert not wrong


def test_there_is_no_circle_of_files() -> None:
    assert {frozenset(each) for each in _circles()} == set(CIRCLES)


def _circles() -> list[set[str]]:
    """Groups of modules that reach each other, also by imports inside functions."""
    reached = {name: _reached(name) for name in modules()}
    circles = []
    for name in modules():
        circle = {each for each in reached[name] if name in reached[each]}
        if len(circle) > 1 and circle not in circles:
            circles.append(circle)
    return circles


def _reached(name: str) -> set[str]:
    found: set[str] = set()
    ahead = [name]
    while ahead:
        new = files_imported(modules()[ahead.pop()]) - found
        found |= new
        ahead += new
    return found


def test_no_exemption_outlives_its_reason() -> None:
    """A file that moved, or that points upwards no more, leaves its list."""
    imports = {(name, each) for name, path in modules().items() for each in files_imported(path)}
    assert set(UPWARDS) <= imports
    assert set(PLACED) <= set(modules())


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
    if path.parent.name == "keys" or path.name.startswith("legacy"):  # the older application's own keys
        return
    strings = [node.value for node in nodes_of(path) if isinstance(node, ast.Constant)]
    assert not [each for each in strings if isinstance(each, str) and PREFIX.match(each)]


@each_source
def test_keys_are_taken_apart_in_keys_alone(path: Path) -> None:
    if (
        path.parent.name == "keys" or path.name == "phones.py" or path.name.startswith("legacy")
    ):  # a phone's extension, an older key
        return
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            parts = node.func.attr in ("partition", "rpartition", "split", "rsplit", "index", "find")
            assert not (parts and ast.unparse(node.args[0]) == "'#'"), f"line {node.lineno}"


@each_source
def test_pure_rules_know_neither_django_nor_the_table(path: Path) -> None:
    name = name_of(path)
    if name in PLACED or not _is_pure(name):
        return
    known = {each for each in imports_of(path) if each.split(".")[0] in ("django", "pynamodb", *APPS)}
    assert not {each for each in known if not _is_pure(each)}


def _is_pure(module: str) -> bool:
    """`patients.demo` is, `scheduling.demo.services.items` is not."""
    if module == "clinnet.money" or module.startswith("clinnet.money."):
        return True
    pure = ("rules", "lines") if module.startswith("clinnet.") else PURE
    known = {name for names in ORDER for name in names}
    deepest = next((part for part in reversed(module.split(".")[1:]) if part in known), None)
    return deepest in pure


@each_source
def test_a_module_fits_in_a_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


@each_source
def test_a_view_is_short(path: Path) -> None:
    if "views" not in path.relative_to(ROOT).with_suffix("").parts:
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


@cache
def key_functions() -> dict[str, tuple[str, ...]]:
    """Every function of clinnet/table/keys/ and the placeholders of what it returns."""
    made = {}
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        if function.__module__.startswith(keys.__name__) and not name.startswith("parse_"):
            tree = ast.parse(inspect.getsource(function))
            returned = next(node for node in ast.walk(tree) if isinstance(node, ast.Return))
            strings = [_pattern(node) for node in ast.walk(returned) if isinstance(node, ast.JoinedStr)]
            made[name] = tuple(text for text in strings if "#" in text)
    return made


def _pattern(node: ast.JoinedStr) -> str:
    """`CLINIC#{clinic}#WORD#{bucket}` with what is filled in as `…`."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


@cache
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
