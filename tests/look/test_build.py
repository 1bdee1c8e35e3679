"""What build.py makes of the front-end packages, and what a first visit weighs."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
FIRST_VISIT = 150_000  # bytes, compressed: DESIGN, section 6
APPS = ("billing", "console", "patients", "records", "scheduling")  # a first page is one of theirs
SHEETS = [
    "vendor/tabler.css",
    "vendor/grid.css",
    *[f"css/{name}.css" for name in ("tokens", "clinnet", "parts", "forms", "print", "cover")],
    *[f"css/{name}.css" for name in ("board", "requests", "visit")],  # where a first visit leads
]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", STATIC / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tabler_stands_in_a_layer_so_that_our_rules_win(build: ModuleType) -> None:
    css = build.layered_css('@charset "UTF-8";/*! MIT */.btn{color:red}\n/*# sourceMappingURL=a.map */', {"btn"})
    assert css == "/*! MIT */\n@layer tabler{.btn{color:red}}\n"


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".btn{a:b}.navbar{a:b}", ".btn{a:b}"),
        (".navbar,.btn:hover{a:b}", ".btn:hover{a:b}"),
        (".btn:not(.navbar){a:b}", ".btn:not(.navbar){a:b}"),
        (".btn:is(.x,.btn) p,.navbar p{a:b}", ".btn:is(.x,.btn) p{a:b}"),
        (".btn:is(.x,.y:not(:hover)) p{a:b}", ""),
        (".navbar:is(.x,[a=b] *,[c] :not(:hover):not(:has(:focus))) p{a:b}", ""),
        (".btn:not(:is(.x,.y)):nth-child(2n):has(p,.x){a:b}", ".btn:not(:is(.x,.y)):nth-child(2n):has(p,.x){a:b}"),
        (':root{--a:url("data:a,{b}")}', ':root{--a:url("data:a,{b}")}'),
        ("@media print{.navbar{a:b}}", ""),
        ("@media print{.navbar{a:b}p{a:b}}", "@media print{p{a:b}}"),
        (r".w-1\/2{a:b}p{a:b}", "p{a:b}"),
        ("@keyframes x{from{a:b}to{a:c}}", "@keyframes x{from{a:b}to{a:c}}"),
    ],
)
def test_rules_that_nothing_of_ours_could_match_are_left_out(build: ModuleType, css: str, left: str) -> None:
    assert build.pruned(css, {"btn", "w-1"}) == left


def test_the_sprite_holds_each_listed_icon_once(build: ModuleType) -> None:
    sprite = build.sprite(build.icon_names())
    assert sprite.count("<symbol") == len(build.icon_names())
    assert "M0 0h24v24H0z" not in sprite


def test_a_second_build_writes_nothing(build: ModuleType) -> None:
    build.main()
    before = (build.VENDOR / "icons.svg").stat().st_mtime_ns
    assert build.main() == 0
    assert (build.VENDOR / "icons.svg").stat().st_mtime_ns == before


def test_a_first_visit_is_light_and_modules_import_hashed_names(tmp_path: Path, build: ModuleType) -> None:
    build.main()
    storages = {"staticfiles": {"BACKEND": "clinnet.storage.HashedStaticFiles"}}
    folders = [(name, STATIC / name) for name in ("css", "js", "img", "vendor")]
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages, STATICFILES_DIRS=folders):
        call_command("collectstatic", interactive=False, verbosity=0)
        names = [*SHEETS, "vendor/icons.svg", "img/icon.svg", "django_htmx/htmx-2.min.js"]
        paths = {name: tmp_path / staticfiles_storage.stored_name(name) for name in [*names, *scripts()]}  # type: ignore[attr-defined]
        main = tmp_path / staticfiles_storage.stored_name("js/main.js")  # type: ignore[attr-defined]
    assert 'import "./search.js"' not in main.read_text()
    assert 'import "./search.' in main.read_text()
    weights = {app: sum(sent(paths[name]) for name in [*names, *scripts("patients", app)]) for app in APPS}
    assert max(weights.values()) < FIRST_VISIT - 30_000, weights  # the page itself has 30 kB


def scripts(*apps: str) -> set[str]:
    """Those that pages of these apps name, or of all, beside what every page has; and what they import."""
    everywhere = {path.name for path in (ROOT / "templates").iterdir()} - set(APPS if apps else ())
    wanted, found = {"theme.js"}, set[str]()
    for folder in {*everywhere, *apps}:
        here = ROOT / "templates" / folder
        for path in here.rglob("*.html") if here.is_dir() else [here]:
            wanted.update(re.findall(r"js/([\w-]+\.js)'", path.read_text(encoding="utf-8")))
    while wanted:
        found.add(name := wanted.pop())
        wanted.update(set(re.findall(r'"\./([\w-]+\.js)"', (STATIC / "js" / name).read_text(encoding="utf-8"))) - found)
    return {f"js/{name}" for name in found}


def sent(path: Path) -> int:
    """Bytes as gzip sends them (brotli sends a quarter less)."""
    packed = path.with_name(f"{path.name}.gz")
    return (packed if packed.exists() else path).stat().st_size
