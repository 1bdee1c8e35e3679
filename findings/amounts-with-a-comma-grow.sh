#!/usr/bin/env bash
# Half of the world writes 45,00 for forty-five, and parts the cells of a CSV file by semicolons. SheetJS takes the comma for one between
# thousands wherever it stands: 45,00 becomes the number 4500, a temperature of 37,5 becomes 375. Papa Parse guesses what parts the
# cells, and takes the comma where a table has two columns. Clinnet writes a file as the spreadsheets of the clinic's country
# read it (clinnet/spreadsheets.py); a program has to be told: SheetJS `raw`, Papa Parse `delimiter`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 papaparse@5.7.1 >/dev/null
cd "$folder"
node - <<'NODE'
const Papa = require("papaparse");
const XLSX = require("xlsx");

const text = "Taken by;Amount\r\nCash;45,00\r\nCard;37,5\r\nTransfer;1.250,50\r\n";
const sheet = XLSX.read(text, { type: "string" }).Sheets.Sheet1;
const numbers = XLSX.utils.sheet_to_json(sheet).map((row) => row.Amount);
const guessed = Papa.parse(text);

console.log(`xlsx ${XLSX.version}, papaparse ${require("papaparse/package.json").version}`);
console.log("expected: 45, 37.5 and 1250.5, or the text as it stands; cells parted at the semicolon");
console.log("seen: SheetJS", JSON.stringify(numbers), "Papa Parse", guessed.meta.delimiter, JSON.stringify(guessed.data[1]));
const same = JSON.stringify(numbers) === "[4500,375,1.2505]" && guessed.meta.delimiter === ",";
process.exit(same ? 0 : 1);
NODE
