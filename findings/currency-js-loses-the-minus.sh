#!/usr/bin/env bash
# A minus sign is U+2212 wherever numbers are set well: Intl writes it for Swedish, Norwegian and Finnish, Clinnet on its pages and
# papers. currency.js does not know it and reads an amount without it: what is owed becomes what is paid. It also rounds a half
# up, not away from zero, so that a refund is not the opposite of its payment. Clinnet writes a hyphen in its files
# (clinnet/spreadsheets.py), where programs read, and rounds a half away from zero (clinnet/money.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" currency.js@2.0.4 >/dev/null
cd "$folder"
node - <<'NODE'
const currency = require("currency.js");

const written = new Intl.NumberFormat("sv", { style: "currency", currency: "SEK" }).format(-12.5);
const seen = [currency(written, { decimal: "," }).value, currency("−12.50").value, currency("-12.50").value];
const halves = [currency(0.285).value, currency(-0.285).value];

console.log(`currency.js ${require("currency.js/package.json").version}; Intl writes -12.5 as ${written}`);
console.log("expected: -12.5 of each, or an error; 0.285 and -0.285 rounded to opposites");
console.log("seen:", ...seen, "and", ...halves);
process.exit(`${seen} ${halves}` === "12.5,12.5,-12.5 0.29,-0.28" ? 0 : 1);
NODE
