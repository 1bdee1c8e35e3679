#!/usr/bin/env bash
# In the markup of Typst a tab is a space. In a string, as data from JSON is, it is drawn with no width and leaves no trace in the
# PDF's text: "2", tab, "5 mg" reads 25 mg, on paper and when it is copied. Fonts have no picture of a tab, and nothing is reported,
# not even under PDF/UA-1, which refuses each other control character. Clinnet makes a space of it (clinnet/documents/render.py):
# notes that come from other systems have tabs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
cd "$folder"
venv/bin/python - <<'PYTHON'
import json
from importlib.metadata import version

import pypdfium2
import typst

SAID = "prednisolone 2\t5 mg"
HEAD = '#set document(title: "A note")\n'


def read(source: str) -> str:
    made = typst.compile((HEAD + source).encode(), pdf_standards="ua-1", sys_inputs={"said": json.dumps(SAID)})
    return pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range().strip()


def refused(sign: str) -> bool:
    try:
        typst.compile((HEAD + "#sys.inputs.said").encode(), pdf_standards="ua-1", sys_inputs={"said": f"2{sign}5 mg"})
    except typst.TypstError:
        return True
    return False


markup, data = read(SAID), read("#json(bytes(sys.inputs.said))")
print("typst", version("typst"), "read by pypdfium2", version("pypdfium2"))
print("expected: a tab parts what it stands between, as in markup, or is refused as other control characters are")
print(f"seen: in markup {markup!r}, in a string {data!r}; refused are a unit separator: {refused(chr(31))}, a tab: {refused(chr(9))}")
seen = (markup, data, refused(chr(31)), refused(chr(9)))
raise SystemExit(seen != ("prednisolone 2 5 mg", "prednisolone 25 mg", True, False))
PYTHON
