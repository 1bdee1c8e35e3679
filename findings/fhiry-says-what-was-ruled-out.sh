#!/usr/bin/env bash
# fhiry makes tables and sentences of FHIR, the sentences for language models. A troponin below 3 is told as 3, a negative HIV test as
# "unknown", a diabetes that was ruled out "was diagnosed" years ago, an allergy that was refuted "reported", and a value that was
# entered in error is told like any other. Of a folder of bundles the table has no code at all: Fhiry.process_source takes each file's
# codes out of their list, and then once more out of the text. Clinnet exports bounds and states; a reader has to look at them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check fhiry==5.2.2 pandas==3.1.1
cd "$folder"
cat > tell.py <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path

from fhiry import Fhiry, FlattenFhir

WHO = {"reference": "Patient/p"}


def code(of: str, words: str = "") -> dict:
    return {"coding": [{"code": of, "display": words}]}


def value(words: str, **more: object) -> dict:
    made = {"resourceType": "Observation", "id": "o", "status": "final", "subject": WHO, "code": code("1", words)}
    return made | {"effectiveDateTime": "2020-01-01"} | more


REFUTED = {"verificationStatus": code("refuted"), "clinicalStatus": code("inactive")}
SINCE = {"onsetDateTime": "2020-01-01"}
RESOURCES = [
    value("Troponin", valueQuantity={"value": 3, "comparator": "<", "unit": "ng/L"}),
    value("HIV antibody", valueCodeableConcept={"text": "Negative"}),
    value("Sodium", valueQuantity={"value": 190, "unit": "mmol/L"}, status="entered-in-error"),
    {"resourceType": "Condition", "id": "c", "subject": WHO, "code": code("2", "Diabetes"), **REFUTED, **SINCE},
    {"resourceType": "AllergyIntolerance", "id": "a", "patient": WHO, "code": code("3", "Penicillin"), **REFUTED},
]
told = [" ".join(FlattenFhir(each).flattened.split()) for each in RESOURCES]
bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in RESOURCES]}
Path("bundles").mkdir()
Path("bundles/one.json").write_text(json.dumps(bundle))
reader = Fhiry()
reader.folder = "bundles/"
reader.process_source()
(codes,) = (list(reader.df[name]) for name in reader.df.columns if name.startswith("code.coding"))
print("fhiry", version("fhiry"))
print("expected: troponin <3, HIV antibody negative; that the rest is not so, or no word of it; codes 1, 1, 1, 2, 3")
print("seen:", told, "codes", codes)
known = ["was Value: 3 ng/L", "was Value: unknown", "was Value: 190 mmol/L", "Diabetes was diagnosed", "allergy reported"]
raise SystemExit(not (all(map(str.__contains__, told, known)) and codes == [""] * 5))
PYTHON
venv/bin/python -W ignore tell.py 2>/dev/null | grep -E "^(fhiry|expected|seen)"
