"""A Condition in words, and whether it is over. Pure."""

from patients.fhir.parts import Json, label, partial_date, thing, things
from records.fhir.shapes import ICD, aged, between, clean, code_of, sited, status, told
from records.lines import ProblemLine

UNSURE = ("refuted", "unconfirmed", "provisional", "differential")  # told behind the words
LONGEST_NOTE = 200  # of a remark, which stands behind the words
OVER = ("resolved", "inactive", "remission")


def line_of(body: Json) -> ProblemLine:
    words = sited(clean(label(body.get("code"))) or "Not named", body)
    severity = clean(label(body.get("severity")))
    words = f"{words}, {severity.lower()}" if severity and severity.casefold() not in words.casefold() else words
    for name, before in (("onset", "since"), ("abatement", "until")):
        said = told(body.get(f"{name}String")) or aged(body.get(f"{name}Age")) or between(body.get(f"{name}Range"))
        words = f"{words}, {before} {said}" if said else words
    stages = (clean(label(each.get("summary"))) for each in things(body.get("stage")))
    notes = (told(each.get("text"), LONGEST_NOTE) for each in things(body.get("note")))
    words = "; ".join(filter(None, dict.fromkeys((words, *stages, *notes))))
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
