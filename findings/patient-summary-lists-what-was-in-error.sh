#!/usr/bin/env bash
# @imranq2/fhirpatientsummary makes an International Patient Summary of a bundle. An allergy that was entered in error is in its table
# "Active", a value that was is among the results, and an order not to give a medicine is one of the medicines. A range "up to 5.1"
# is the number 5.1 alone; a result that is the whole number 0, or "false", is left out. Clinnet exports what is in error as such, since
# a system that has it already must learn it (records/fhir/writing.py): whoever reads a bundle has to look at each state.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" @imranq2/fhirpatientsummary@1.0.45 >/dev/null
cd "$folder"
cat > summary.mjs <<'NODE'
import { readFileSync } from "node:fs";

const PACKAGE = "./node_modules/@imranq2/fhirpatientsummary";
const { ComprehensiveIPSCompositionBuilder } = await import(`${PACKAGE}/dist/index.js`);
const today = new Date().toISOString();
const TERMS = "http://terminology.hl7.org/CodeSystem";
const REF = { reference: "Patient/p" };
const patient = { resourceType: "Patient", id: "p", name: [{ family: "Doe", given: ["Jane"] }], birthDate: "1980-05-03" };
const coded = (system, code) => ({ coding: [{ system: `${TERMS}/${system}`, code }] });
const allergy = (id, text, more) => ({ resourceType: "AllergyIntolerance", id, patient: REF, code: { text }, ...more });
const order = (id, text, more) => ({
  resourceType: "MedicationRequest", id, subject: REF, status: "active", intent: "order", authoredOn: today,
  medicationCodeableConcept: { text }, ...more,
});
const result = (id, loinc, display, more) => ({
  resourceType: "Observation", id, subject: REF, status: "final", effectiveDateTime: today,
  category: [coded("observation-category", "laboratory")],
  code: { coding: [{ system: "http://loinc.org", code: loinc, display }] }, ...more,
});
const upTo = { referenceRange: [{ high: { value: 5.1, unit: "mmol/L" } }] };
const resources = [
  patient,
  allergy("a1", "Penicillin", { clinicalStatus: coded("allergyintolerance-clinical", "active") }),
  allergy("a2", "Peanut", { verificationStatus: coded("allergyintolerance-verification", "entered-in-error") }),
  order("m1", "Losartan"), order("m2", "Amlodipine", { doNotPerform: true }),
  result("o1", "2823-3", "Potassium", { valueQuantity: { value: 4.5, unit: "mmol/L" }, ...upTo }),
  result("o2", "2951-2", "Sodium", { valueQuantity: { value: 190, unit: "mmol/L" }, status: "entered-in-error" }),
  result("o3", "5193-8", "HBs antibody", { valueInteger: 0 }),
  result("o4", "600-7", "Culture", { valueBoolean: false }),
];

console.info = console.log = () => {}; // it reports each section
const builder = new ComprehensiveIPSCompositionBuilder().setPatient(patient);
await builder.readBundleAsync({ resourceType: "Bundle", type: "collection", entry: resources.map((resource) => ({ resource })) }, "UTC");
const made = await builder.buildBundleAsync("o", "Clinic", "https://example.org", "UTC");
const { section } = made.entry.find((each) => each.resource.resourceType === "Composition").resource;
const words = (of) => section.find((each) => each.title.startsWith(of)).text.div.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const there = (of, names) => names.filter((name) => words(of).includes(name));
const seen = {
  active: words("Allergies").match(/Active (.*?) Resolved|Active (.*)/)[0].match(/Penicillin|Peanut/g),
  medicines: there("Medication", ["Losartan", "Amlodipine"]),
  results: there("Results", ["Potassium", "Sodium", "HBs antibody", "Culture"]),
  range: words("Results").match(/4\.5 mmol\/L (.*?) mmol/)[1],
};
const say = (text) => process.stdout.write(`${text}\n`);
say(`@imranq2/fhirpatientsummary ${JSON.parse(readFileSync(`${PACKAGE}/package.json`)).version}`);
say("expected: penicillin, losartan; potassium with its range up to 5.1, HBs antibody 0 and the culture, no sodium");
say(`seen: ${JSON.stringify(seen)}`);
const wanted = {
  active: ["Penicillin", "Peanut"], medicines: ["Losartan", "Amlodipine"], results: ["Potassium", "Sodium"], range: "5.1",
};
process.exit(JSON.stringify(seen) === JSON.stringify(wanted) ? 0 : 1);
NODE
node summary.mjs
