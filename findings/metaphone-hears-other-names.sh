#!/usr/bin/env bash
# Double Metaphone gives names that sound alike one code. The package of that name knows Ñ and Ç and drops every other letter that
# is not of A to Z, also at the beginning, and hears a vowel more where an apostrophe stands: Łukasz is taken for Kasz, and O'Brien
# not for OBrien. Clinnet writes a name in Latin letters without marks first (patients/rules/names.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check metaphone==0.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

from metaphone import doublemetaphone

pairs = [("Łukasz", "Lukasz"), ("O'Brien", "OBrien"), ("Ñúñez", "Nunez")]
print("metaphone", version("metaphone"))
print("expected: each pair sounds alike")
for one, other in pairs:
    print("seen:", one, doublemetaphone(one), other, doublemetaphone(other))
raise SystemExit([doublemetaphone(one) == doublemetaphone(other) for one, other in pairs] != [False, False, True])
PYTHON
