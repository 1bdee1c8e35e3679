#!/usr/bin/env bash
# striprtf reads the words of RTF, in which many systems send their notes. What a corrector deleted in Word, and Word keeps as deleted,
# it reads as if it stood there: "Take 5 mg50 mg a day". So it does with what is hidden or struck through, and a raised digit
# becomes one more of the number before it: 10 to the 9 a litre is "109/L". Clinnet reads RTF itself and says what was taken out
# (records/fhir/rtf.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check striprtf==0.0.35
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from striprtf.striprtf import rtf_to_text

sent = [
    r"{\rtf1 Take {\deleted 5 mg}{\revised 50 mg} a day}",
    r"{\rtf1 Allergic to {\v not }penicillin}",
    r"{\rtf1 {\strike 5 mg} 50 mg}",
    r"{\rtf1 Platelets 10{\super 9}/L}",
]
seen = [rtf_to_text(each) for each in sent]
print("striprtf", version("striprtf"))
print("expected: Take 50 mg a day | Allergic to penicillin | 50 mg | Platelets 10^9/L")
print("seen:    ", " | ".join(seen))
raise SystemExit(seen != ["Take 5 mg50 mg a day", "Allergic to not penicillin", "5 mg 50 mg", "Platelets 109/L"])
PYTHON
