#!/usr/bin/env bash
# An invitation may say of whom it invites whether an answer is awaited: ATTENDEE;RSVP=FALSE:mailto:… The package ics reads that as a
# truth value and cannot write it, so a calendar with one such invitation raises TypeError when it is stored. A backslash of the
# text, which the standard writes twice, and a letter n behind it are a line's end to it, and to node-ical. Clinnet says
# nothing of answers (scheduling/messages/rules/ics.py): that none is awaited is what the standard supposes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check ics==0.7.3 setuptools==80.9.0 icalendar==7.3.2
npm install --silent --no-audit --no-fund --prefix "$folder" node-ical@0.26.1 >/dev/null
cd "$folder"
cat > read.js <<'NODE'
const [event] = Object.values(require("node-ical").sync.parseFile("visit.ics")).filter((each) => each.type === "VEVENT");
process.stdout.write(event.description);
NODE
venv/bin/python -W ignore - <<'PYTHON'
import subprocess
from importlib.metadata import version
from pathlib import Path

import icalendar
import ics

LINES = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Example//EN", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:a@example.org",
    "DTSTAMP:20261129T080000Z", "DTSTART:20261202T100000Z", "DTEND:20261202T102000Z", r"DESCRIPTION:Wing A\\north",
    "ORGANIZER:mailto:desk@example.org", "ATTENDEE;RSVP=FALSE:mailto:ann@example.org", "END:VEVENT", "END:VCALENDAR", "",
]
text = "\r\n".join(LINES)
Path("visit.ics").write_text(text, newline="")
(entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
(event,) = ics.Calendar(text).events
node = subprocess.run(["node", "read.js"], capture_output=True, text=True, check=True).stdout
try:
    written = ics.Calendar(text).serialize()
except TypeError as error:
    written = f"TypeError: {error}"
print("ics", version("ics"), "and node-ical 0.26.1")
print("expected:", repr(str(entry["DESCRIPTION"])), "as icalendar", version("icalendar"), "reads it; written back as it was read")
print("seen: ics", repr(event.description), "node-ical", repr(node))
print("seen: written back,", written)
same = event.description == node == "Wing A\\\north" and written.startswith("TypeError")
raise SystemExit(not same)
PYTHON
