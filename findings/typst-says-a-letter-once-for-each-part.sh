#!/usr/bin/env bash
# A letter may be drawn of parts: Noto Sans Arabic sets the dots of most letters apart, and Thai and Vietnamese marks stand above or
# below. Where a part is moved up or down, Typst writes each part with the whole letter as its text: the PDF looks right, and what is
# copied, searched, indexed or read aloud has letters too many, in Chrome's own PDF engine too. A font that draws those letters
# in one piece is read right: Clinnet sets Arabic in IBM Plex Sans Arabic (templates/documents/page.typ).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
npm install --silent --no-audit --no-fund --prefix "$folder" @expo-google-fonts/noto-sans-arabic@0.4.3 \
  @expo-google-fonts/ibm-plex-sans-arabic@0.4.2 @expo-google-fonts/noto-sans-thai@0.4.2 >/dev/null
cd "$folder"
venv/bin/python - <<'PYTHON'
from collections import Counter
from importlib.metadata import version

import pypdfium2
import typst

FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=["node_modules"])
WRITTEN = [("Noto Sans Arabic", "بنت ثابت خالد"), ("Noto Sans Thai", "กิตติ์"), ("IBM Plex Sans Arabic", "بنت ثابت خالد")]


def read(font: str, text: str) -> str:
    source = f'#set document(title: "A name")\n#set text(font: "{font}", fallback: false)\n{text}\n'
    made = typst.compile(source.encode(), font_paths=FONTS, pdf_standards="ua-1")
    return pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range().strip()


def too_many(font: str, text: str) -> int:
    found, letters = (Counter(each for each in said if not each.isspace()) for said in (read(font, text), text))
    return (found - letters).total()


seen = [too_many(font, text) for font, text in WRITTEN]
print("typst", version("typst"), "read by pypdfium2", version("pypdfium2"))
print("expected: the text of the PDF is what was written")
for (font, text), many in zip(WRITTEN, seen, strict=True):
    print(f"seen: {font}: {text} is read as {read(font, text)}, {many} signs too many")
raise SystemExit(not (seen[0] > 0 and seen[1] > 0 and seen[2] == 0))
PYTHON
