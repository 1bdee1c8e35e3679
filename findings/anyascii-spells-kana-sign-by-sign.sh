#!/usr/bin/env bash
# anyascii spells other scripts in Latin letters. Of kana, by which Japanese clinics write how a name is spoken, it takes each sign
# alone: Kyoko becomes kiyouko, Junichi jiyunichi, Matcha matchiya, a doubled consonant written with the small sign gets a "t", and
# Victor begins with "vui". A person who types the name as a passport has it finds nobody. Korean families are spelled by the rule
# of the state, which few of them follow: Kim is Gim, Park Bag, Lee I. Clinnet spells both itself (patients/rules/spoken.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check anyascii==0.3.3
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from anyascii import anyascii

names = {
    "キョウコ": "Kyoko", "ジュンイチ": "Junichi", "まっちゃ": "Matcha", "がっこう": "Gakko", "ヴィクトル": "Victor", "チェ": "Che",
    "김": "Kim", "박": "Park", "이": "Lee",
}
seen = {anyascii(written).lower() for written in names}
print("anyascii", version("anyascii"))
print("expected:", *names.values())
print("seen:    ", *(anyascii(written) for written in names))
raise SystemExit(seen != {"kiyouko", "jiyunichi", "matchiya", "gatkou", "vuikutoru", "chie", "gim", "bag", "i"})
PYTHON
