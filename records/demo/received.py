"""What the demo received: a hospital's summary of care, as its system writes one. Nothing in it is advice."""

from dataclasses import dataclass
from datetime import date, timedelta
from string import Template
from xml.sax.saxutils import escape

TITLE, SENDER = "Discharge summary", "City Hospital"
LOINC, ICD, SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.90", "2.16.840.1.113883.6.96"


@dataclass(frozen=True, slots=True, repr=False)
class Whose:
    """Whom it is about; `born` is an ISO date."""

    family: str
    given: str
    born: str
    number: str


def discharge(whose: Whose, on: date) -> bytes:
    """A C-CDA document, of an admission that ended on that day."""
    told = {name: escape(value) for name, value in (("family", whose.family), ("given", whose.given))}
    days = {"on": on, "before": on - timedelta(days=2), "since": on - timedelta(days=1)}
    stamps = {name: f"{day:%Y%m%d}" for name, day in days.items()}
    return DISCHARGE.substitute(
        told,
        born=whose.born.replace("-", ""),
        number=escape(whose.number),
        **stamps,
        loinc=LOINC,
        icd=ICD,
        snomed=SNOMED,
        title=TITLE,
        sender=SENDER,
    ).encode()


DISCHARGE = Template("""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3" extension="$number-$on"/><code code="18842-5" codeSystem="$loinc"/><title>$title</title>
<effectiveTime value="$on"/>
<recordTarget><patientRole><id root="1.2.3.4" extension="$number"/><patient>
<name><given>$given</given><family>$family</family></name>
<birthTime value="$born"/></patient></patientRole></recordTarget>
<custodian><assignedCustodian><representedCustodianOrganization><name>$sender</name></representedCustodianOrganization>
</assignedCustodian></custodian><component><structuredBody>
<component><section><code code="8648-8" codeSystem="$loinc"/><title>Hospital course</title>
<text><paragraph>Two days on the ward for an exacerbation of asthma. Salbutamol by nebuliser and prednisolone.
Walks without breathlessness at discharge.</paragraph>
<paragraph>Please look at inhaler technique within two weeks.</paragraph></text>
</section></component>
<component><section><code code="11450-4" codeSystem="$loinc"/><title>Problems</title><text/>
<entry><act classCode="ACT" moodCode="EVN"><statusCode code="active"/><entryRelationship typeCode="SUBJ">
<observation classCode="OBS" moodCode="EVN"><effectiveTime><low value="$before"/></effectiveTime>
<value xsi:type="CD" code="708038006" codeSystem="$snomed" displayName="Acute exacerbation of asthma">
<translation code="J45.901" codeSystem="$icd" displayName="Unspecified asthma with (acute) exacerbation"/></value>
</observation></entryRelationship></act></entry></section></component>
<component><section><code code="10183-2" codeSystem="$loinc"/><title>Medicines at discharge</title><text/>
<entry><substanceAdministration classCode="SBADM" moodCode="EVN"><text>1 puff twice a day</text>
<statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="$since"/></effectiveTime>
<consumable><manufacturedProduct><manufacturedMaterial>
<code code="1" codeSystem="2.16.840.1.113883.6.88" displayName="Beclometasone 200 microgram inhaler"/>
</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry></section></component>
<component><section><code code="8716-3" codeSystem="$loinc"/><title>Vital signs at discharge</title><text/>
<entry><organizer classCode="CLUSTER" moodCode="EVN">
<code code="46680005" codeSystem="$snomed" displayName="Vital signs"/>
<statusCode code="completed"/><effectiveTime value="$on"/>
<component><observation classCode="OBS" moodCode="EVN"><code code="8480-6" codeSystem="$loinc" displayName="Systolic"/>
<statusCode code="completed"/><value xsi:type="PQ" value="122" unit="mm[Hg]"/></observation></component>
<component><observation classCode="OBS" moodCode="EVN"><code code="8462-4" codeSystem="$loinc" displayName="Diastolic"/>
<statusCode code="completed"/><value xsi:type="PQ" value="76" unit="mm[Hg]"/></observation></component>
<component><observation classCode="OBS" moodCode="EVN"><code code="59408-5" codeSystem="$loinc" displayName="SpO2"/>
<statusCode code="completed"/><value xsi:type="PQ" value="97" unit="%"/></observation></component>
</organizer></entry></section></component>
</structuredBody></component></ClinicalDocument>
""")
