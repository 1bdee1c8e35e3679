#!/usr/bin/env bash
# The package hl7 reads a time with its offset into a datetime that compares and counts rightly, and that can be neither copied
# deeply nor pickled: so no cache, no process and no dataclass.asdict() takes it. Its zone calls itself "-3.030.0". Clinnet reads times
# itself, with zones of the standard library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check hl7==0.4.5
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import copy
import pickle
from importlib.metadata import version

import hl7

read = hl7.parse_datetime("202611281530-0330")
print("hl7", version("hl7"))
print("expected: a datetime can be copied and pickled, as each of the standard library can")
failed = []
for name, act in (("copy.deepcopy", copy.deepcopy), ("pickle", lambda each: pickle.loads(pickle.dumps(each)))):
    try:
        act(read)
    except TypeError as error:
        failed.append(name)
        print("seen:", read.isoformat(), name, "raises TypeError:", error)
print("seen: its zone is called", repr(read.tzname()))
raise SystemExit(failed != ["copy.deepcopy", "pickle"] or read.tzname() != "-3.030.0")
PYTHON
