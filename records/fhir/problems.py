"""A Condition in words, and whether it is over. Pure."""

from patients.fhir.parts import Json, label, partial_date, thing
from records.fhir.observations import quantity_said
from records.fhir.shapes import ICD, between, clean, code_of, sited, status, told
from records.lines import ProblemLine

UNSURE = ("refuted", "unconfirmed", "provisional", "differential")  # told behind the words
OVER = ("resolved", "inactive", "remission")


def line_of(body: Json) -> ProblemLine:
    words = sited(clean(label(body.get("code"))) or "Not named", body)
    severity = clean(label(body.get("severity")))
    words = f"{words}, {severity.lower()}" if severity and severity.casefold() not in words.casefold() else words
    began = told(body.get("onsetString")) or quantity_said(body.get("onsetAge")) or between(body.get("onsetRange"))
    words = f"{words}, since {began}" if began else words
    sure = status(body, "verificationStatus")
    return ProblemLine(
        words=f"{words} ({sure})" if sure in UNSURE else words,
        code=code_of(body.get("code"), ICD),
        since=partial_date(body.get("onsetDateTime") or thing(body.get("onsetPeriod")).get("start")),
    )


def state_of(body: Json) -> str:
    """What was ruled out is no problem of the patient: it is shown as an error."""
    if status(body, "verificationStatus") in ("entered-in-error", "refuted"):
        return "errored"
    clinical = status(body, "clinicalStatus")
    abated = any(name.startswith("abatement") and value is not False for name, value in body.items())
    return "ended" if (clinical in OVER if clinical else abated) else "current"
