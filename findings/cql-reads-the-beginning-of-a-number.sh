#!/usr/bin/env bash
# CQL, in which measures of quality are written, makes a number of a text only where all of it is one; else the answer is null.
# cql-execution reads as far as it can and forgets the rest: ToDecimal('12,500') is 12, ToInteger('0x10') 16, ToQuantity of
# "<5 'mg'" is 5 mg, of "1.5 mg", whose unit lacks its quotes, 1.5 without a unit. Clinnet exports a number with its bound and unit as
# a quantity, and only what it cannot read for sure as a text (records/fhir/writing.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" cql-execution@3.3.2 >/dev/null
cd "$folder"
node - <<'NODE'
const cql = require("cql-execution");

const TEXTS = [["ToDecimal", "12,500"], ["ToInteger", "0x10"], ["ToQuantity", "<5 'mg'"], ["ToQuantity", "1.5 mg"], ["ToDecimal", "many"]];
const read = async ([type, value]) => {
  const operand = { type: "Literal", valueType: "{urn:hl7-org:elm-types:r1}String", value };
  const def = [{ name: "x", context: "Unfiltered", accessLevel: "Public", expression: { type, operand } }];
  const identifier = { id: "Texts", version: "1" };
  const schemaIdentifier = { id: "urn:hl7-org:elm", version: "r1" };
  const library = new cql.Library({ library: { identifier, schemaIdentifier, usings: { def: [] }, statements: { def } } });
  const { unfilteredResults } = await new cql.Executor(library).exec(new cql.PatientSource([]));
  return String(unfilteredResults.x);
};

(async () => {
  const seen = await Promise.all(TEXTS.map(read));
  console.log("cql-execution", require("cql-execution/package.json").version);
  console.log("expected: null for each");
  console.log("seen:", TEXTS.map(([type, text], at) => `${type}(${JSON.stringify(text)}) ${seen[at]}`).join("; "));
  process.exit(JSON.stringify(seen) === JSON.stringify(["12", "16", "5 'mg'", "1.5 ''", "null"]) ? 0 : 1);
})();
NODE
