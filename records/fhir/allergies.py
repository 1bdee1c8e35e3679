"""An AllergyIntolerance in words, and what says that there is none. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, codes, label, partial_date, text, thing, things
from records.fhir.shapes import NO_ALLERGY, aged, between, clean, is_not_known, status, told
from records.lines import AllergyLine

# SNOMED CT, and the absent-unknown codes of the International Patient Summary.
NONE = {NO_ALLERGY, "160244002", "no-known-allergies"}
OF_SOME_CODES = {
    "409137002",
    "428607008",
    "429625007",
    "716220001",
    "1003774007",
    "no-allergy-info",
    "no-known-medication-allergies",
    "no-known-environmental-allergies",
    "no-known-food-allergies",
}
NONE_WORDS = {
    "no known allergies", "no known allergy", "no allergies", "nka", "none known",
    "keine bekannten allergien", "keine allergien bekannt", "keine allergien",
    "aucune allergie connue", "pas d'allergie connue", "pas d’allergie connue",
    "sin alergias conocidas", "no se conocen alergias", "alergias no conocidas",
    "geen bekende allergieën", "geen allergieën bekend", "nessuna allergia nota", "sem alergias conhecidas",
    "ingen kända allergier", "ingen kendte allergier", "ingen kjente allergier", "brak znanych alergii",
}  # fmt: skip
OF_SOME_WORDS = {
    "no known drug allergies",
    "no known drug allergy",
    "no known medication allergies",
    "no known food allergies",
    "nkda",
    "nkma",
    "nkfa",
    "unknown", "not known", "no information", "no information available", "unbekannt", "inconnu", "onbekend",
}  # fmt: skip
RISK, NO_RISK = "substanceExposureRisk", "no-known-reaction-risk"
OF_SOME = "says that there is no allergy of one kind, or that nothing is known, so it is not listed."
WORST = ("severe", "moderate", "mild")


def says_none(body: Json) -> bool:
    """That there are none at all."""
    return bool(_codes(body) & NONE) or _words(body) in NONE_WORDS


def says_none_of_some(body: Json) -> bool:
    """That there are none of drugs, of foods; or that nobody knows: neither is an allergy, nor a fact about all."""
    none = bool(_codes(body) & OF_SOME_CODES) or _words(body) in OF_SOME_WORDS
    return none or is_not_known(body.get("code")) or _risk(body)[1] == NO_RISK


def _risk(body: Json) -> tuple[str, str]:
    """Substance and risk of an extension that takes the place of the code: also that there is none."""
    listed = (each for each in things(body.get("extension")) if text(each.get("url")).endswith(RISK))
    parts = {
        text(part.get("url")): part.get("valueCodeableConcept") for part in things(next(listed, {}).get("extension"))
    }
    return clean(label(parts.get("substance"))), next((code for _, code in codes(parts.get("exposureRisk"))), "")


def _codes(body: Json) -> set[str]:
    return {text(each.get("code")) for each in things(thing(body.get("code")).get("coding"))}


def _words(body: Json) -> str:
    return clean(label(body.get("code"))).casefold().rstrip(".")


def line_of(body: Json) -> AllergyLine:
    """`severity` is that of the worst reaction, never the criticality, which is the risk of the next one."""
    reactions = things(body.get("reaction"))
    severities = {text(each.get("severity")) for each in reactions}
    substances = (clean(label(each.get("substance"))) for each in reactions)
    return AllergyLine(
        substance=clean(label(body.get("code")))
        or next(filter(None, (*substances, _risk(body)[0])), "")
        or "Not named",
        reactions=tuple(dict.fromkeys(filter(None, _reactions(body)))),
        kind="intolerance" if text(body.get("type")) == "intolerance" else "allergy",
        severity=next((each for each in WORST if each in severities), ""),
        since=partial_date(body.get("onsetDateTime") or thing(body.get("onsetPeriod")).get("start")),
    )


def _reactions(body: Json) -> Iterator[str]:
    """What happened, and what else is told in words."""
    for each in things(body.get("reaction")):
        yield from (clean(label(one)) for one in things(each.get("manifestation")))
        yield told(each.get("description")).rstrip(".")
        route, began = clean(label(each.get("exposureRoute"))), partial_date(each.get("onset"))
        yield f"exposure: {route}" if route else ""
        yield f"on {began}" if began else ""
        yield from (told(one.get("text")).rstrip(".") for one in things(each.get("note")))
    yield "high criticality, as sent" if text(body.get("criticality")) == "high" else ""
    sure, last = status(body, "verificationStatus"), partial_date(body.get("lastOccurrence"))
    yield f"{sure}, as sent" if sure in ("unconfirmed", "presumed") else ""
    began = told(body.get("onsetString")) or aged(body.get("onsetAge")) or between(body.get("onsetRange"))
    yield f"since {began}" if began else ""
    yield f"last on {last}" if last else ""
    yield from (told(each.get("text")).rstrip(".") for each in things(body.get("note")))
