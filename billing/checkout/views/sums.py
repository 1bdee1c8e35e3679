"""Check out in words: each line, what it comes to, what is to pay, the change. The same for the page and for its answer
to every change that is typed."""

from dataclasses import dataclass, replace
from typing import Any

from billing.checkout.forms import LATER, SEVERAL, CheckoutForm
from billing.checkout.services import Bill
from billing.invoices.services.agreeing import agreed, as_agreed, parts_of
from billing.invoices.services.issuing import Cover
from billing.models import CASH
from billing.queries import MoneySetup
from billing.rules import cash, typed
from billing.rules.ageing import days
from billing.rules.totals import gross, totals
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.table.errors import Refused
from patients.rules import names

NO_TIME = "without an appointment"
WORDS = {"card": "by card", "cash": "in cash", "transfer": "by transfer", "several": "in several ways"}


@dataclass(frozen=True, slots=True, repr=False)
class LineRow:
    name: str
    code: str
    tax: str
    price: str
    amount: str
    fields: dict[str, Any]  # code, quantity, off, full, out
    session: str  # which, where it costs nothing
    parts: str  # what a package is of
    by: str  # who wrote it down
    covered: bool  # where the person has, or had, sessions of it
    theirs: str  # what who else pays has of it; empty where they pay nothing
    own: str  # what the person has of it


@dataclass(frozen=True, slots=True, repr=False)
class Sums:
    """`button` is what the primary button says: always sum and method."""

    lines: list[LineRow]
    total: str
    of_it_tax: str
    payer: str  # who else pays, and what; empty where nobody does
    column: str  # the head of their column: "AXA Health 80 %"
    to_pay: str
    minor: int  # to pay
    theirs: int  # of it, for others of the family
    beside: str  # what is paid beside this visit: "£260.00 for others, £12.00 from before"; empty where nothing is
    taken: str  # now; empty where it is paid later
    change: str
    button: str
    round_sums: list[str]
    is_cash: bool


def sums(request: ClinicRequest, form: CheckoutForm) -> Sums:
    known, currency, is_cash = form.known, request.clinic.money, form.how == CASH
    lines, amounts, own = _lines(form)
    included = bool(request.clinic.tax_included)
    found = totals(amounts, included=included)
    theirs = _covered(form.cover, amounts, own, included=included)
    owed = found.total - theirs + _before(form)
    owed -= min(owed, form.used)
    last = owed - sum(amount for method, amount in form.parts if method != CASH)  # what cash would settle
    in_cash = is_cash or CASH in dict(form.parts)
    theirs_too = sum(_bill(known, each, is_cash=is_cash) for each in form.with_it)
    to_pay = owed + (cash.rounding(last, currency) if in_cash else 0) + theirs_too
    now, given = (form.minor("amount") if form.how != SEVERAL else None) or to_pay, form.minor("given") or 0
    return Sums(
        lines=lines, total=known.sum(found.total), of_it_tax=known.show(found.tax) if found.tax else "",
        column=f"{form.cover.payer.name} {typed.show(form.cover.percent)} %" if form.cover else "",
        payer=f"{form.cover.payer.name} pays {known.sum(theirs)}" if form.cover and theirs else "",
        to_pay=known.sum(to_pay), minor=to_pay, theirs=theirs_too,
        beside=_beside(known, theirs_too, _before(form)),
        taken=known.sum(now) if now and form.how != LATER else "",
        change=known.sum(given - now) if is_cash and given > now else "",
        button=_button(known.sum(now), form.how, now),
        round_sums=[known.show(each) for each in (now, *cash.round_sums(now, currency))] if is_cash and now else [],
        is_cash=is_cash,
    )  # fmt: skip


def _before(form: CheckoutForm) -> int:
    """What is ticked of older debts."""
    return sum(int(each.open) for each in form.chosen)


def _beside(known: MoneySetup, others: int, before: int) -> str:
    named = ((others, "for others"), (before, "from before"))
    return ", ".join(f"{known.sum(amount)} {words}" for amount, words in named if amount)


def _bill(known: MoneySetup, bill: Bill, *, is_cash: bool) -> int:
    """What one more of the family pays."""
    done, included = agreed(known, bill.done, bill.cover), bool(known.clinic.tax_included)
    amounts = [(each.line.amount, each.line.rate) for each in done]
    theirs = _covered(bill.cover, amounts, [bool(each.item.is_own) for each in done], included=included)
    own = totals(amounts, included=included).total - theirs
    return own + (cash.rounding(own, known.clinic.money) if is_cash else 0)


def family(request: ClinicRequest, form: CheckoutForm) -> list[dict[str, Any]]:
    ticked = {each.patient.id for each in form.with_it}
    return [
        {"id": each.appointment.id, "name": names.full_name(each.patient.data),
         "time": formats.when(each.appointment.start, request.clinic) if each.appointment.start else NO_TIME,
         "what": ", ".join(done.item.name for done in each.done),
         "sum": form.known.show(_bill(form.known, each, is_cash=False)), "ticked": each.patient.id in ticked}
        for each in form.family if each.appointment
    ]  # fmt: skip


def _covered(cover: Cover | None, amounts: list[tuple[int, int]], own: list[bool], *, included: bool) -> int:
    """What another payer pays."""
    return cover.shares(gross(amounts, included=included), own).get(cover.payer.id, 0) if cover else 0


def _lines(form: CheckoutForm) -> tuple[list[LineRow], list[tuple[int, int]], list[bool]]:
    """Each line in words, and of it or of a package's parts the amounts and rates, and whether the person pays it
    alone; one that cannot be comes to nothing until it is mended.
    """
    known, rows, places = form.known, list[LineRow](), list[slice]()
    amounts, own = list[tuple[int, int]](), list[bool]()
    for typed_in, (item, fields) in zip(form.done, form.lines, strict=True):
        provided = as_agreed(known, typed_in, form.cover)
        try:
            line, done = provided.line, parts_of(known, provided, form.cover)
            parts = [each.line for each in done]
        except Refused:
            line, done, parts = None, [], []
        places.append(slice(len(amounts), len(amounts) + len(parts)))
        amounts += [(each.amount, each.rate) for each in parts]
        own += [bool(each.item.is_own) for each in done]
        price, amount = (known.show(line.price), known.show(line.amount)) if line else ("–", "–")
        tax = ", ".join(f"{typed.show(rate)} %" for rate in sorted({each.rate for each in parts if each.rate}))
        if line and line.per > 1:
            price = f"{price} / {line.per}"
        session = provided.called.removeprefix(f"{item.name}, ") if provided.bundle else ""
        made_of = ", ".join(each.name for each in known.parts_of(item))
        by, covered = form.doers.get(item.id, ""), form.covered(item.id)
        rows.append(LineRow(item.name, item.id, tax, price, amount, fields, session, made_of, by, covered, "", ""))
    return _shared_out(rows, places, amounts, own, form), amounts, own


def _shared_out(
    rows: list[LineRow], places: list[slice], amounts: list[tuple[int, int]], own: list[bool], form: CheckoutForm
) -> list[LineRow]:
    """With each payer's part of each line, its tax included; together they are what each pays."""
    if not form.cover:
        return rows
    known, cover, whole = form.known, form.cover, gross(amounts, included=bool(form.known.clinic.tax_included))
    found = []
    for row, place in zip(rows, places, strict=True):
        theirs = cover.shares(whole[place], own[place]).get(cover.payer.id, 0)
        rest = sum(whole[place]) - theirs
        found.append(replace(row, theirs=known.show(theirs) if theirs else "", own=known.show(rest)))
    return found


def _button(amount: str, how: str, now: int) -> str:
    if how == LATER or now == 0:
        return "Issue, pay later" if now else "Issue"
    return f"Take {amount} {WORDS[how]}"


def debts(request: ClinicRequest, form: CheckoutForm) -> list[dict[str, Any]]:
    today = clock.today(request.clinic.time_zone)
    ticked = {each.id for each in form.chosen}
    return [
        {"id": each.id, "number": each.number, "day": formats.date(each.day, request.clinic),
         "age": days(each.day, today), "open": form.known.show(int(each.open)), "ticked": each.id in ticked}
        for each in form.debts
    ]  # fmt: skip
