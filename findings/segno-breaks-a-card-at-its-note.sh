#!/usr/bin/env bash
# segno makes QR codes, with helpers for a contact card and for a payment of the European scheme. A note of two lines, opening hours, is
# written into the card as two lines, of which the second is none of a card: a reader refuses all of it, where commas and semicolons are
# escaped rightly. A payment's purpose of two lines fills the next field too, which is the bank's own. The largest amount that its
# error allows is refused, and 12.345 is 12.35 or 12.34 by its type. Clinnet's slips print times and numbers as text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check segno==1.6.6 vobject==0.9.9 pillow==12.2.0 zxing-cpp==3.1.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from decimal import Decimal
from importlib.metadata import version
from io import BytesIO

import vobject
import zxingcpp
from PIL import Image
from segno import helpers


def scanned(code):
    out = BytesIO()
    code.save(out, kind="png", scale=4)
    return zxingcpp.read_barcodes(Image.open(out))[0].text


def pay(amount, text="Invoice 5"):
    return scanned(helpers.make_epc_qr("Clinic", "DE89370400440532013000", amount, text=text)).splitlines()


card = scanned(helpers.make_vcard("Doe;Ann", "Ann Doe", memo="Mon 9-12; by phone\nTue 14-18"))
try:
    note = vobject.readOne(card).note.value
except vobject.base.ParseError as error:
    note = type(error).__name__
amounts = [pay(each)[7] for each in (12.345, Decimal("12.345"))]
fields = pay(10, "Visit of 5 May\nand of 6 May")[10:]
try:
    pay(999_999_999.99)
    largest = "taken"
except ValueError:
    largest = "refused"
print("segno", version("segno"), "read by zxing-cpp", version("zxing-cpp"), "and vobject", version("vobject"))
print("expected: a note of two lines; one amount; one field for the purpose; 999999999.99 taken")
print("seen:", note, amounts, fields, largest)
raise SystemExit((note, amounts, fields, largest) != ("ParseError", ["EUR12.35", "EUR12.34"], ["Visit of 5 May", "and of 6 May"], "refused"))
PYTHON
