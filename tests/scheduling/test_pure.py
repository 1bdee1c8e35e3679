"""What is pure knows neither the table nor the pages."""

import ast
import re
from pathlib import Path

import pytest

import scheduling

ROOT = Path(scheduling.__file__).parent
RULES = sorted([*ROOT.glob("*/rules/*.py"), *ROOT.glob("*/rules.py")])
PARTS = (
    r"scheduling(\.lines)?",
    r"scheduling\.\w+\.rules(\.\w+)?",
    r"(patients|scheduling)\.fhir\.\w+",
    r"patients\.rules\.\w+",
)
PURE = re.compile("|".join(PARTS))


def modules_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


@pytest.mark.parametrize("path", [*RULES, *sorted((ROOT / "fhir").glob("*.py"))], ids=lambda path: path.stem)
def test_what_is_pure_knows_of_us_only_what_is_pure(path: Path) -> None:
    ours = {each for each in modules_of(path) if each.startswith(("clinnet", "patients", "scheduling"))}
    assert [each for each in ours if not PURE.fullmatch(each)] == []
