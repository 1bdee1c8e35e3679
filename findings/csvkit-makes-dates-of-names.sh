#!/usr/bin/env bash
# csvkit guesses what a column of a CSV file is, and writes it as that. A column of times of the day, 10:30 and 9:05, is one of durations:
# ten and a half minutes, whose sum it tells. A column of given names that are all names of months (May, June, April) is one of dates in
# the year 1. csvjson, csvsort and csvlook write that without a word; -I makes them leave cells as they are, but for "none", which is an
# empty cell then too. Clinnet writes times as its pages show them (clinnet/console/exporting.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
cd "$folder"
printf 'Starts,Given name,Allergies\n10:30,May,none\n09:05,June,none\n' > day.csv
echo "csvkit 2.2.0, agate 1.14.2"
echo "expected: the cells as they are, or 10:30:00 as a time of the day"
guessed=$(venv/bin/csvjson day.csv)
echo "seen: $guessed"
echo "seen with -I: $(venv/bin/csvjson -I day.csv)"
wanted='[{"Starts": "0:10:30", "Given name": "0001-05-01", "Allergies": null}, {"Starts": "0:09:05", "Given name": "0001-06-01", "Allergies": null}]'
test "$guessed" = "$wanted"
