"""The rules of time know neither Django nor the table."""

import ast
from pathlib import Path

import pytest

import scheduling

ROOT = Path(scheduling.__file__).parent
PURE = ("walltime", "hours", "slots", "matching")


@pytest.mark.parametrize("name", PURE)
def test_pure_rules_import_nothing_but_each_other(name: str) -> None:
    tree = ast.parse((ROOT / f"{name}.py").read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    ours = {each for each in modules | names if each.split(".")[0] in ("django", "pynamodb", "clinnet", "patients")}
    assert not ours
    assert {each for each in modules if each.startswith("scheduling.")} <= {f"scheduling.{pure}" for pure in PURE}


@pytest.mark.parametrize("path", [*sorted((ROOT / "demo").glob("*.py")), ROOT / "fhir.py"], ids=lambda path: path.stem)
def test_the_demo_and_files_of_other_systems_know_neither_django_nor_the_table(path: Path) -> None:
    tree = ast.parse(path.read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    assert not {each for each in modules if each.split(".")[0] in ("django", "pynamodb", "clinnet")}
    ours = {each for each in modules if each.startswith(("scheduling", "patients"))}
    assert ours <= {"scheduling", "scheduling.hours", "scheduling.slots", "patients.fhir.aside", "patients.fhir.parts"}
