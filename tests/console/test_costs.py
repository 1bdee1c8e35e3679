"""What pages cost: summed in the process, written once a minute by one write, and told with the bill of it."""

from decimal import Decimal

import pytest
from django.core.signals import request_finished
from django.test import Client
from django.urls import get_resolver
from pynamodb.exceptions import CancellationReason, VerboseClientError
from pytest_django import Settings

from clinnet import clock, formats
from clinnet.accounts import queries as accounts
from clinnet.console.costs import AREAS, Prices, page_words
from clinnet.table import Scope, connection, costs, keys, query
from clinnet.table.costs import COSTS, Cost, Costs
from clinnet.table.errors import Unavailable
from clinnet.table.meter import metered
from tests.console.conftest import page
from tests.patients.pages import plain


def kept(scope: Scope) -> dict[str, Cost]:
    rows = query(scope, keys.costs_in(scope.clinic_id, clock.stamp()[:7]), limit=2).rows
    return costs.costs_of(rows[0]) if rows else {}


def test_a_minute_of_pages_is_one_write_and_two_processes_add_up(boss: Scope) -> None:
    for process in (Costs(), Costs()):
        for number in range(3):
            process.count(boss.clinic_id, "scheduling:day", Cost(1, 2.5, number))
        process.count(boss.clinic_id, "console:home", Cost(1, 0.5, 0))
        with metered() as meter:
            process.flush()
        assert meter.calls == []  # it is no part of a page's own cost
    found = kept(boss)
    assert found["scheduling:day"] == Cost(6, 15, 6)
    assert found["console:home"] == Cost(2, 1, 0)


def test_how_often_the_table_asked_to_wait_stands_on_health(boss: Scope, browser: Client) -> None:
    assert "No page was counted yet." in plain(page(browser, boss, "health/"))
    with metered() as meter:
        for code in ("ThrottlingException", "TransactionConflictException", "ConditionalCheckFailedException"):
            connection._translated("GetItem", refusal(code))
        connection._translated(
            "TransactWriteItems", refusal("TransactionCanceledException", "None", "TransactionConflict")
        )
        connection._translated("TransactWriteItems", refusal("TransactionCanceledException", "ThrottlingError"))
    assert (meter.throttled, meter.conflicts) == (2, 2)
    costs.count(boss.clinic_id, "scheduling:day", meter)
    COSTS.flush()
    day = formats.date(clock.stamp()[:10], accounts.clinic(boss.clinic_id))
    assert f"{day} 2 2 How often" in plain(page(browser, boss, "health/"))


def refusal(code: str, *reasons: str) -> VerboseClientError:
    found = [CancellationReason(each, "", None) for each in reasons]
    return VerboseClientError({"Error": {"Code": code, "Message": ""}}, "GetItem", {}, cancellation_reasons=found)


def test_what_cannot_be_written_waits_for_the_next_minute(boss: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    process, clinic = Costs(), boss.clinic_id
    process.count(clinic, "console:home", Cost(1, 0.5, 0))

    def away(*given: object) -> float:
        raise Unavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(costs, "add", away)
        process.flush()
    assert kept(boss) == {}
    process.flush()
    assert kept(boss)["console:home"] == Cost(1, 0.5, 0)


def test_a_page_is_counted_and_the_minute_is_written_when_an_answer_has_left(
    boss: Scope, browser: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLINNET_COST_SECONDS = 60
    monkeypatch.setattr(COSTS, "_since", costs.monotonic())
    page(browser, boss, "settings/")
    request_finished.send(sender=None)
    assert kept(boss) == {}
    monkeypatch.setattr(COSTS, "_since", costs.monotonic() - 61)
    request_finished.send(sender=None)
    assert kept(boss)["console:settings"].calls == 1
    COSTS.count(boss.clinic_id, "scheduling:day", Cost(1000, 4_000_000, 800_000))
    COSTS.flush()
    said = plain(page(browser, boss, "cost/"))
    assert "1.00 USD so far" in said
    assert "Schedule: day 1,000 4,000,000 800,000 4,000.0 + 800.0 1.00 USD" in said
    assert "No text message was handed over." in said
    lines = browser.get(f"/c/{boss.clinic}/manage/cost/?file=1").content.decode().splitlines()
    assert lines[2].startswith('All pages,"1,00')
    assert "No page was counted in this month." in plain(page(browser, boss, "cost/?month=2020-02"))


def test_prices_are_those_that_are_set(settings: Settings) -> None:
    settings.CLINNET_UNIT_PRICES = "0.25 1.25 EUR of 2020"
    prices = Prices.now()
    assert prices.of(Cost(0, 2_000_000, 1_000_000)) == Decimal("1.75")
    assert (prices.show(Decimal("1.754")), prices.show(Decimal("0.00125")), prices.since) == (
        "1.75 EUR",
        "0.0012 EUR",
        "of 2020",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scheduling:day-changes", "Schedule: day changes"),
        ("console:rooms-list", "Manage: Rooms"),
        ("console:visit-types-history", "Manage: Types of visit, history"),
        ("console:staff-access", "Manage: staff access"),
        ("cover_state", "Clinnet: cover state"),
        (costs.ITSELF, "The writing of these sums"),
    ],
)
def test_a_page_is_named_in_words(name: str, words: str) -> None:
    assert page_words(name) == words


def test_every_part_of_the_addresses_has_its_words() -> None:
    assert set(get_resolver().namespace_dict) <= AREAS.keys()
