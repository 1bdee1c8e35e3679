#!/usr/bin/env bash
# num2words writes an amount in words, as some countries want it on a receipt. A whole number it takes for cents: 45 euros are "zero
# euro, forty-five cents", where 45.0, "45" and Decimal(45) are forty-five euros. Half a euro that is owed back is "minus zero
# euro", and of 1.005 a cent is lost that a till rounds up. A sum of items is an int as soon as each of them is. Clinnet counts in
# whole cents and writes amounts in figures.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check num2words==0.5.14
"$folder/venv/bin/python" - <<'PYTHON'
from decimal import Decimal
from importlib.metadata import version

from num2words import num2words

amounts = (45, 45.0, Decimal(45), "45", Decimal("-0.5"))
seen = [num2words(each, to="currency", currency="EUR") for each in amounts]
print("num2words", version("num2words"))
print("expected: forty-five euro four times, and minus fifty cents")
for amount, words in zip(amounts, seen, strict=True):
    print(f"seen: {amount!r} is {words}")
euros = "forty-five euro, zero cents"
raise SystemExit(seen != ["zero euro, forty-five cents", euros, euros, euros, "minus zero euro, fifty cents"])
PYTHON
