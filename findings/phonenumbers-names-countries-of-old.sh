#!/usr/bin/env bash
# phonenumbers gets the world's numbering plans every two weeks. The names of countries beside them are those of Java 8 and stay so:
# Swaziland (Eswatini since 2018), Macedonia (North Macedonia since 2019), the Netherlands Antilles (until 2010), and none for Kosovo,
# whose +383 the plans know. Clinnet reads the country of an address by that table, adds what it lacks
# (patients/rules/countries.py), and shows no country's name from it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import phonenumbers
from phonenumbers.geocoder import country_name_for_number
from phonenumbers.geodata.locale import LOCALE_DATA

NUMBERS = {"+26876123456": "Eswatini", "+38970123456": "North Macedonia", "+38344123456": "Kosovo", "+420601123456": "Czechia"}
numbers = [phonenumbers.parse(each) for each in NUMBERS]
seen = [country_name_for_number(each, "en") for each in numbers]
print("phonenumbers", version("phonenumbers"), "valid:", *map(phonenumbers.is_valid_number, numbers))
print("expected:", *NUMBERS.values(), sep=" | ")
print("seen:", *seen, sep=" | ")
print("seen: the table has AN:", "AN" in LOCALE_DATA, "and XK:", "XK" in LOCALE_DATA)
raise SystemExit(seen != ["Swaziland", "Macedonia", "", "Czech Republic"] or "AN" not in LOCALE_DATA or "XK" in LOCALE_DATA)
PYTHON
