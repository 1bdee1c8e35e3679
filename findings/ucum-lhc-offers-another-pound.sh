#!/usr/bin/env bash
# The units' own tool of the United States' National Library of Medicine proposes codes for what people write. For "lb", as every American
# scale says, it proposes the pound of apothecaries, 373 g, and a pressure; the common pound of 454 g, which it proposes for
# "lbs", is not among them. Who takes the proposal makes a child of 44 lb weigh 16.4 kg instead of 20, and doses by that. Clinnet
# has a closed table of what people type (records/rules/units.py) and exports the code.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @lhncbc/ucum-lhc@7.1.10 >/dev/null
cd "$folder"
node - <<'NODE'
const { UcumLhcUtils } = require("@lhncbc/ucum-lhc");

const units = UcumLhcUtils.getInstance();
const proposed = (typed) => units.validateUnitString(typed, true).suggestions.flatMap((each) => each.units.map(([code]) => code));
const kilograms = (code) => units.convertUnitTo(code, 44, "kg").toVal.toFixed(1);
const seen = proposed("lb");

console.log(`@lhncbc/ucum-lhc ${require("@lhncbc/ucum-lhc/package.json").version}`);
console.log(`expected: for "lb" [lb_av], of which 44 are ${kilograms("[lb_av]")} kg, as for "lbs": ${proposed("lbs").join(", ")}`);
console.log(`seen: for "lb" ${seen.join(", ")}; 44 [lb_ap] are ${kilograms("[lb_ap]")} kg`);
process.exit(seen.join() === "[lb_ap],[psi]" ? 0 : 1);
NODE
