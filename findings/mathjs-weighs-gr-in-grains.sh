#!/usr/bin/env bash
# "gr" is how Spanish, Italian, Greek and Turkish patients and letters write gram. mathjs, which reads quantities with units, takes it
# for the grain of apothecaries: a newborn of 3500 gr weighs 227 g, and a gram of paracetamol is 65 mg. The words "gram" and "grain"
# it tells apart. "dr" is a dram, and "mcg", as American prescriptions write a millionth of a gram, no unit. Clinnet's closed table
# of what people type has no "gr", and says so (records/rules/units.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" mathjs@15.2.0 >/dev/null
cd "$folder"
node - <<'NODE'
const { unit } = require("mathjs");

const grams = (written) => Math.round(unit(written).toNumber("g") * 1000) / 1000;
const seen = ["3500 gr", "1 gr", "1 gram"].map(grams);
let micrograms = "read";
try {
  unit("50 mcg");
} catch (error) {
  micrograms = error.message;
}
console.log(`mathjs ${require("mathjs/package.json").version}`);
console.log("expected: 3500 g, 1 g, 1 g, or that gr is not known");
console.log("seen:", ...seen.map((each) => `${each} g`), "|", micrograms);
process.exit(seen.join() === "226.796,0.065,1" && micrograms !== "read" ? 0 : 1);
NODE
