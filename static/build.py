"""Makes static/vendor/ (never committed) from what `npm ci` fetched: Tabler's stylesheet and the icon sprite; and the
classes that place cards on the day board, as the policy lets no page have styles of its own. And
clinnet/documents/fonts/, in which documents are set.

    cd static && npm ci && python build.py

Plain Python, well under a second, and safe to run again: a file is written only when it changed.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLER_CSS = HERE / "node_modules/@tabler/core/dist/css/tabler.min.css"
ICONS = HERE / "node_modules/@tabler/icons/icons/outline"
VENDOR = HERE / "vendor"
FONTS = HERE / "node_modules/@expo-google-fonts"
FONTS_OF_DOCUMENTS = HERE.parent / "clinnet/documents/fonts"
# SIL Open Font License 1.1. Noto: Latin, Cyrillic, Greek, Devanagari, one for each other script; Plex first for Arabic.
FAMILIES = {
    "noto-sans": "NotoSans",
    "ibm-plex-sans-arabic": "IBMPlexSansArabic",
    "noto-sans-arabic": "NotoSansArabic",
    "noto-sans-hebrew": "NotoSansHebrew",
    "noto-sans-thai": "NotoSansThai",
    "noto-sans-sc": "NotoSansSC",
}
SOURCES = [
    "templates/**/*.html",
    "static/js/*.js",
    *[f"{app}/**/*.py" for app in ("clinnet", "patients", "scheduling", "billing")],
]
INNERMOST = re.compile(r":(not|is|where|has)\(([^()]*)\)")
NEVER = ".never-written"
NESTING = ("@media", "@supports", "@container", "@layer")


def icon_names() -> list[str]:
    lines = (HERE / "icons.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def words_used() -> set[str]:
    """Every word of our templates, scripts and Python: whatever could be the name of a class."""
    files = [path for pattern in SOURCES for path in HERE.parent.glob(pattern)]
    return {word for path in files for word in re.findall(r"[A-Za-z][\w-]*", path.read_text(encoding="utf-8"))}


def rules(css: str) -> Iterator[tuple[str, str]]:
    """The outermost rules: what stands before the brace, and what stands between the braces."""
    depth = start = opened = 0
    for mark in re.finditer(r"\"[^\"]*\"|'[^']*'|/\*.*?\*/|[{};]", css, re.S):
        if mark[0] == "{":
            opened = mark.end() if depth == 0 else opened
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                yield css[start : opened - 1].strip(), css[opened : mark.start()]
                start = mark.end()
        elif mark[0] == ";" and depth == 0:
            start = mark.end()


def selectors(head: str) -> list[str]:
    """The selectors of a rule: they are apart by commas, of which those in brackets are another's."""
    found, depth, start = [], 0, 0
    for mark in re.finditer(r"[(),]", head):
        depth += {"(": 1, ")": -1, ",": 0}[mark[0]]
        if mark[0] == "," and depth == 0:
            found.append(head[start : mark.start()])
            start = mark.end()
    return [*found, head[start:]]


def is_used(selector: str, words: set[str]) -> bool:
    """Could it match? A class that we never write cannot, nor a choice of which none can; what :not() holds decides
    nothing.
    """
    plain = re.sub(r":(?!not|is|where|has)[\w-]+\([^()]*\)", "", selector)
    while choice := INNERMOST.search(plain):
        decides = choice[1] != "not" and not any(is_used(one, words) for one in choice[2].split(","))
        plain = plain[: choice.start()] + (NEVER if decides else "") + plain[choice.end() :]
    return all(name in words for name in re.findall(r"\.((?:[\w-]|\\.)+)", plain))


def pruned(css: str, words: set[str]) -> str:
    """Only the rules that could match something of ours: a tenth of Tabler's 635 kB."""
    return "".join(f"{head}{{{body}}}" for head, body in _pruned(css, words) if head and body)


def _pruned(css: str, words: set[str]) -> Iterator[tuple[str, str]]:
    for head, body in rules(css):
        if head.startswith(NESTING):
            yield head, pruned(body, words)
        elif head.startswith("@"):
            yield head, body
        else:
            yield ",".join(one for one in selectors(head) if is_used(one, words)), body


def layered_css(css: str, words: set[str]) -> str:
    """Tabler inside a cascade layer, so that any rule of ours wins whatever its specificity."""
    licence = css[css.index("/*!") : css.index("*/") + 2]
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return f"{licence}\n@layer tabler{{{pruned(css, words)}}}\n"


def symbol(name: str) -> str:
    """One icon as a symbol; strokes and fills come from the .icon class, so the drawing alone stays."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    drawing = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    drawing = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", drawing)
    drawing = re.sub(r">\s+<", "><", drawing).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


def sprite(names: list[str]) -> str:
    note = "<!-- Tabler Icons, MIT licence, https://tabler.io/icons -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{note}{"".join(map(symbol, names))}</svg>\n'


def grid_css() -> str:
    """Places and lengths in grains of five minutes, hours to begin and end with, lanes side by side."""
    places = "".join(f".at-{n}{{--at:{n}}}" for n in range(289))
    lengths = "".join(f".for-{n}{{--for:{n}}}" for n in range(1, 289))
    hours = "".join(f".from-{n}{{--from:{n * 12}}}.until-{n}{{--until:{n * 12}}}" for n in range(25))
    lanes = "".join(f".lane-{n}{{--lane:{n - 1}}}.of-{n}{{--of:{n}}}" for n in range(1, 41))
    return f"{places}{lengths}{hours}{lanes}\n"


def write_if_changed(name: str, text: str) -> None:
    target = VENDOR / name
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        part = target.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(target)


def font_files() -> list[Path]:
    """Regular and bold of each family: two of the nine weights that come."""
    each = [(package, name, weight) for package, name in FAMILIES.items() for weight in ("400Regular", "700Bold")]
    return [FONTS / package / weight / f"{name}_{weight}.ttf" for package, name, weight in each]


def bring_fonts() -> None:
    FONTS_OF_DOCUMENTS.mkdir(exist_ok=True)
    for source in font_files():
        target = FONTS_OF_DOCUMENTS / source.name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            part = target.with_suffix(".part")
            shutil.copyfile(source, part)
            part.replace(target)


def main() -> int:
    if not all(file.exists() for file in (TABLER_CSS, *font_files())):
        sys.stderr.write("static/node_modules is missing or incomplete: run `npm ci` in static/ first.\n")
        return 1
    missing = [name for name in icon_names() if not (ICONS / f"{name}.svg").exists()]
    if missing:
        sys.stderr.write(f"Not in Tabler's outline icons: {', '.join(missing)} (static/icons.txt).\n")
        return 1
    VENDOR.mkdir(exist_ok=True)
    bring_fonts()
    write_if_changed("tabler.css", layered_css(TABLER_CSS.read_text(encoding="utf-8"), words_used()))
    write_if_changed("icons.svg", sprite(icon_names()))
    write_if_changed("grid.css", grid_css())
    return 0


if __name__ == "__main__":
    sys.exit(main())
