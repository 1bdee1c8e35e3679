"""A Condition in words, and whether it is over. Pure."""

from patients.fhir.parts import Json, label, partial_date, thing, things
from records.fhir.shapes import ICD, clean, code_of, status
from records.lines import ProblemLine

UNSURE = ("refuted", "unconfirmed", "provisional", "differential")  # told behind the words
OVER = ("resolved", "inactive", "remission")


def line_of(body: Json) -> ProblemLine:
    known = clean(label(body.get("code"))) or "Not named"
    sites = (clean(label(each)) for each in things(body.get("bodySite")))
    words = ", ".join((known, *(each for each in sites if each and each.casefold() not in known.casefold())))
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
