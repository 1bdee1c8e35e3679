#!/usr/bin/env bash
# A proxy that compresses makes an ETag weak (W/"…"), and a browser sends that back; If-None-Match compares weakly, and may
# list several. WhiteNoise compares the whole line with its own tag: behind such a proxy a file that has not changed is sent
# whole each time. The gzip copy has the very same strong tag as the plain file, though their bytes differ.
# Clinnet's files have their hash in their name and are not asked for again; what has none goes through Django.
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
text = b"body { color: black }\n" * 100
(folder / "a.css").write_bytes(text)
(folder / "a.css.gz").write_bytes(gzip.compress(text))
site = WhiteNoise(lambda environ, start: [], root=str(folder))


def asked(**headers: str) -> tuple[str, dict[str, str]]:
    seen = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a.css", **headers}
    b"".join(site(environ, lambda status, pairs, info=None: seen.append((status, dict(pairs)))))
    return seen[0]


plain = asked()[1]["ETag"]
packed = asked(HTTP_ACCEPT_ENCODING="gzip")[1]
answers = [asked(HTTP_IF_NONE_MATCH=sent)[0][:3] for sent in (plain, f"W/{plain}", f'"other", {plain}')]
print("whitenoise", version("whitenoise"))
print("expected: 304 to its tag, to the same made weak and to a list with it; another tag for the gzip copy")
print("seen:", *answers, "and the gzip copy has", "the same tag" if packed["ETag"] == plain else "another tag")
raise SystemExit((answers, packed["Content-Encoding"], packed["ETag"]) != (["304", "200", "200"], "gzip", plain))
PYTHON
