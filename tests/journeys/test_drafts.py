"""Nothing typed is lost: a closed browser, another tab, no connection. In a real browser on the real server."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, StorageState, expect

from clinnet.table.drafts import LARGEST
from tests.browser import faults, intercept
from tests.engine import Site
from tests.journeys.cards import HOME, empty_day
from tests.journeys.conftest import listening, without_scripts
from tests.journeys.late import Late

pytestmark = pytest.mark.browser
NEW = f"{HOME}patients/new/"
DRAFT, SAID = ".draft", ".draft-said"
OPENED = re.compile("/drafts/open/")
Desk = Callable[[str], BrowserContext]


@pytest.fixture
def desk(browser: Browser, demo: Site, passes: Callable[[str], StorageState]) -> Iterator[Desk]:
    """`desk("nora.daly")` → her browser. A draft is one person's, of one form: no two tests here share both.

    Nor with another module, where Ana and Ben register people: what is saved there drops their draft of that form.
    """
    with ExitStack() as contexts:

        def at(username: str) -> BrowserContext:
            size = {"width": 1366, "height": 768}
            made = browser.new_context(base_url=demo.url, viewport=size, storage_state=passes(username))  # type: ignore[arg-type]  # a plain dict is one
            return contexts.enter_context(made)

        yield at


def start(context: BrowserContext, url: str = NEW) -> Page:
    page = context.new_page()
    with page.expect_response(OPENED):
        page.goto(url)
    return page


def day_note() -> str:
    """The page of the note of a day that no other test takes: so far ahead the demo has none."""
    return f"{HOME}day/{empty_day()}/note/"


def family(page: Page) -> str:
    return page.get_by_label("Family name", exact=True).input_value()


def test_what_was_typed_is_there_after_the_browser_was_closed(desk: Desk) -> None:
    page = start(desk("nora.daly"))
    page.get_by_label("Family name", exact=True).fill("Quintero")
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_label("Phone", exact=True).nth(1).fill("0116 496 0144")
    page.locator("#more > summary").click()
    page.get_by_role("textbox", name="Notes").fill("Walks with a frame")
    with page.expect_response(lambda answer: "interpreter" in (answer.request.post_data or "")):  # not a save before
        page.get_by_label("Needs an interpreter").check()
    page.close()

    page, kept = desk("nora.daly").new_page(), list[str]()
    page.on("request", lambda request: kept.append(request.url) if "/drafts/keep/" in request.url else None)
    page.goto(NEW)
    expect(page.locator(DRAFT)).to_contain_text("Restored what you typed at")
    assert kept == []  # while the form was still being filled
    expect(page.get_by_label("Family name", exact=True)).to_be_focused()  # and not the second phone, which is added
    assert family(page) == "Quintero"
    expect(page.get_by_label("Phone", exact=True).nth(1)).to_have_value("0116 496 0144")
    expect(page.get_by_role("textbox", name="Notes")).to_have_value("Walks with a frame")
    expect(page.get_by_label("Needs an interpreter")).to_be_checked()

    page.get_by_role("button", name="Discard").click()
    expect(page.locator(DRAFT)).to_contain_text("Discarded")
    assert family(page) == ""
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.reload()
    expect(page.locator(DRAFT)).to_contain_text("Restored what you typed at")
    assert family(page) == "Quintero"


def test_what_was_typed_is_there_after_reload_and_back(desk: Desk) -> None:
    page = start(desk("ben.okoro"), day_note())
    note = page.get_by_label("Note", exact=True)
    note.fill("Quintero")
    page.get_by_role("link", name="Patients").first.click()  # at once: what is typed goes out with the page
    page.wait_for_url("**/patients/")
    page.go_back()
    expect(note).to_have_value("Quintero")
    page.reload()
    expect(note).to_have_value("Quintero")


def test_what_was_typed_before_the_scripts_came_is_not_written_over(desk: Desk) -> None:
    url = day_note()
    page = start(desk("ana.ruiz"), url)
    note = page.get_by_label("Note", exact=True)
    note.fill("Quintero")
    expect(page.locator(SAID)).to_contain_text("Saved")
    come = without_scripts(page, url)
    note.fill("Early")
    come()
    expect(page.get_by_text("You typed into this form before")).to_be_visible()
    assert note.input_value() == "Early"


def test_two_tabs_of_one_form_do_not_write_over_each_other(desk: Desk) -> None:
    luc = desk("luc.bernard")
    one, two = start(luc), start(luc)
    one.get_by_label("Family name", exact=True).fill("First")
    expect(one.locator(SAID)).to_contain_text("Saved")
    two.get_by_label("Family name", exact=True).fill("Second")
    expect(two.locator(DRAFT)).to_contain_text("in another tab or on another computer")
    two.get_by_role("button", name="Keep what is here").click()
    expect(two.locator(SAID)).to_contain_text("Saved")
    one.get_by_label("Given name", exact=True).fill("Ada")
    expect(one.locator(DRAFT)).to_contain_text("in another tab or on another computer")
    one.get_by_role("button", name="Show the other").click()
    assert family(one) == "Second"
    one.get_by_role("button", name="Back to what was here").click()
    assert (family(one), one.get_by_label("Given name", exact=True).input_value()) == ("First", "Ada")
    one.reload()
    expect(one.get_by_label("Given name", exact=True)).to_have_value("Ada")


def test_what_two_tabs_typed_is_compared_word_by_word(desk: Desk) -> None:
    luc = desk("amara.okafor")
    one, two = start(luc), start(luc)
    one.get_by_label("Given name", exact=True).fill("Ada Maria Luise")
    expect(one.locator(SAID)).to_contain_text("Saved")
    two.get_by_label("Given name", exact=True).fill("Ada Marie Luise")
    expect(two.locator(DRAFT)).to_contain_text("in another tab or on another computer")
    two.get_by_role("button", name="Compare").click()
    expect(two.locator(".draft-differs dd")).to_have_text(["Here: Ada Marie Luise", "The other: Ada Maria Luise"])
    expect(two.locator(".draft-differs mark")).to_have_text(["Marie", "Maria"])
    assert faults(two) == []
    two.get_by_role("button", name="Compare").click()
    expect(two.locator(".draft-differs")).to_have_count(0)
    two.get_by_role("button", name="Show the other").click()
    expect(two.get_by_label("Given name", exact=True)).to_have_value("Ada Maria Luise")


def test_without_a_connection_the_page_says_that_it_is_not_saved_and_saves_later(desk: Desk) -> None:
    page = start(desk("amara.okafor"))
    intercept(page, re.compile("/drafts/keep/"), lambda route: route.abort())
    page.get_by_label("Family name", exact=True).fill("Quintero")
    expect(page.locator(SAID)).to_have_text("Not saved: no connection, trying again")
    page.unroute_all()
    expect(page.locator(SAID)).to_contain_text("Saved")


def test_a_saved_form_is_blank_when_it_is_opened_again(desk: Desk) -> None:
    ines = desk("ines.admin")
    page = start(ines)
    page.get_by_label("Family name", exact=True).fill("Draftless")
    page.get_by_label("Given name", exact=True).fill("Dora")
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/patients/[0-9A-Z]{26}/"))
    page = start(ines)
    assert family(page) == ""
    expect(page.locator(DRAFT)).to_be_hidden()


def test_what_is_discarded_does_not_come_back_with_a_save_that_was_on_its_way(desk: Desk) -> None:
    nora = desk("nora.daly")
    page = start(nora, day_note())
    page.get_by_label("Note", exact=True).fill("Fire drill")
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.reload()
    expect(page.locator(DRAFT)).to_contain_text("Restored")

    def slow(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    intercept(page, re.compile("/drafts/keep/"), slow)
    page.get_by_label("Note", exact=True).fill("Fire drill at ten")
    page.get_by_role("button", name="Discard").click()  # the field is left, and saves
    expect(page.locator(DRAFT)).to_contain_text("Discarded")
    page.reload()
    expect(page.locator(DRAFT)).to_be_hidden()
    expect(page.get_by_label("Note", exact=True)).to_have_value("")


@pytest.fixture
def restored(desk: Desk) -> Page:
    page = start(desk("nora.daly"), day_note())
    page.get_by_label("Note", exact=True).fill("Fire drill")
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.reload()
    expect(page.locator(DRAFT)).to_contain_text("Restored")
    return page


def test_what_is_typed_while_a_draft_is_being_discarded_stays(restored: Page) -> None:
    page, note = restored, restored.get_by_label("Note", exact=True)
    late = Late(page, "**/drafts/discard/")
    page.get_by_role("button", name="Discard").click()
    late.wait()
    note.fill("No drill")
    late.come()
    expect(page.locator(DRAFT)).to_contain_text("Discarded")
    expect(note).to_have_value("No drill")
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.reload()
    expect(page.locator(DRAFT)).to_contain_text("Restored")
    expect(note).to_have_value("No drill")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(DRAFT)).to_contain_text("Discarded")


def test_a_draft_that_could_not_be_discarded_is_not_said_to_be(restored: Page) -> None:
    page, note = restored, restored.get_by_label("Note", exact=True)
    intercept(page, "**/drafts/discard/", lambda route: route.abort())
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(DRAFT)).to_contain_text("Not discarded")
    expect(note).to_have_value("Fire drill")
    page.unroute("**/drafts/discard/")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(DRAFT)).to_have_text(re.compile("^Discarded"))
    expect(note).to_have_value("")


# --- The schedule's forms


def test_what_is_too_long_is_sent_once_and_saved_when_it_is_shortened(desk: Desk) -> None:
    page = desk("nora.daly").new_page()
    page.clock.install()
    with page.expect_response(OPENED):
        page.goto(day_note())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/drafts/keep/" in request.url else None)
    page.get_by_label("Note", exact=True).fill("x" * (LARGEST + 1))
    expect(page.locator(SAID)).to_have_text("Not saved: this is longer than a form can be. Shorten it.")
    page.clock.run_for(20_000)
    assert len(sent) == 1
    page.get_by_label("Note", exact=True).fill("Fire drill at ten")
    expect(page.locator(SAID)).to_contain_text("Saved as a draft")


def some_patient(page: Page) -> str:
    """The id of a patient of the demo, from the list of patients."""
    page.goto(f"{HOME}patients/")
    link = page.locator("main a[href*='/patients/0']").first.get_attribute("href") or ""
    (found,) = re.findall("/patients/([0-9A-Z]{26})/", link)
    return str(found)


def test_words_of_a_booking_outlive_a_look_at_other_times_and_are_gone_once_it_is_booked(desk: Desk) -> None:
    ben = desk("ben.okoro")
    url = f"{HOME}book/?patient={some_patient(ben.new_page())}"
    page = start(ben, url)
    page.get_by_label("Reason", exact=True).fill("Cough")
    expect(page.locator(SAID)).to_contain_text("Saved")
    page.get_by_label("Note", exact=True).fill("Ground floor")
    page.evaluate("document.querySelectorAll('#booking [name=start]').forEach((time) => (time.checked = false))")
    with page.expect_response(OPENED):
        page.get_by_label("Note", exact=True).press("Control+Enter")  # refused: no time is chosen
    page.reload()
    expect(page.get_by_label("Reason", exact=True)).to_have_value("Cough")
    expect(page.locator(DRAFT)).to_contain_text("Restored")


def test_words_of_a_series_wait_until_its_visits_are_listed(desk: Desk) -> None:
    ben = desk("ben.okoro")
    url = f"{HOME}book/series/?patient={some_patient(ben.new_page())}"
    page = start(ben, url)
    page.locator("#series [name=at]").fill("10:30")
    page.locator("#series [name=count]").fill("2")
    with page.expect_response(OPENED):
        page.get_by_role("button", name="Show the visits").click()
    page.get_by_label("Reason", exact=True).fill("Dressing")
    expect(page.locator(SAID)).to_contain_text("Saved")
    with page.expect_response(OPENED):
        page.get_by_role("button", name="Look again").click()
    page = start(ben, url)
    expect(page.locator(DRAFT)).to_contain_text("Restored")
    page.locator("#series [name=at]").fill("10:30")
    page.locator("#series [name=count]").fill("2")
    with page.expect_response(OPENED):
        page.get_by_role("button", name="Show the visits").click()
    expect(page.get_by_label("Reason", exact=True)).to_have_value("Dressing")


def test_a_note_that_is_there_is_not_written_over_by_a_draft(desk: Desk) -> None:
    amara = desk("amara.okafor")
    url = day_note()
    page = start(amara, url)
    page.get_by_label("Note", exact=True).fill("Half a thought")
    expect(page.locator(SAID)).to_contain_text("Saved")
    other = start(desk("luc.bernard"), url)
    other.get_by_label("Note", exact=True).fill("Fire drill at ten")
    other.locator("main [data-primary]").click()
    other.wait_for_url(re.compile(r"/day/[\d-]+/$"))
    page.reload()
    expect(page.locator(DRAFT)).to_contain_text("You typed into this form before")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Fire drill at ten")
    page.get_by_role("button", name="Show the other").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Half a thought")


def test_what_was_sent_and_not_answered_is_kept_as_a_draft(desk: Desk) -> None:
    page = desk("nora.daly").new_page()
    patient = some_patient(page)
    page.clock.install()

    def refuse(route: Route) -> None:
        route.fulfill(status=503) if route.request.method == "POST" else route.continue_()

    page.route(f"**/{patient}/details/**", refuse)  # before the page loads
    page.goto(f"{HOME}patients/{patient}/details/")
    listening(page)
    with page.expect_response(OPENED):
        page.keyboard.press("e")
    page.clock.pause_at(page.evaluate("Date.now() + 5_000"))  # it is sent before it was saved
    page.get_by_label("Preferred name").fill("Quin")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#name .say")).to_be_visible()
    page.clock.run_for(1_000)
    expect(page.locator(SAID)).to_contain_text("Saved as a draft")
