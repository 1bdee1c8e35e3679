#!/usr/bin/env bash
# fhirclient is SMART's own package for FHIR in Python. Of a birth date of which only the month is known, 1980-03, its date and its
# text of it (isostring) are the first of March, and of a year the first of January: nobody asked, and nothing says that it was made
# up. Why a date is not known, which FHIR says beside it (_birthDate), is gone when the patient is written again; so is what is beside
# any plain value. 1.50 is written as 1.5. Clinnet keeps dates as far as they were said, and numbers as written.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check fhirclient==4.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import json
from importlib.metadata import version

from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient

why = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}]}
said = [Patient({"birthDate": each}).birthDate for each in ("1980-03", "1980")]
seen = [*(each.date.isoformat() for each in said), *(each.isostring for each in said)]
unknown = Patient({"_birthDate": why}).as_json()
value = json.loads('{"status": "final", "code": {"text": "INR"}, "valueQuantity": {"value": 2.50}}')
written = json.dumps(Observation(value).as_json()["valueQuantity"])
print("fhirclient", version("fhirclient"))
print("expected: no more of a date than was said; what stands beside a date; 2.50")
print("seen:", *seen, "|", unknown, "|", written)
raise SystemExit(
    seen != ["1980-03-01", "1980-01-01", "1980-03-01", "1980-01-01"] or "_birthDate" in unknown or written != '{"value": 2.5}'
)
PYTHON
