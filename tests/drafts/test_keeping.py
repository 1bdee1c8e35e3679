"""What a person types is kept for that person in that clinic, once, until it is sent or a week is over."""

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Event, Scope, Transaction, drafts, once
from clinnet.table.drafts import LARGEST, NOBODY, Draft, Mark
from clinnet.table.errors import NotFound, Refused, SentAlready, TypedElsewhere
from clinnet.table.meter import Meter
from tests.actions import TESTED
from tests.conftest import scope_of

FORM = "NoteForm 1"


def typed(text: str, n: int = 1, page: str = "one") -> Draft:
    return Draft(f'[["text","{text}"]]', clock.stamp(), Mark(page, n))


def kept(scope: Scope, form: str = FORM) -> str:
    found = drafts.find(scope, [form]).get(form)
    return found.fields.split('"')[3] if found else ""


def test_the_newest_of_one_page_is_kept(scope: Scope) -> None:
    assert drafts.keep(scope, FORM, typed("a", 1))
    assert drafts.keep(scope, FORM, typed("ab", 2))
    assert kept(scope) == "ab"


def test_a_save_that_arrives_late_does_not_replace_a_newer_one(scope: Scope) -> None:
    drafts.keep(scope, FORM, typed("ab", 2))
    assert not drafts.keep(scope, FORM, typed("a", 1))
    assert kept(scope) == "ab"


def test_a_save_whose_answer_was_lost_is_kept_when_it_is_sent_again(scope: Scope) -> None:
    draft = typed("a")
    assert drafts.keep(scope, FORM, draft)
    assert drafts.keep(scope, FORM, draft)


def test_a_second_tab_replaces_only_what_it_has_seen(scope: Scope) -> None:
    drafts.keep(scope, FORM, typed("first tab", 3))
    assert not drafts.keep(scope, FORM, typed("second tab", 1, "two"))
    assert not drafts.keep(scope, FORM, typed("second tab", 1, "two"), Mark("one", 2))
    assert kept(scope) == "first tab"
    assert drafts.keep(scope, FORM, typed("second tab", 1, "two"), Mark("one", 3))
    assert not drafts.keep(scope, FORM, typed("first again", 4))
    assert kept(scope) == "second tab"


def test_a_draft_is_nobody_elses_and_of_no_other_clinic_and_form(scope: Scope, other_clinic: str) -> None:
    drafts.keep(scope, FORM, typed("mine"))
    colleague = scope_of(scope.clinic_id, Role.NURSE)
    elsewhere = Scope(other_clinic, scope.actor, scope.permissions)
    assert [kept(colleague), kept(elsewhere), kept(scope, "NoteForm 2")] == ["", "", ""]
    assert drafts.keep(elsewhere, FORM, typed("theirs"))
    assert [kept(scope), kept(elsewhere)] == ["mine", "theirs"]


def test_a_ticket_opens_no_other_persons_form(scope: Scope, outsider: Scope) -> None:
    ticket = drafts.ticket(scope, FORM)
    assert drafts.form_of(scope, ticket) == FORM
    for other in (outsider, scope_of(scope.clinic_id, Role.NURSE)):
        with pytest.raises(NotFound):
            drafts.form_of(other, ticket)
    with pytest.raises(NotFound):
        drafts.form_of(scope, ticket.replace("NoteForm", "OtherForm"))


def test_after_its_days_a_draft_is_gone_and_may_be_begun_anew(scope: Scope) -> None:
    drafts.keep(scope, FORM, typed("old"), days=-1)
    assert kept(scope) == ""
    assert drafts.keep(scope, FORM, typed("new", 1, "two"))
    assert kept(scope) == "new"


def test_a_sent_form_has_no_draft_and_a_late_save_brings_none_back(scope: Scope) -> None:
    page = once.issue(scope, FORM)
    token = once.used(scope, FORM, {"once": [page], "draft": ["1"]})
    drafts.keep(scope, FORM, typed("words", 1, token.token))
    Transaction(scope, once=token).commit(Event(TESTED, "TEST", "1"))
    assert kept(scope) == ""
    assert token.draft is None
    assert not drafts.keep(scope, FORM, typed("words, late", 2, token.token))
    assert kept(scope) == ""
    assert drafts.keep(scope, FORM, typed("next one", 1, "two"))


def test_a_draft_that_two_pages_show_is_sent_once_unless_somebody_insists(scope: Scope) -> None:
    def send(page: str, seen: str) -> str:
        fields = {"once": [page], "draft": [seen], "text": ["words"]}
        try:
            return Transaction(scope, once=once.used(scope, FORM, fields)).commit(Event(TESTED, "TEST", "1"), "sent")
        except Refused as refusal:
            return type(refusal).__name__

    one, two = once.issue(scope, FORM), once.issue(scope, FORM)
    own = [page.partition(".")[0] for page in (one, two)]
    drafts.keep(scope, FORM, typed("words", 7, own[0]))
    assert send(two, f"{own[0]} 6") == send(two, "- 0") == send(two, "x") == TypedElsewhere.__name__
    assert kept(scope) == "words"
    assert send(one, f"{own[0]} 5") == "sent"  # a save of its own was still on its way
    assert send(one, f"{own[0]} 5") == "sent"  # pressed twice
    assert send(two, f"{own[0]} 7") == SentAlready.__name__
    assert send(two, "1") == "sent"
    drafts.keep(scope, FORM, typed("more", 1, "three"), days=-1)
    assert send(once.issue(scope, FORM), "four 1") == "sent"  # it has expired
    drafts.drop(scope, drafts.key_of(scope, FORM), NOBODY)
    assert send(once.issue(scope, FORM), "three 1") == "sent"  # it was discarded


def test_a_form_that_was_never_typed_into_costs_nothing_more_to_send(scope: Scope, meter: Meter) -> None:
    def cost(draft: str) -> float:
        before = meter.write_units
        token = once.used(scope, FORM, {"once": [once.issue(scope, FORM)], "draft": [draft]})
        Transaction(scope, once=token).commit(Event(TESTED, "TEST", "1"))
        return meter.write_units - before

    plain = cost("")
    assert cost("1") == plain + 2


def test_the_draft_is_no_part_of_what_makes_twice_once(scope: Scope) -> None:
    page = once.issue(scope, FORM)
    with_draft = once.used(scope, FORM, {"once": [page], "draft": ["1"], "text": ["a"]})
    assert once.used(scope, FORM, {"once": [page], "draft": [""], "text": ["a"]}).digest == with_draft.digest


def test_what_was_discarded_is_gone_and_the_page_may_go_on(scope: Scope) -> None:
    drafts.keep(scope, FORM, typed("words", 4))
    drafts.drop(scope, drafts.key_of(scope, FORM), NOBODY)
    assert kept(scope) == ""
    assert drafts.keep(scope, FORM, typed("words again", 5))


def test_a_save_costs_one_write_unit_a_kilobyte(scope: Scope, meter: Meter) -> None:
    drafts.keep(scope, FORM, typed("x" * 500))
    assert meter.write_units == 1
    drafts.keep(scope, FORM, typed("x" * 3500, 2))
    assert meter.write_units == 1 + 4


def test_the_largest_draft_fits_into_an_item(scope: Scope) -> None:
    assert drafts.keep(scope, FORM, Draft("x" * LARGEST, clock.stamp(), Mark("one", 1)))


def test_nothing_typed_stands_in_a_repr(scope: Scope) -> None:
    drafts.keep(scope, FORM, typed("secret"))
    assert "secret" not in repr(drafts.find(scope, [FORM]))
