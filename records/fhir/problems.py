"""A Condition in words, and whether it is over. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, codes, label, partial_date, text, thing, things
from records.fhir.shapes import ICD, aged, between, clean, code_of, sited, status, told
from records.lines import ProblemLine

# Of ICD-10-GM, whose certainty stands beside its code.
EXCLUDED, STATUS_POST = "A", "Z"
GERMAN = {EXCLUDED: "excluded", "V": "suspected", STATUS_POST: "status post"}
SIDES = {"L": "left", "R": "right", "B": "both sides"}
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
    words = ", ".join(filter(None, (words, *_sides(body.get("code")))))
    stages = (clean(label(each.get("summary"))) for each in things(body.get("stage")))
    notes = (told(each.get("text"), LONGEST_NOTE) for each in things(body.get("note")))
    words = "; ".join(filter(None, dict.fromkeys((words, *stages, *notes))))
    sure = GERMAN.get(_certainty(body.get("code")), "") or status(body, "verificationStatus")
    return ProblemLine(
        words=f"{words} ({sure})" if sure in (*UNSURE, *GERMAN.values()) else words,
        code=code_of(body.get("code"), ICD),
        since=partial_date(body.get("onsetDateTime") or thing(body.get("onsetPeriod")).get("start")),
    )


def _said_of_codes(code: object, name: str) -> Iterator[str]:
    """What a German extension says of an ICD code: the code that it gives, on each coding or on all of them."""
    for each in (thing(code), *things(thing(code).get("coding"))):
        for extension in things(each.get("extension")):
            if text(extension.get("url")).lower().endswith(name):
                yield next((said for _, said in codes(extension.get("valueCoding"))), "")


def _certainty(code: object) -> str:
    return next(filter(None, _said_of_codes(code, "diagnosesicherheit")), "")


def _sides(code: object) -> Iterator[str]:
    yield from (SIDES[each] for each in dict.fromkeys(_said_of_codes(code, "seitenlokalisation")) if each in SIDES)


def state_of(body: Json) -> str:
    """What was ruled out is no problem of the patient: it is shown as an error."""
    certainty = _certainty(body.get("code"))
    if status(body, "verificationStatus") in ("entered-in-error", "refuted") or certainty == EXCLUDED:
        return "errored"
    clinical = status(body, "clinicalStatus")
    abated = any(name.startswith("abatement") and value is not False for name, value in body.items())
    abated = abated or certainty == STATUS_POST
    return "ended" if (clinical in OVER if clinical else abated) else "current"
