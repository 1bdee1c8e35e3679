"""What the content security policy forbids is not in any template, and every icon asked for is in the sprite."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("tests/look/pages/*.html")])
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style[\s>]", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\shx-on[:\-=]", re.I),
    "js: or javascript:": re.compile(r"[\"'](?:js|javascript):", re.I),
    "an address of another site": re.compile(r"(?:src|href|action)=[\"']https?://", re.I),
}
IN_SCRIPTS = {
    "a style attribute": re.compile(r"setAttribute\(\s*[\"']style[\"']|cssText|\sstyle=", re.I),
    "eval": re.compile(r"\beval\(|new Function\("),
}


def text_of(path: Path) -> str:
    without_comments = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text("utf-8"), flags=re.S)
    return re.sub(r"\{#.*?#\}", "", without_comments)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_policy_stops(path: Path) -> None:
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text_of(path))]
    assert found == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_nothing_that_the_policy_stops(path: Path) -> None:
    assert [what for what, pattern in IN_SCRIPTS.items() if pattern.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_for_whom_htmx_asks(path: Path) -> None:
    """Else body asks: the promise of a second question is kept before its answer comes, and a third one ends it."""
    asked = re.findall(r"htmx\.ajax\(.*?\}\)", path.read_text("utf-8"))
    assert [each for each in asked if "source" not in each] == []


@pytest.mark.parametrize(
    "wrong",
    [
        '<p style="color: red">',
        "<p class='x' STYLE=''>",
        "<script>alert(1)</script>",
        '<script type="module">x</script>',
        '<a onclick="x()">',
        '<div hx-on:click="x">',
        "<div hx-vals='js:{a: 1}'>",
        '<a href="javascript:x">',
        '<script src="https://cdn.example/x.js"></script>',
        "<style>p{}</style>",
    ],
)
def test_each_of_these_would_be_found(wrong: str) -> None:
    assert any(pattern.search(wrong) for pattern in FORBIDDEN.values())


def icons_listed() -> set[str]:
    lines = (ROOT / "static/icons.txt").read_text("utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def icons_asked_for() -> dict[str, str]:
    """Icon → a file that asks for it: in templates by tag or by name=, in Python as icon=, in scripts as icon()."""
    found: dict[str, str] = {}
    for path in TEMPLATES:
        if ROOT / "templates" in path.parents or path.parent.name == "pages":
            text = text_of(path)
            names = re.findall(r"\{% icon [\"']([\w-]+)[\"']", text)
            names += re.findall(r"parts/(?:say|strip|empty)\.html\"[^%]*\bname=\"([\w-]+)\"", text)
            names += re.findall(r"action_icon=\"([\w-]+)\"", text)
            found |= dict.fromkeys(names, path.name)
    for path in [*ROOT.glob("clinnet/**/*.py"), *ROOT.glob("patients/**/*.py")]:
        found |= dict.fromkeys(re.findall(r"\bicon[\"']?\s*[=:]\s*\"([\w-]+)\"", path.read_text("utf-8")), path.name)
    for path in SCRIPTS:
        found |= dict.fromkeys(re.findall(r"\bicon\(\"([\w-]+)\"\)", path.read_text("utf-8")), path.name)
    return found


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    missing = {icon: where for icon, where in icons_asked_for().items() if icon not in icons_listed()}
    assert missing == {}
    assert len(icons_asked_for()) > 20


def test_icons_are_listed_once_and_in_order() -> None:
    lines = (ROOT / "static/icons.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert names == sorted(set(names))


SHEETS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "static/css").glob("*.css"))}
EVERYWHERE = set(re.findall(r"css/([a-z_]+\.css)", (ROOT / "templates/base.html").read_text("utf-8")))
OF_A_PAGE = {"pick"}  # what some pages say of its place on them
VENDORED = {"visually-hidden"}  # has its rule in Tabler's sheet, which is on every page


def classes(text: str) -> set[str]:
    """Those that a sheet has a rule for."""
    return set(re.findall(r"\.([a-z][a-z0-9-]+)", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))


@pytest.mark.parametrize(("folder", "more"), [("parts", ""), ("console", "console.css")])
def test_what_many_pages_show_has_its_style_on_each_of_them(folder: str, more: str) -> None:
    """A page of another app does not load the sheet of the app in which a class was first used."""
    found = set()
    for path in sorted((ROOT / "templates" / folder).rglob("*.html")):
        text = text_of(path)
        here = EVERYWHERE | {more} | set(re.findall(r"css/([a-z_]+\.css)", text))
        styled = set[str]().union(*(classes(SHEETS[name]) for name in here if name in SHEETS))
        elsewhere = set[str]().union(*map(classes, SHEETS.values())) - styled - OF_A_PAGE
        for each in re.findall(r'class="([^"]*)"', text):
            named = set(re.sub(r"\{[%{].*?[%}]\}", " ", each).split())
            found |= {f"{path.name}: {name}" for name in named & elsewhere - VENDORED}
    assert found == set()
