#!/usr/bin/env bash
# python-barcode prints labels. Asked for a Code 39 of the record number A4711 it prints A4711N, and that is what a scanner types
# into the search: the letter is a check that nobody asked for. An article's number whose check digit is wrong, one digit mistyped,
# becomes the valid number of another article; so does the number of a German medicine (PZN). An odd count of digits (ITF) gets a
# zero in front. Clinnet's slips have a record number in letters, and no bars.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check python-barcode==0.16.1 pillow==12.2.0 zxing-cpp==3.1.0
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from io import BytesIO

import barcode
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image


def scanned(kind, number):
    out = BytesIO()
    barcode.get(kind, number, writer=ImageWriter()).write(out)
    return zxingcpp.read_barcodes(Image.open(out))[0].text


asked = [("code39", "A4711"), ("ean13", "5901234123450"), ("pzn", "1234567"), ("itf", "471")]
seen = [scanned(*each) for each in asked]
print("python-barcode", version("python-barcode"), "read by zxing-cpp", version("zxing-cpp"))
print("expected: what was asked for, or an error where a check digit is wrong: 5901234123450, 1234567")
print("asked:", *(number for _, number in asked))
print("seen: ", *seen)
raise SystemExit(seen != ["A4711N", "5901234123457", "PZN-1234562", "0471"])
PYTHON
