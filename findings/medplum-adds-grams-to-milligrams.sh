#!/usr/bin/env bash
# FHIRPath converts units: 98.6 °F is not more than 39 °C. Medplum's own FHIRPath takes the numbers alone for <, >, + and -, and writes
# the unit of the first beside the sum; a date and a length of time become one text. `=` alone looks at the unit, and converts none.
# A rule that is written in Celsius therefore takes each temperature of a clinic that measures in Fahrenheit for a fever. Clinnet's
# export has each value in the unit in which it was measured, and its code.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @medplum/core@5.2.13 fhirpath@5.2.2 >/dev/null 2>&1
cd "$folder"
node - <<'NODE'
globalThis.WebSocket ??= class {}; // which the package names when it is loaded, and Node 20 has not
const { readFileSync } = require("node:fs");
const { evalFhirPath } = require("@medplum/core");
const fhirpath = require("fhirpath");
const r4 = require("fhirpath/fhir-context/r4");

const quantity = { value: 98.6, unit: "°F", system: "http://unitsofmeasure.org", code: "[degF]" };
const temperature = { resourceType: "Observation", status: "final", code: { text: "Temperature" }, valueQuantity: quantity };
const asked = ["Observation.value > 39 'Cel'", "4 'g' + 4 'mg'", "5 'mg' = 0.005 'g'", "@2026-01-31 + 1 month"];
const said = (values) => values.map((value) => (value?.unit ? `${value.value} ${value.unit}` : `${value}`)).join(", ");
const seen = asked.map((path) => said(evalFhirPath(path, temperature)));
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;

console.log(`@medplum/core ${version("@medplum/core")}; a temperature of 98.6 °F`);
console.log("expected, as the package fhirpath", version("fhirpath"), "answers:");
for (const path of asked) console.log(`  ${path}: ${said(fhirpath.evaluate(temperature, path, {}, r4)) || "no answer"}`);
console.log("seen:");
asked.forEach((path, at) => console.log(`  ${path}: ${seen[at]}`));
process.exit(seen.join("|") === "true|8 g|false|2026-01-311" ? 0 : 1);
NODE
