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
