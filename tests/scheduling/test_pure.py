"""What is pure knows neither the table nor the pages."""

import ast
from pathlib import Path

import pytest

import scheduling

ROOT = Path(scheduling.__file__).parent
RULES = sorted((ROOT / "rules").glob("*.py"))
FILES = [*sorted((ROOT / "demo").glob("*.py")), ROOT / "fhir.py"]


def modules_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rules_import_nothing_of_ours_but_each_other(path: Path) -> None:
    ours = {each for each in modules_of(path) if each.startswith(("clinnet", "patients", "scheduling"))}
    assert {each for each in ours if not each.startswith("scheduling.rules")} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_demo_and_files_of_other_systems_know_of_us_only_pure_rules(path: Path) -> None:
    ours = {each for each in modules_of(path) if each.startswith(("clinnet", "patients", "scheduling"))}
    assert ours <= {"scheduling", "scheduling.rules", "scheduling.rules.hours", "scheduling.rules.slots",
                    "patients.fhir.aside", "patients.fhir.parts"}  # fmt: skip
