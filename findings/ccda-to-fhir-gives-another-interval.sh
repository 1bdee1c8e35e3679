#!/usr/bin/env bash
# The package ccda-to-fhir turns documents of other clinics (C-CDA) into FHIR. "Every 4 to 6 hours", a period with two ends as its
# standard shows it, becomes "every day"; one to two milligrams become one of no unit; less than 5 becomes at most 5; what was not
# found becomes what was found; and the day of a vaccination, where it is written as in the standard's own example, "unknown". What
# a problem denies it reads rightly. Clinnet reads such documents itself (records/cda/), and each of these as it is written.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check ccda-to-fhir==0.3 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging
from importlib.metadata import version

from ccda_to_fhir import convert_document

logging.disable(logging.CRITICAL)
HL7, RXNORM, LOINC, SNOMED = "2.16.840.1.113883.10.20.22", "2.16.840.1.113883.6.88", "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96"
HEAD = f"""<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="1.2.3"/>
<code code="34133-9" codeSystem="{LOINC}"/><title>Summary</title><effectiveTime value="20251103"/><recordTarget><patientRole>
<id root="1.2.3.4" extension="1"/><patient><name><given>Ann</given><family>Doe</family></name><birthTime value="19540314"/>
</patient></patientRole></recordTarget><custodian><assignedCustodian><representedCustodianOrganization><name>City</name>
</representedCustodianOrganization></assignedCustodian></custodian><component><structuredBody><component>"""


def template(name, version_="2014-06-09"):
    return f'<templateId root="{HL7}.{name}"/><templateId root="{HL7}.{name}" extension="{version_}"/>'


def read(section, code, entry, kind):
    body = f'<section>{template(section)}<code code="{code}" codeSystem="{LOINC}"/><title>S</title><text>s</text><entry>{entry}</entry></section>'
    made = convert_document(f"{HEAD}{body}</component></structuredBody></component></ClinicalDocument>")["bundle"]
    return next(each["resource"] for each in made["entry"] if each["resource"]["resourceType"] == kind)


def product(name, code, system, words):
    material = f'<manufacturedMaterial><code code="{code}" codeSystem="{system}" displayName="{words}"/></manufacturedMaterial>'
    return f'<consumable><manufacturedProduct classCode="MANU">{template(name)}{material}</manufacturedProduct></consumable>'


def medicine(inside):
    head = f'{template("4.16")}<id root="1.2" extension="m"/><statusCode code="active"/>{inside}'
    whole = f'<substanceAdministration classCode="SBADM" moodCode="EVN">{head}{product("4.23", "1", RXNORM, "Ibuprofen")}</substanceAdministration>'
    return read("2.1.1", "10160-0", whole, "MedicationStatement")["dosage"][0]


def value(inside, negated="false"):
    seen = f'{template("4.2", "2015-08-01")}<id root="1.2" extension="r"/><code code="1-8" codeSystem="{LOINC}" displayName="Test"/>'
    seen += f'<statusCode code="completed"/><effectiveTime value="20250102"/>{inside}'
    seen = f'<observation classCode="OBS" moodCode="EVN" negationInd="{negated}">{seen}</observation>'
    head = f'{template("4.1", "2015-08-01")}<id root="1.2" extension="o"/><code code="57021-8" codeSystem="{LOINC}"/><statusCode code="completed"/>'
    return read("2.3.1", "30954-2", f'<organizer classCode="BATTERY" moodCode="EVN">{head}<component>{seen}</component></organizer>', "Observation")


every = '<effectiveTime xsi:type="PIVL_TS" institutionSpecified="true"><period><low value="4" unit="h"/><high value="6" unit="h"/></period></effectiveTime>'
often = medicine(f'{every}<doseQuantity value="400" unit="mg"/>')["timing"]["repeat"]
dose = medicine(f'{every}<doseQuantity><low value="1" unit="mg"/><high value="2" unit="mg"/></doseQuantity>')["doseAndRate"][0]["doseQuantity"]
less = value('<value xsi:type="IVL_PQ"><high value="5" unit="mg/L" inclusive="false"/></value>')["valueQuantity"]
found = value(f'<value xsi:type="CD" code="27268008" codeSystem="{SNOMED}" displayName="Salmonella"/>', "true")
given = f'{template("4.52", "2015-08-01")}<id root="1.2" extension="i"/><statusCode code="completed"/><effectiveTime value="20250102"/>'
given = f'<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false">{given}{product("4.54", "140", "2.16.840.1.113883.12.292", "Influenza")}</substanceAdministration>'
vaccine = read("2.2.1", "11369-6", given, "Immunization")
print("ccda-to-fhir", version("ccda-to-fhir"))
print("expected: every 4 to 6 h, 1 to 2 mg, <5, Salmonella not found, 2025-01-02")
seen = [
    f"every {often['period']} {often['periodUnit']}",
    f"{dose['value']} {dose.get('unit')}",
    f"{less['comparator']}{less['value']}",
    f"{found['valueCodeableConcept']['coding'][0]['display']}, {found['status']}, {'modifierExtension' in found}",
    str(vaccine.get("occurrenceDateTime") or vaccine.get("occurrenceString")),
]
print("seen:    ", *seen, sep=" | ")
raise SystemExit(seen != ["every 1 d", "1 None", "<=5", "Salmonella, final, False", "unknown"])
PYTHON
