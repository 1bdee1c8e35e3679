"""Makes static/vendor/ (never committed) from what `npm ci` fetched: Tabler's stylesheet and the icon sprite.

    cd static && npm ci && python build.py

Plain Python, well under a second, and safe to run again: a file is written only when it changed.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLER_CSS = HERE / "node_modules/@tabler/core/dist/css/tabler.min.css"
ICONS = HERE / "node_modules/@tabler/icons/icons/outline"
VENDOR = HERE / "vendor"


def icon_names() -> list[str]:
    lines = (HERE / "icons.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def layered_css(css: str) -> str:
    """Tabler inside a cascade layer, so that any rule of ours wins whatever its specificity.

    The source-map comment goes: the map is not shipped and the hashed storage would look for it.
    """
    css = re.sub(r'^\ufeff?@charset "[^"]*";', "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    return f"@layer tabler{{{css.strip()}}}\n"


def symbol(name: str) -> str:
    """One icon as a symbol; strokes and fills come from the .icon class, so the drawing alone stays."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    drawing = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    drawing = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", drawing)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(drawing.split(chr(10))).strip()}</symbol>'


def sprite(names: list[str]) -> str:
    note = "<!-- Tabler Icons, MIT licence, https://tabler.io/icons -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{note}{"".join(map(symbol, names))}</svg>\n'


def write_if_changed(name: str, text: str) -> None:
    target = VENDOR / name
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        part = target.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(target)


def main() -> int:
    missing = [name for name in icon_names() if not (ICONS / f"{name}.svg").exists()]
    if not TABLER_CSS.exists():
        sys.stderr.write("static/node_modules is missing or incomplete: run `npm ci` in static/ first.\n")
        return 1
    if missing:
        sys.stderr.write(f"Not in Tabler's outline icons: {', '.join(missing)} (static/icons.txt).\n")
        return 1
    VENDOR.mkdir(exist_ok=True)
    write_if_changed("tabler.css", layered_css(TABLER_CSS.read_text(encoding="utf-8")))
    write_if_changed("icons.svg", sprite(icon_names()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
