"""Colours of static/css/tokens.css, light and dark: text reaches 4.5:1 on what it stands on, edges 3:1."""

import re
from pathlib import Path

import pytest

from scheduling.calendar.rules.colours import COLOURS

ROOT = Path(__file__).resolve().parents[2]
LIGHT, DARK = 0, 1
SURFACES = ["--ground", "--surface", "--raised", "--hover", "--accent-tint"]
STATE_TINTS = ["--booked-tint", "--waiting-tint", "--room-tint", "--with-tint", "--pay-tint", "--left-tint"]
TINTS = ["--danger-tint", "--warn-tint", "--good-tint", "--note-tint", "--grey-tint"]
TEXT = [
    *[(ink, on) for ink in ("--ink", "--quiet") for on in [*SURFACES, *TINTS, *STATE_TINTS]],
    *[(ink, on) for ink in ("--accent", "--danger", "--warn", "--good") for on in SURFACES],
    *[(ink, f"{ink}-tint") for ink in ("--danger", "--warn", "--good", "--note")],
    *[(ink, on) for ink in ("--warn", "--urgent") for on in STATE_TINTS],
    *[(f"--{state}", f"--{state}-tint") for state in ("waiting", "room", "with", "pay")],
    ("--accent-ink", "--accent-fill"),
    ("--accent-ink", "--accent-fill-hover"),
    ("--danger-ink", "--danger-fill"),
    *[(f"--face-ink-{n}", f"--face-{n}") for n in range(8)],
]
DOTS = [f"--dot-{name}" for name in COLOURS]
EDGES = [("--edge", on) for on in SURFACES[:4]] + [("--focus", on) for on in SURFACES] + [("--booked", "--booked-tint")]
EDGES += [(dot, on) for dot in DOTS for on in [*SURFACES, *STATE_TINTS, *TINTS]]


def pair(value: str, known: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    if found := re.fullmatch(r"light-dark\((#\w{6}),\s*(#\w{6})\)", value):
        return found[1], found[2]
    if found := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return known.get(found[1])
    return (value, value) if re.fullmatch(r"#\w{6}", value) else None


def tokens() -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    css = (ROOT / "static/css/tokens.css").read_text("utf-8")
    for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", css):
        if both := pair(value.strip(), known):
            known.setdefault(name, both)
    parts = (ROOT / "static/css/parts.css").read_text("utf-8")
    for number, face, ink in re.findall(r"\.face-(\d) \{ --face: ([^;]+); --face-ink: ([^;]+);", parts):
        known[f"--face-{number}"] = pair(face, known) or ("", "")
        known[f"--face-ink-{number}"] = pair(ink, known) or ("", "")
    return known


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "on"), TEXT)
def test_text_can_be_read(ink: str, on: str, theme: int) -> None:
    assert contrast(tokens()[ink][theme], tokens()[on][theme]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "on"), EDGES)
def test_edges_of_controls_can_be_seen(edge: str, on: str, theme: int) -> None:
    assert contrast(tokens()[edge][theme], tokens()[on][theme]) >= 3
