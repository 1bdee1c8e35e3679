#!/usr/bin/env bash
# A show rule for a letter or a word of Typst holds for some 510 places of a paragraph. With more no document is made, though none
# of them lies within another: they are counted as if they did. A rule for a letter works in every test and fails with the first
# long text. Clinnet had one for Vietnamese letters, whose notes could not be printed; its rule now takes whole lines, in which
# there may be any number of these letters (templates/documents/page.typ).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check typst==0.15.2
cd "$folder"
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

import typst


def made(rule: str, places: int) -> str:
    source = f'#show {rule}: set text(fill: red)\n#("một " * {places})\n'
    try:
        typst.compile(source.encode())
    except typst.TypstError as error:
        return str(error)
    return "made"


seen = [made('"ộ"', 500), made('"ộ"', 512), made('regex(".*ộ.*")', 5000)]
print("typst", version("typst"))
print("expected: a rule for a letter holds for each of them, however many a text has")
print(f"seen: 500 places: {seen[0]}; 512 places: {seen[1]}; 5000 in one place: {seen[2]}")
raise SystemExit(seen != ["made", "maximum grouping depth exceeded", "made"])
PYTHON
