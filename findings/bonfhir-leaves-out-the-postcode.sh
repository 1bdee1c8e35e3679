#!/usr/bin/env bash
# The formatter of @bonfhir/core makes words of FHIR values for a page. A range with one end, as "up to 5.1" of a laboratory is, becomes
# an empty text. The postcode and the region of an address are gone unless its country is a code of two letters in capitals: with
# "France", "FRA" or no country at all, which FHIR allows, street and town are left. "1980-05" is 1980. Nothing is reported.
# Clinnet exports a range as the laboratory's own words (records/fhir/writing.py), so this one is shown whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" @bonfhir/core@2.22.1 >/dev/null
cd "$folder"
node - <<'NODE'
const { Formatter } = require("@bonfhir/core/r4b");

const formatter = Formatter.build({ locale: "en-GB" });
const high = { value: 5.1, unit: "mmol/L" };
const address = (country) => formatter.format("Address", { line: ["1 rue Haute"], city: "Lille", postalCode: "59000", country });
const seen = [
  formatter.format("Range", { low: { value: 3.5, unit: "mmol/L" }, high }),
  formatter.format("Range", { high }),
  ...["FR", "FRA", "France", undefined].map(address),
  formatter.format("date", "1980-05"),
];

console.log("@bonfhir/core", require("./node_modules/@bonfhir/core/package.json").version);
console.log("expected: a range of one end says so; an address has its postcode, a month its month");
console.log("seen:", JSON.stringify(seen));
const town = "1 rue Haute, Lille";
const wanted = ["3.5 … 5.1 mmol/L", "", "1 rue Haute, 59000 Lille", town, town, town, "1980"];
process.exit(JSON.stringify(seen) === JSON.stringify(wanted) ? 0 : 1);
NODE
