#!/usr/bin/env bash
# "Accept-Encoding: gzip;q=0" says: anything but gzip (RFC 9110, 12.5.3). WhiteNoise looks for the word alone and sends gzip.
# Nothing to do for browsers, which send no such line; a client of one's own that does has to unpack or ask for identity.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check whitenoise==6.12.0
mkdir "$folder/files"
"$folder/venv/bin/python" - "$folder/files" <<'PYTHON'
import gzip
import sys
from importlib.metadata import version
from pathlib import Path

from whitenoise import WhiteNoise

folder = Path(sys.argv[1])
(folder / "a.css").write_bytes(b"body { color: black }\n" * 100)
(folder / "a.css.gz").write_bytes(gzip.compress((folder / "a.css").read_bytes()))
site = WhiteNoise(lambda environ, start: [], root=str(folder))


def encoding(accepted: str) -> str | None:
    seen: list[tuple[str, str]] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a.css", "HTTP_ACCEPT_ENCODING": accepted}
    b"".join(site(environ, lambda status, pairs, info=None: seen.extend(pairs)))
    return dict(seen).get("Content-Encoding")


answers = {accepted: encoding(accepted) for accepted in ("gzip", "identity", "gzip;q=0")}
print("whitenoise", version("whitenoise"))
print("expected: gzip only to the first")
print("seen:", answers)
raise SystemExit(answers != {"gzip": "gzip", "identity": None, "gzip;q=0": "gzip"})
PYTHON
