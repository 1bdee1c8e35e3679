#!/usr/bin/env bash
# In a C-CDA document negationInd="true" says that something is not so: the patient has no diabetes, does not take warfarin, was not given
# the vaccine. Medplum's converter to FHIR does not look at it: all three become facts, confirmed, active and completed. It also makes 2.5
# mg of a medicine 2.5 international units, files an allergy to a drug under food, and makes a birth in March 1954 one on 1
# January. Clinnet reads such documents itself: what is denied is only shown, a dose keeps its unit, a date its precision (records/cda/).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @medplum/ccda@5.1.10 >/dev/null 2>&1
cd "$folder"
node - <<'NODE'
globalThis.WebSocket ??= class {}; // which the package names when it is loaded, and Node 20 has not
const { readFileSync } = require("node:fs");
const { convertCcdaToFhir, convertXmlToCcda } = require("@medplum/ccda");

const SNOMED = "2.16.840.1.113883.6.96";
const HL7 = "2.16.840.1.113883.5";
const template = (end) => `<templateId root="2.16.840.1.113883.10.20.22.${end}"/><id root="1.${end}"/>`;
const coded = (tag, code, name, system = SNOMED) => `<${tag} code="${code}" codeSystem="${system}" displayName="${name}"/>`;
const section = (end, code, entry) => `<component><section>${template(end)}${coded("code", code, "", "2.16.840.1.113883.6.1")}
  <title>Section</title><text/><entry typeCode="DRIV">${entry}</entry></section></component>`;
const concern = (act, end, observation) => `<act classCode="ACT" moodCode="EVN">${template(act)}${coded("code", "CONC", "", `${HL7}.6`)}
  <statusCode code="active"/><effectiveTime><low value="20200101"/></effectiveTime><entryRelationship typeCode="SUBJ">
  ${observation.replace(">", `>${template(end)}`)}</entryRelationship></act>`;
const given = (end, product, name, system, more) => `<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="true">
  ${template(end)}<statusCode code="active"/>${more}<consumable><manufacturedProduct classCode="MANU">${template(product)}
  <manufacturedMaterial>${coded("code", "1", name, system)}</manufacturedMaterial></manufacturedProduct></consumable>
  </substanceAdministration>`;
const problem = `<observation classCode="OBS" moodCode="EVN" negationInd="true">${coded("code", "55607006", "Problem")}
  <statusCode code="completed"/><effectiveTime><low value="20200101"/></effectiveTime>
  ${coded('value xsi:type="CD"', "73211009", "Diabetes")}</observation>`;
const allergy = `<observation classCode="OBS" moodCode="EVN">${coded("code", "ASSERTION", "", `${HL7}.4`)}
  <statusCode code="completed"/><effectiveTime><low value="20200101"/></effectiveTime>
  ${coded('value xsi:type="CD"', "416098002", "Allergy to drug")}<participant typeCode="CSM"><participantRole classCode="MANU">
  <playingEntity classCode="MMAT">${coded("code", "764146007", "Penicillin")}</playingEntity></participantRole></participant></observation>`;
const dose = '<effectiveTime xsi:type="IVL_TS"><low value="20190101"/></effectiveTime><doseQuantity value="2.5" unit="mg"/>';
const xml = `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="1.2.3"/>
  ${template("1.1")}<title>Summary</title><effectiveTime value="20251103101500-0500"/><recordTarget><patientRole>
  <id root="1.2.3.4" extension="1"/><patient><name><given>Ann</given><family>Berg</family></name><birthTime value="195403"/>
  </patient></patientRole></recordTarget><component><structuredBody>
  ${section("2.5.1", "11450-4", concern("4.3", "4.4", problem))}
  ${section("2.6.1", "48765-2", concern("4.30", "4.7", allergy))}
  ${section("2.1.1", "10160-0", given("4.16", "4.23", "Warfarin", "2.16.840.1.113883.6.88", dose))}
  ${section("2.2.1", "11369-6", given("4.52", "4.54", "Influenza", "2.16.840.1.113883.12.292", '<effectiveTime value="20201015"/>'))}
  </structuredBody></component></ClinicalDocument>`;

const resources = convertCcdaToFhir(convertXmlToCcda(xml)).entry.map((entry) => entry.resource);
const of = (type) => resources.find((resource) => resource.resourceType === type) ?? {};
const medicine = of("MedicationRequest");
const quantity = medicine.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity ?? {};
const seen = [
  `diabetes ${of("Condition").verificationStatus?.coding?.[0]?.code}`,
  `warfarin ${medicine.status}`,
  `vaccine ${of("Immunization").status}`,
  `${quantity.value} ${quantity.unit}`,
  `penicillin is ${of("AllergyIntolerance").category}`,
  `born ${of("Patient").birthDate}`,
];
console.log("@medplum/ccda", JSON.parse(readFileSync("node_modules/@medplum/ccda/package.json")).version);
console.log("expected: diabetes refuted, warfarin not taken, vaccine not-done, 2.5 mg, penicillin is medication, born 1954-03");
console.log("seen:", seen.join(", "));
const known = "diabetes confirmed, warfarin active, vaccine completed, 2.5 [IU], penicillin is food, born 1954-01-01";
process.exit(seen.join(", ") === known ? 0 : 1);
NODE
