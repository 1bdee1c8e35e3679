#!/usr/bin/env bash
# The package fhir turns resources of JSON into XML and back. Each decimal number comes back as a text, which its own validator then
# refuses: a weight of 72.5 kg is valid before and invalid after. A given name that is not known (null, and beside it why) leaves
# its place, and what was said of it is said of the next name. The validator looks at dates with a time, and takes a birth date as
# Americans write it, and a value that is two. Clinnet reads a number in either form (records/fhir/shapes.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" fhir@4.12.0 >/dev/null
cd "$folder"
node - <<'NODE'
const { Fhir } = require("fhir");

const fhir = new Fhir();
const back = (resource) => fhir.xmlToObj(fhir.objToXml(resource));
const weight = { resourceType: "Observation", status: "final", code: { text: "Weight" }, valueQuantity: { value: 72.5, unit: "kg" } };
const unknown = { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }] };
const patient = { resourceType: "Patient", name: [{ given: [null, "Ann"], _given: [unknown, null] }] };
const value = back(weight).valueQuantity.value;
const [name] = back(patient).name;
const valid = (resource) => fhir.validate(resource).valid;
const taken = [{ resourceType: "Patient", birthDate: "03/05/1980" }, { ...weight, valueString: "heavy" }].map(valid);

console.log(`fhir ${require("fhir/package.json").version}`);
console.log("expected: 72.5, valid before and after; an unknown name, then Ann; neither of two mistakes taken");
console.log(`seen: ${JSON.stringify(value)}, valid ${valid(weight)} before, ${valid(back(weight))} after`);
console.log(`seen: given ${JSON.stringify(name.given)}, beside it ${JSON.stringify(name._given)}`);
console.log("seen: a birth date 03/05/1980 and a value of two kinds are valid:", ...taken);
const seen = [value, valid(weight), valid(back(weight)), name.given.join(), "extension" in name._given[0], ...taken];
process.exit(JSON.stringify(seen) === '["72.5",true,false,"Ann",true,true,true]' ? 0 : 1);
NODE
