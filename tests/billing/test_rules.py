"""What documents come to: worked examples, each beside what a common mistake makes of it; and laws of all documents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules import ageing, cash, numbers, typed
from billing.rules.credits import credit
from billing.rules.shares import over_payers, settle
from billing.rules.totals import ONE, WHOLE, Line, WrongLine, gross, off_the_whole, totals
from clinnet.money import near, share

# --- Lines and totals ------------------------------------------------------------------------------------------------


def total(*lines: Line, included: bool = False) -> tuple[int, int, int]:
    """Net, tax and total."""
    found = totals([(each.amount, each.rate) for each in lines], included=included)
    return found.net, found.tax, found.total


def test_tax_is_of_the_sum_not_of_each_line() -> None:
    lines = [Line(3333, rate=20_000)] * 3
    assert total(*lines) == (9999, 2000, 11999)
    assert sum(total(each)[1] for each in lines) == 2001  # a line at a time


def test_tax_that_is_in_the_price_is_of_the_sum_too() -> None:
    lines = [Line(999, rate=20_000)] * 3
    assert total(*lines, included=True) == (2497, 500, 2997)
    assert sum(total(each, included=True)[1] for each in lines) == 501


def test_tax_is_of_the_rounded_line() -> None:
    line = Line(34835, quantity=16_000, percent_off=4_000, rate=22_000)
    assert line.amount == 535066
    assert total(line) == (535066, 117715, 652781)
    assert near(16 * 34835 * 96 * 122, 100 * 100) == 652780  # never rounded on the way


def test_a_line_is_rounded_once() -> None:
    assert Line(3335, quantity=1_500, percent_off=10_000).amount == 4502
    assert near(near(15 * 3335, 10) * 9, 10) == 4503  # first the quantity, then the discount


def test_a_third_of_a_percent_is_exact() -> None:
    assert Line(4999, percent_off=33_333).amount == 3333


def test_a_discount_on_the_whole_is_shared_out() -> None:
    assert off_the_whole(1000, [6500, 2400, 3000]) == [546, 202, 252]
    assert off_the_whole(1000, [1000, 1000, 1000]) == [334, 333, 333]
    assert sum(near(1000, 3) for _ in range(3)) == 999  # each rounded by itself


def test_a_yen_has_no_part() -> None:
    assert total(*[Line(1234, rate=10_000)] * 3) == (3702, 370, 4072)
    assert sum(total(Line(1234, rate=10_000))[1] for _ in range(3)) == 369


def test_a_dinar_has_a_thousand() -> None:
    assert Line(12345, quantity=3_000, percent_off=7_500).amount == 34257


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (Line(100, quantity=0), "quantity"),
        (Line(100, quantity=10_000_000), "quantity"),
        (Line(-1), "more than a line"),
        (Line(10**9, quantity=2_000), "more than a line"),
        (Line(2200, amount_off=2201), "discount"),
        (Line(2200, percent_off=WHOLE + 1), "discount"),
        (Line(2200, percent_off=1, amount_off=1), "not both"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line: Line, sentence: str) -> None:
    with pytest.raises(WrongLine) as refused:
        line.check()
    assert sentence in refused.value.sentence


RATES = st.sampled_from([0, 5_000, 7_700, 20_000, 22_000])
LINES = st.lists(
    st.builds(
        Line,
        price=st.integers(0, 10**6),
        quantity=st.integers(1, 20_000),
        rate=RATES,
        percent_off=st.integers(0, WHOLE),
    ),
    min_size=1,
    max_size=8,
)


@given(LINES, st.booleans())
def test_lines_rates_and_shares_come_to_the_same_total(lines: list[Line], included: bool) -> None:
    pairs = [(each.amount, each.rate) for each in lines]
    found = totals(pairs, included=included)
    with_tax = gross(pairs, included=included)
    assert sum(with_tax) == found.total == found.net + found.tax
    assert sum(amount for amount, _ in pairs) == (found.total if included else found.net)
    weights = [{"insurer": 80, "patient": 20}] * len(lines)
    assert sum(over_payers(with_tax, weights).values()) == found.total


# --- Shares ----------------------------------------------------------------------------------------------------------


def test_shares_add_up() -> None:
    assert share(1, [1, 1, 1]) == [1, 0, 0]
    assert share(10000, [1, 1, 1]) == [3334, 3333, 3333]
    assert share(3335, [80, 15, 5]) == [2668, 500, 167]


def test_a_payer_who_owes_nothing_is_none() -> None:
    assert over_payers([1], [{"insurer": 1, "employer": 1, "patient": 1}]) == {"insurer": 1}


def test_each_line_has_its_own_payers() -> None:
    covered, not_covered = {"axa": 80, "patient": 20}, {"patient": 100}
    amounts = [9500, 2800, 1980, 3600]
    assert over_payers(amounts, [covered, covered, covered, not_covered]) == {"axa": 11424, "patient": 6456}


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=5))
def test_a_payment_settles_the_oldest_first_and_the_rest_is_credit(amount: int, opens: list[int]) -> None:
    found, rest = settle(amount, {str(at): owed for at, owed in enumerate(opens)})
    assert sum(found.values()) + rest == amount
    assert all(found.get(str(at), 0) <= owed for at, owed in enumerate(opens))
    first_left = next((at for at, owed in enumerate(opens) if found.get(str(at), 0) < owed), len(opens))
    assert rest == 0 or first_left == len(opens)
    assert not any(found.get(str(at)) for at in range(first_left + 1, len(opens)))


# --- Credit notes ----------------------------------------------------------------------------------------------------


def credited(lines: list[Line], parts: list[list[int]], *, included: bool = False) -> list[int]:
    """The totals of credit notes over these quantities, one after another."""
    before, found = [0] * len(lines), []
    for now in parts:
        found.append(credit(lines, before, now, included=included).totals.total)
        before = [was + more for was, more in zip(before, now, strict=True)]
    return found


def test_credit_notes_of_an_invoice_come_to_the_invoice() -> None:
    lines = [Line(price, rate=20_000) for price in (6833, 5750, 8500, 6833)]
    one_by_one = [[ONE if at == number else 0 for at in range(4)] for number in range(4)]
    assert credited(lines, one_by_one) == [8200, 6900, 10200, 8199]
    assert total(*lines)[2] == 33499
    assert sum(total(each)[2] for each in lines) == 33500  # each rounded by itself


@given(LINES, st.booleans(), st.data())
def test_any_parts_in_any_order_come_to_the_invoice(lines: list[Line], included: bool, data: st.DataObject) -> None:
    left, parts = [each.quantity for each in lines], []
    for _ in range(3):
        now = [data.draw(st.integers(0, quantity)) for quantity in left]
        parts.append(now)
        left = [was - more for was, more in zip(left, now, strict=True)]
    notes = credited(lines, [*parts, left], included=included)
    assert sum(notes) == total(*lines, included=included)[2]


def test_more_than_was_invoiced_is_not_credited() -> None:
    with pytest.raises(WrongLine):
        credit([Line(100)], [500], [501], included=False)


# --- Cash ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "owed", "paid"),
    [
        ("CHF", 8732, 8730),
        ("CHF", 8733, 8735),
        ("SEK", 14949, 14900),
        ("SEK", 14950, 15000),
        ("GBP", 6456, 6456),
        ("HUF", 74_900, 75_000),
        ("JPY", 4072, 4072),
    ],
)
def test_cash_is_rounded_to_what_coins_can_pay(currency: str, owed: int, paid: int) -> None:
    assert owed + cash.rounding(owed, currency) == paid
    assert cash.can_be_paid(paid, currency)


@given(st.sampled_from(["CHF", "SEK", "HUF", "EUR"]), st.integers(0, 10**6))
def test_what_is_paid_back_is_rounded_as_what_was_paid(currency: str, amount: int) -> None:
    assert cash.rounding(-amount, currency) == -cash.rounding(amount, currency)
    assert abs(cash.rounding(amount, currency)) <= cash.step(currency) // 2


def test_round_sums_are_what_people_hand_over() -> None:
    assert cash.round_sums(6456, "GBP") == [6500, 6600]
    assert all(sum_ > 6456 for sum_ in cash.round_sums(6456, "EUR"))


def test_a_drawer_is_counted_in_its_own_notes_and_coins() -> None:
    assert cash.counted(
        {5000: 2, 2000: 9, 1000: 10, 500: 6, 200: 5, 100: 8, 50: 5, 20: 4, 10: 4, 5: 3, 2: 2, 1: 1}
    ) == (43190)
    assert cash.kinds("CHF")[-1] == cash.step("CHF")
    assert min(cash.kinds("NZD")) >= cash.step("NZD")


# --- Numbers, ages, what is typed ------------------------------------------------------------------------------------


def test_a_number_follows_the_last_and_names_its_year() -> None:
    last = numbers.Counter(numbers.INVOICE, 2026, 4820, "2026-11-28")
    following = last.next("2026-11-28", {"total": 6456})
    assert (following.number, following.name) == ("2026-004821", "INVOICE#2026")
    assert numbers.Counter(numbers.CREDIT, 2026, 31).number == "CN-2026-000031"


def test_days_of_numbers_never_go_back() -> None:
    last = numbers.Counter(numbers.INVOICE, 2026, 1, "2026-11-28")
    assert last.next("2026-11-27", {}).day == "2026-11-28"


@given(st.dictionaries(st.sampled_from(["total", "name", "lines"]), st.integers(1, 100), min_size=1))
def test_a_document_that_was_changed_breaks_the_chain(document: dict[str, int]) -> None:
    last = numbers.Counter(numbers.INVOICE, 2026, 7, "2026-11-28", "abc")
    head = last.next("2026-11-28", document).head
    assert last.next("2026-11-28", {name: value + 1 for name, value in document.items()}).head != head
    assert numbers.Counter(numbers.INVOICE, 2026, 7, "2026-11-28", "abd").next("2026-11-28", document).head != head


def test_a_payment_is_called_by_the_end_of_its_id() -> None:
    assert numbers.reference("01JDQ0000000000000K7Q42M9X") == "K7Q4-2M9X"


@pytest.mark.parametrize(("days", "column"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (900, 3)])
def test_what_is_open_is_in_the_column_of_its_age(days: int, column: int) -> None:
    today = date(2026, 11, 28)
    issued = date.fromordinal(today.toordinal() - days).isoformat()
    assert ageing.column(issued, today) == column
    first, last = ageing.between(column, today)
    assert (first or issued) <= issued <= (last or issued)


@pytest.mark.parametrize(("text", "found"), [("1", 1000), ("1.5", 1500), ("0,25", 250), ("12.345", 12345)])
def test_a_quantity_is_read_with_either_mark(text: str, found: int) -> None:
    assert typed.quantity(text) == found
    assert typed.quantity(typed.show(found)) == found


@pytest.mark.parametrize("text", ["", "0", "-1", "1.2345", "10000", "x", "1e3"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(WrongLine):
        typed.quantity(text)


def test_a_percentage_has_three_decimals() -> None:
    assert typed.percent("33.333 %") == 33_333
    assert typed.percent("0") == 0
    with pytest.raises(WrongLine):
        typed.percent("100.001")
