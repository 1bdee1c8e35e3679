"""FHIR R4 Claim and ExplanationOfBenefit, or Invoice, to an old bill, as it says. Pure: no table, no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from clinnet.money import DECIMALS, near
from patients.fhir.parts import BadResource, Exact, Json, Resource, label, partial_date, text, thing, things

CLAIM, BENEFIT, INVOICE, CHARGE = KINDS = ("Claim", "ExplanationOfBenefit", "Invoice", "ChargeItem")
BILLS = (CLAIM, INVOICE)
VOID = ("cancelled", "entered-in-error")
MOST_DIGITS = 20  # of an amount: a greater power of ten is a mistake, and would take for ever to write out
REST = "Not said what for"
NO_TOTAL = "This bill has no total in a currency that is known; left out."
NO_DAY = "This bill has no date; left out."
NO_INVOICE = "This Invoice was not issued, or is void; left out."
NO_BILL = "This Claim is no bill (its status or its use); left out."


@dataclass(frozen=True, slots=True, repr=False)
class OldLine:
    name: str
    amount: int


@dataclass(frozen=True, slots=True, repr=False)
class OldBill:
    """Amounts count the minor unit of `currency`; the lines come to `total`."""

    day: str
    currency: str
    total: int
    payer: str
    lines: tuple[OldLine, ...] = field(repr=False)


def is_void(body: Json) -> bool:
    """Whether its source has taken it back."""
    return text(body.get("status")) in VOID


def bill(body: Json) -> OldBill:
    """Of a Claim. What its items do not say of its total belongs to the first that says nothing, as with Synthea's
    encounter. Raises BadResource.
    """
    if text(body.get("status")) not in ("active", *VOID) or text(body.get("use")) not in ("claim", ""):
        raise BadResource(NO_BILL)
    day = partial_date(body.get("created")) or partial_date(thing(body.get("billablePeriod")).get("start"))
    if len(day) != len("2026-11-28"):
        raise BadResource(NO_DAY)
    found = amount(body.get("total"))
    if found is None:
        raise BadResource(NO_TOTAL)
    total, currency = found
    insured = next((thing(each.get("coverage")) for each in things(body.get("insurance"))), {})
    return OldBill(day, currency, total, text(insured.get("display"), 100), tuple(_lines(body, total)))


def is_share(body: Json) -> bool:
    """Whether it is a claim for a part of an invoice that stands beside it, as Clinnet writes them."""
    systems = [text(each.get("system")) for each in things(body.get("identifier"))]
    return any(each.startswith("urn:clinnet:") and each.endswith(":claim") for each in systems)


def invoice(body: Json, charged: Mapping[str, str]) -> OldBill:
    """Of an Invoice that was issued; `charged` are the names of ChargeItems by their reference. Raises BadResource."""
    if text(body.get("status")) not in ("issued", "balanced", *VOID):
        raise BadResource(NO_INVOICE)
    day, found = partial_date(body.get("date")), amount(body.get("totalGross"))
    if len(day) != len("2026-11-28"):
        raise BadResource(NO_DAY)
    if found is None:
        raise BadResource(NO_TOTAL)
    lines = []
    for each in things(body.get("lineItem")):
        parts = [
            amount(one.get("amount"))
            for one in things(each.get("priceComponent"))
            if one.get("type") != "informational"
        ]
        pointed = text(thing(each.get("chargeItemReference")).get("reference"), 500)
        name = label(each.get("chargeItemCodeableConcept")) or charged.get(pointed, "")
        lines.append(OldLine(name or REST, sum(part[0] for part in parts if part)))
    rest = found[0] - sum(each.amount for each in lines)
    return OldBill(day, found[1], found[0], "", (*lines, *([OldLine(REST, rest)] if rest else [])))


def charged(items: Iterable[Resource]) -> Mapping[str, str]:
    """What each ChargeItem was for, by what a reference to it may be."""
    return {name: label(each.body.get("code")) for each in items for name in names(each)}


def names(resource: Resource) -> Iterator[str]:
    """What may refer to it in its file."""
    own = text(resource.body.get("id"))
    yield from (resource.url, f"urn:uuid:{own}", f"{resource.kind}/{own}")


def paid(benefits: Iterable[Resource]) -> Mapping[tuple[str, str], int]:
    """What was paid of each claim, by the reference to it and the currency: the nearest unit, as sources write binary
    fractions. A benefit that was cancelled, or is a draft or an error, paid nothing.
    """
    found: dict[tuple[str, str], int] = {}
    for each in benefits:
        reference = text(thing(each.body.get("claim")).get("reference"), 500)
        part = amount(thing(each.body.get("payment")).get("amount"))
        if reference and part and text(each.body.get("status")) in ("active", ""):
            found[reference, part[1]] = found.get((reference, part[1]), 0) + part[0]
    return found


def amount(value: object) -> tuple[int, str] | None:
    """Of a FHIR Money: minor units and the currency; None where it is none."""
    said, currency = thing(value).get("value"), text(thing(value).get("currency"), 3).upper()
    written = said.written if isinstance(said, Exact) else str(said)
    if currency not in DECIMALS or isinstance(said, bool) or not isinstance(said, int | float):
        return None
    exact = Decimal(written)
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_DIGITS:
        return None
    minor = Fraction(exact) * 10 ** DECIMALS[currency]
    return near(minor.numerator, minor.denominator), currency


def _lines(body: Json, total: int) -> list[OldLine]:
    said = [(label(each.get("productOrService")), amount(each.get("net"))) for each in things(body.get("item"))]
    rest = total - sum(net[0] for _, net in said if net)
    silent = next((at for at, (_, net) in enumerate(said) if net is None), None)
    lines = [
        OldLine(name or REST, net[0] if net else rest if at == silent else 0) for at, (name, net) in enumerate(said)
    ]
    return [*lines, OldLine(REST, rest)] if silent is None and rest else lines
