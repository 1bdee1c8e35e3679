#!/usr/bin/env bash
# In HL7 version 2 the place of a component says what it is, and most are empty: 1 High St^^Leeds^^LS1 1AA^GB has no flat and no region.
# brightohir, which makes FHIR of such messages, leaves the empty ones out and counts those that are left: Leeds becomes a second
# line of the street, the postcode the town, the country the region. A phone number in its parts becomes the e-mail address "116",
# a time loses its offset. Clinnet reads messages itself, by place (records/rules/hl7_fields.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check brightohir==2.1.2
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

from brightohir.convert_v2 import V2Converter

MESSAGE = [
    "MSH|^~\\&|LAB|X|CLINIC|Y|20261128103000-0800||ORU^R01^ORU_R01|1|P|2.5.1",
    "PID|1||123||Doe^Jane||19800503|F|||1 High St^^Leeds^^LS1 1AA^GB||^PRN^PH^^44^116^4960000",
    "OBR|1|P1|F1|24323-8^CMP^LN|||20261120233000-0800",
    "OBX|1|NM|2823-3^Potassium^LN||4.5|mmol/L|3.5-5.1|N|||F|||20261120233000-0800",
]
made = V2Converter().convert("\r".join(MESSAGE))
resources = {each["resource"]["resourceType"]: each["resource"] for each in made["entry"]}
(address,), (contact,) = (resources["Patient"][name] for name in ("address", "telecom"))
taken = resources["Observation"]["effectiveDateTime"]
print("brightohir", version("brightohir"))
print("expected: street 1 High St, city Leeds, postalCode LS1 1AA, country GB; phone +44 116 4960000; 2026-11-20T23:30:00-08:00")
print("seen:", address, contact, taken)
known = {"line": ["1 High St", "Leeds"], "city": "LS1 1AA", "state": "GB"}
raise SystemExit((address, contact["system"], taken) != (known, "email", "2026-11-20T23:30:00"))
PYTHON
