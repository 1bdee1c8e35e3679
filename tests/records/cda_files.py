"""Documents of our own making, as other clinics' systems write them."""

from dataclasses import dataclass

NS = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc"'
SNOMED, ICD, LOINC = "2.16.840.1.113883.6.96", "2.16.840.1.113883.6.90", "2.16.840.1.113883.6.1"
RXNORM, CVX = "2.16.840.1.113883.6.88", "2.16.840.1.113883.12.292"


@dataclass(frozen=True)
class Who:
    number: str = "4711"
    family: str = "Berg"
    given: str = "Pieter"
    born: str = "19540314"


PIETER = Who()


def document(*sections: str, who: Who = PIETER, body: str = "", title: str = "Summary of care") -> bytes:
    parts = "".join(f"<component>{each}</component>" for each in sections)
    inside = body or f"<component><structuredBody>{parts}</structuredBody></component>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument {NS}><id root="1.2.3" extension="D1"/><code code="34133-9" codeSystem="{LOINC}"/>
<title>{title}</title><effectiveTime value="20251103101500-0500"/>
<recordTarget><patientRole><id root="1.2.3.4" extension="{who.number}"/><patient>
<name use="L"><given>{who.given}</given><given>Jan</given><family>{who.family}</family></name>
<birthTime value="{who.born}"/></patient></patientRole></recordTarget>
<custodian><assignedCustodian><representedCustodianOrganization><name>City Hospital</name>
</representedCustodianOrganization></assignedCustodian></custodian>{inside}</ClinicalDocument>""".encode()


def section(code: str, title: str, *entries: str, text: str = "") -> str:
    inside = "".join(f"<entry>{each}</entry>" for each in entries)
    head = f'<code code="{code}" codeSystem="{LOINC}"/><title>{title}</title>'
    return f"<section>{head}<text>{text}</text>{inside}</section>"


def concern(observation: str, state: str = "active") -> str:
    return (
        f'<act classCode="ACT" moodCode="EVN"><statusCode code="{state}"/>'
        f'<entryRelationship typeCode="SUBJ">{observation}</entryRelationship></act>'
    )


def problem(
    words: str,
    *,
    icd: str = "",
    time: str = '<low value="201703"/>',
    state: str = "active",
    more: str = "",
    negated: str = "",
) -> str:
    translated = f'<translation code="{icd}" codeSystem="{ICD}" displayName="{words}"/>' if icd else ""
    value = f'<value xsi:type="CD" code="1" codeSystem="{SNOMED}" displayName="{words}">{translated}</value>'
    mark = f' negationInd="{negated}"' if negated else ""
    seen = f"<effectiveTime>{time}</effectiveTime>{value}{more}"
    return concern(f'<observation classCode="OBS" moodCode="EVN"{mark}>{seen}</observation>', state)


def allergy(
    substance: str,
    *,
    kind: str = "419199007",
    reaction: str = "",
    severity: str = "",
    negated: str = "",
    state: str = "active",
) -> str:
    mark = f' negationInd="{negated}"' if negated else ""
    code = (
        f'<code code="1" codeSystem="{RXNORM}" displayName="{substance}"/>' if substance else '<code nullFlavor="NA"/>'
    )
    grave = (
        f'<entryRelationship typeCode="SUBJ" inversionInd="true"><observation><code code="SEV"/>'
        f'<value xsi:type="CD" code="{severity}" codeSystem="{SNOMED}"/></observation></entryRelationship>'
    )
    below = (
        f'<entryRelationship typeCode="MFST" inversionInd="true"><observation><value xsi:type="CD" code="9" '
        f'displayName="{reaction}"/>{grave if severity else ""}</observation></entryRelationship>'
    )
    entity = (
        f'<participantRole classCode="MANU"><playingEntity classCode="MMAT">{code}</playingEntity></participantRole>'
    )
    return concern(
        f'<observation{mark}><effectiveTime><low value="2011"/></effectiveTime>'
        f'<value xsi:type="CD" code="{kind}" codeSystem="{SNOMED}" displayName="Allergy to substance"/>'
        f'<participant typeCode="CSM">{entity}</participant>{below if reaction else ""}</observation>',
        state,
    )


SINCE = '<effectiveTime xsi:type="IVL_TS"><low value="20250101"/></effectiveTime>'


def medicine(name: str, *, state: str = "active", times: str = SINCE, more: str = "", mark: str = "") -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN"{mark}><statusCode code="{state}"/>{times}{more}'
        f'<consumable><manufacturedProduct><manufacturedMaterial><code code="1" codeSystem="{RXNORM}" '
        f'displayName="{name}"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>'
    )


def dose(name: str, cvx: str, on: str, *, mark: str = "", lot: str = "") -> str:
    written = f"<lotNumberText>{lot}</lotNumberText>" if lot else ""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN"{mark}><statusCode code="completed"/>'
        f'<effectiveTime value="{on}"/><consumable><manufacturedProduct><manufacturedMaterial><code code="{cvx}" '
        f'codeSystem="{CVX}" displayName="{name}"/>{written}</manufacturedMaterial></manufacturedProduct></consumable>'
        f"</substanceAdministration>"
    )


def value(name: str, said: str, *, loinc: str = "1-8", more: str = "", state: str = "completed") -> str:
    return (
        f'<component><observation classCode="OBS" moodCode="EVN"><code code="{loinc}" codeSystem="{LOINC}" '
        f'displayName="{name}"/><statusCode code="{state}"/>{said}{more}</observation></component>'
    )


def results(title: str, *values: str, on: str = "20251101083000+0100", state: str = "completed") -> str:
    return (
        f'<organizer classCode="BATTERY" moodCode="EVN"><code code="2" displayName="{title}"/>'
        f'<statusCode code="{state}"/><effectiveTime value="{on}"/>{"".join(values)}</organizer>'
    )


def number(written: str, unit: str = "") -> str:
    return f'<value xsi:type="PQ" value="{written}" unit="{unit}"/>'


def between(low: str, high: str, unit: str = "") -> str:
    ends = f'<low value="{low}" unit="{unit}"/><high value="{high}" unit="{unit}"/>'
    return (
        f'<referenceRange><observationRange><value xsi:type="IVL_PQ">{ends}</value></observationRange></referenceRange>'
    )
