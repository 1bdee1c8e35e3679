#!/usr/bin/env bash
# British Columbia stays at UTC-7 since November 2026. The rules call that its standard time, and Babel's table has one
# name for Vancouver's standard time: PST, which everybody reads as UTC-8. Clinnet prints no zone names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check babel==2.19.0 tzdata==2026.6
PYTHONTZPATH="" "$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime
from importlib.metadata import version

from babel.dates import format_datetime, get_timezone

moment = datetime(2026, 12, 2, 20, tzinfo=UTC)
seen = {
    pattern: format_datetime(moment, pattern, tzinfo=get_timezone("America/Vancouver"), locale="en_US")
    for pattern in ("HH:mm z", "HH:mm zzzz", "HH:mm xxx")
}
python = f"{moment.astimezone(get_timezone('America/Vancouver')):%H:%M %Z}"
print(f"Babel {version('babel')}, tzdata {version('tzdata')}: 2026-12-02T20:00Z in Vancouver")
print("expected: 13:00 with the name of a zone that is at UTC-7")
print(f"seen: {seen}; Python's %Z: {python}")
sys.exit(list(seen.values()) != ["13:00 PST", "13:00 Pacific Standard Time", "13:00 -07:00"] or python != "13:00 MST")
PYTHON
