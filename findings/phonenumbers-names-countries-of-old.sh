#!/usr/bin/env bash
# phonenumbers gets the world's numbering plans every two weeks. The names of countries beside them are those of Java 8 and stay so:
# Swaziland (Eswatini since 2018), Macedonia (North Macedonia since 2019), the Netherlands Antilles (until 2010), and none for Kosovo,
# whose +383 the plans know. Clinnet reads the country of an address by that table, adds what it lacks
# (patients/rules/countries.py), and shows no country's name from it. Nor does it import the table as a part of its package, which reads the
# places of all numbers as well: 29 modules, a hundred megabytes in each process.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
import resource
import sys
from importlib.metadata import version

import phonenumbers

megabytes = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << (20 if sys.platform == "darwin" else 10))
before = megabytes()
from phonenumbers.geocoder import country_name_for_number
from phonenumbers.geodata.locale import LOCALE_DATA

grown, places = megabytes() - before, sum(name.startswith("phonenumbers.geodata.data") for name in sys.modules)

NUMBERS = {"+26876123456": "Eswatini", "+38970123456": "North Macedonia", "+38344123456": "Kosovo", "+420601123456": "Czechia"}
numbers = [phonenumbers.parse(each) for each in NUMBERS]
seen = [country_name_for_number(each, "en") for each in numbers]
print("phonenumbers", version("phonenumbers"), "valid:", *map(phonenumbers.is_valid_number, numbers))
print("expected:", *NUMBERS.values(), sep=" | ")
print("seen:", *seen, sep=" | ")
print("seen: the table has AN:", "AN" in LOCALE_DATA, "and XK:", "XK" in LOCALE_DATA)
print("expected: a table of names, of less than a megabyte, is read by itself")
print(f"seen: {places} modules with the places of numbers come with it, {grown} MB")
raise SystemExit(places < 20 or grown < 50 or seen != ["Swaziland", "Macedonia", "", "Czech Republic"] or "AN" not in LOCALE_DATA or "XK" in LOCALE_DATA)
PYTHON
