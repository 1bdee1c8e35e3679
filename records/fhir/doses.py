"""An Immunization in words. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.shapes import CVX, clean, code_of, told
from records.lines import ImmunisationLine


def line_of(body: Json) -> ImmunisationLine:
    """One that its sender says was too weak counts for no series: it has no code."""
    weak = body.get("isSubpotent") is True
    vaccine = clean(label(body.get("vaccineCode")))
    more = ", ".join(filter(None, ("subpotent: does not count" if weak else "", *_more(body))))
    return ImmunisationLine(
        vaccine=f"{vaccine} ({more})" if more else vaccine,
        cvx="" if weak else code_of(body.get("vaccineCode"), CVX),
        on=partial_date(body.get("occurrenceDateTime")),
        lot=text(body.get("lotNumber")),
        expires=partial_date(body.get("expirationDate")),
        site=clean(label(body.get("site"))),
        source="card",
        maker=text(thing(body.get("manufacturer")).get("display"), 80),
    )


def _counted(protocol: Json) -> str:
    """ "dose 2 of 3"."""
    number_, most = (
        next((said for kind in ("PositiveInt", "String", "") if (said := text(protocol.get(f"{name}{kind}"), 20))), "")
        for name in ("doseNumber", "seriesDoses")
    )
    series = text(protocol.get("series"), 60)
    return " ".join(
        filter(None, (series, f"dose {number_}" if number_ else "", f"of {most}" if number_ and most else ""))
    )


def _more(body: Json) -> Iterator[str]:
    """A day that is no date, what happened then, and what is told in words."""
    named = label(body.get("vaccineCode")).casefold()
    for each in things(body.get("protocolApplied")):
        against = [words for one in things(each.get("targetDisease")) if (words := clean(label(one)))]
        new = ", ".join(words for words in against if words.casefold() not in named)
        yield f"against {new}" if new else ""
        yield _counted(each)
    yield told(body.get("occurrenceString"))
    for each in things(body.get("reaction")):
        on, what = partial_date(each.get("date")), text(thing(each.get("detail")).get("display"))
        yield " ".join(filter(None, ("reaction", what, f"on {on}" if on else "")))
    yield from (told(each.get("text")) for each in things(body.get("note")))
