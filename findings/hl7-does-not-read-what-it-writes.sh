#!/usr/bin/env bash
# A letter that is not of ASCII may stand in a message of HL7 version 2 as \X…\ with its bytes. The package hl7 writes such letters with
# the number of the character, in as many digits as it has, and reads them two digits at a time: within Latin-1 that is the same, and
# a name of Poland or Ukraine comes back with control characters in it. Clinnet reads messages itself (records/rules/hl7.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check hl7==0.4.5
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

import hl7

message = hl7.parse("MSH|^~\\&|LAB|X|CLINIC|Y|20261128||ADT^A08|1|P|2.5.1\rPID|1||123||Doe^Jane\r")
names = ["Müller", "Łukasz", "Иванов"]
print("hl7", version("hl7"))
print("expected: unescape() gives back what escape() was given")
for name in names:
    print("seen:", name, message.escape(name), ascii(message.unescape(message.escape(name))))
raise SystemExit([message.unescape(message.escape(name)) == name for name in names] != [True, False, False])
PYTHON
