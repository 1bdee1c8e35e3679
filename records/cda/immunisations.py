"""Immunisations. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from records.cda.medicines import MATERIAL
from records.cda.offers import IMM, Offer
from records.cda.parts import CVX, Texts, code_of, denied, interval, named, not_a_fact, plain
from records.cda.problems import status_of
from records.lines import ImmunisationLine


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    given = entry.find("substanceAdministration")
    if given is not None:
        yield given, _offer(given, texts)


def _offer(given: Element, texts: Texts) -> Offer:
    code = given.find(f"{MATERIAL}/code")
    name = named(given.find(MATERIAL), texts)
    if not name:
        return Offer(IMM, "Not named", why_not="it names no vaccine")
    if denied(given):
        return Offer(IMM, name, why_not="said not to be given")
    if why_not := not_a_fact(given):
        return Offer(IMM, name, why_not=why_not)
    on, lot = interval(given.find("effectiveTime")).low, given.find(f"{MATERIAL}/lotNumberText")
    line = ImmunisationLine(
        vaccine=name[:80],
        cvx=code_of(code, CVX),
        on=on,
        lot=plain("".join(lot.itertext()))[:40] if lot is not None else "",
        source="card",
    )
    if status_of(given) in ("aborted", "cancelled", "nullified", "active"):
        return Offer(IMM, name, line, why_not=f"it is {status_of(given)} there")
    return Offer(IMM, name, line, why_not="" if len(on) == len("2026-11-28") else "it names no day")
