"""Pages that a doctor or a nurse has on a phone in the corridor: a finger meets what it aims at."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from patients.queries import patient as get_patient
from records.recalls import services as recalls
from tests.browser import FLAGS, chromium
from tests.engine import Site
from tests.journeys.cards import HOME, book, scope
from tests.journeys.charts import chart, filed
from tests.journeys.conftest import Visit, listening, today

pytestmark = pytest.mark.browser

# A touch screen for style sheets as well, which `has_touch` alone is not.
FINGER = "--blink-settings=primaryPointerType=2,availablePointerTypes=2,primaryHoverType=1,availableHoverTypes=1"
SMALL = """() => [...document.querySelectorAll("main :is(a, button, select, input), .banner :is(a, button)")]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden, p"))
  .map((each) => [each, (each.closest("label") ?? each.closest("li.go") ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.height && box.height < 43.5)
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)}: ${Math.round(box.height)}`)"""


@pytest.fixture
def finger(browser: Browser, demo: Site, passes: Callable[[str], StorageState]) -> Iterator[Page]:
    """A doctor's phone."""
    made = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, FINGER])
    size: ViewportSize = {"width": 390, "height": 844}
    kept = passes("luc.bernard")
    context = made.new_context(base_url=demo.url, viewport=size, has_touch=True, storage_state=kept)
    yield context.new_page()
    made.close()


def test_on_a_phone_nothing_that_is_pressed_is_smaller_than_a_finger(visit: Visit, finger: Page) -> None:
    booked = book()
    patient = get_patient(scope(), booked.appointment.patient_id)
    filed(chart(visit, booked.family, who="nora.daly"), "Lipids", "LDL 4.9 mmol/L (<3.0)")
    recalls.ask_back(scope(), patient=patient, wish=recalls.Wish("Cholesterol again", today().isoformat()))
    small = {}
    finger.goto(f"{HOME}tasks/")
    listening(finger)
    assert finger.evaluate("matchMedia('(pointer: coarse)').matches")
    result = finger.locator(f"a[href*='{patient.id}'][href*='/results/']").first.get_attribute("href") or ""
    for path in (f"{HOME}tasks/", f"{HOME}recalls/", result, re.sub(r"entries/.*", "", result)):
        finger.goto(path)
        listening(finger)
        small[path] = finger.evaluate(SMALL)
    assert [f"{path} {each}" for path, found in small.items() for each in found] == []


# What stays at the foot of a phone.
FEET = ":is(.rail, .banner-end, .board-book):has(:is(a, button))"

# What has the focus once the page has come to rest: whether it is under what stays at the foot, and where the page is.
AT_REST = """async (places) => {
  for (let still = 0, last = NaN; still < 4; last = scrollY) {
    await new Promise(requestAnimationFrame);
    still = scrollY === last ? still + 1 : 0;
  }
  const at = document.activeElement;
  const feet = [...document.querySelectorAll(places)];
  const foot = Math.min(...feet.map((each) => each.getBoundingClientRect().top));
  const own = feet.some((each) => each.contains(at));
  const under = !own && at.getBoundingClientRect().bottom > foot + 1;
  return { own, at: scrollY, under: under ? at.outerHTML.slice(0, 90) : "" };
}"""


@pytest.mark.parametrize("path", ["", "patients/{}/chart/"], ids=["board", "chart"])
def test_on_a_phone_a_key_leads_to_nothing_under_the_buttons_at_the_foot(visit: Visit, path: str) -> None:
    """Nor do these move the page when they have the focus themselves."""
    page = visit("amara.okafor", HOME + path.format(book().appointment.patient_id), phone=True)
    listening(page)
    page.locator("main").focus()
    under = []
    for _ in range(40):
        page.keyboard.press("Tab")
        under.append(page.evaluate(AT_REST, FEET)["under"])
    assert [each for each in under if each] == []
    feet = page.locator(FEET).locator(":is(a, button):visible")
    expect(feet.first).to_be_visible()
    for each in feet.all():
        before = page.evaluate(AT_REST, FEET)["at"]
        each.focus()
        assert (own := page.evaluate(AT_REST, FEET))["own"]
        assert own["at"] == before
