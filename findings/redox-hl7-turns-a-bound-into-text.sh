#!/usr/bin/env bash
# A laboratory's "less than 5" is a value of the type SN in HL7 version 2: ^<^5, three components. The package with which Redox, an exchange
# of clinics and laboratories, reads and writes such messages does not know the type: it keeps the value as one text and writes
# its marks as escapes, \S\<\S\5. A line's end within a text, \.br\, is written as two backslashes around letters. What was read
# and written again says something else. Clinnet reads both in either form (records/rules/hl7_fields.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @redoxengine/redox-hl7-v2@1.0.1 >/dev/null
cd "$folder"
node - <<'NODE'
const { readFileSync } = require("node:fs");
const { Parser, Generator } = require("@redoxengine/redox-hl7-v2");

const sent = [
  "MSH|^~\\&|LAB|X|CLINIC|Y|20261128||ORU^R01|1|P|2.5.1",
  "PID|1||123||Doe^Ann",
  "OBR|1||F1|T^Troponin",
  "OBX|1|SN|T^Troponin||^<^5|ng/L|||||F",
  "OBX|2|TX|N^Note||First line\\.br\\second line||||||F",
];
const written = new Generator().write(new Parser().parse(`${sent.join("\r")}\r`)).split("\r");
const values = (lines) => lines.filter((line) => line.startsWith("OBX")).map((line) => line.split("|")[5]);
const { version } = JSON.parse(readFileSync("node_modules/@redoxengine/redox-hl7-v2/package.json"));

console.log(`@redoxengine/redox-hl7-v2 ${version}`);
console.log("expected:", ...values(sent));
console.log("seen:    ", ...values(written));
process.exit(values(written).join() === "\\S\\<\\S\\5,First line\\E\\.br\\E\\second line" ? 0 : 1);
NODE
