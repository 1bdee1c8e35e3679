"""A form that was refused: one can go back to it, and its errors go once they are mended."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.cards import HOME, Booked, day_of, far, newcomer
from tests.journeys.conftest import Visit, listening, today

pytestmark = pytest.mark.browser
__all__ = ["far"]
FORMS = [
    ("ana.ruiz", "patients/new/"),
    ("ana.ruiz", "patients/{patient}/family/outsider/"),
    ("ana.ruiz", "patients/{patient}/relatives/new/"),
    ("ana.ruiz", "patients/{patient}/archive/"),
    ("ana.ruiz", "requests/new/"),
    ("ana.ruiz", "walk-in/"),
    ("ana.ruiz", "block/"),
    ("ana.ruiz", "{visit}cancel/"),
    ("ana.ruiz", "{visit}change-patient/"),
    ("ines.admin", "manage/schedule/types/new/"),
    ("ines.admin", "manage/schedule/rooms/new/"),
    ("ines.admin", "manage/schedule/days/new/"),
]


def send_blank(page: Page) -> Response | None:
    """The page's main form with every text field emptied, past what the browser itself would ask for."""
    form = page.locator("main form[method=post][data-main], main form[method=post]:has(textarea)").last
    with page.expect_navigation() as answered:
        form.evaluate("""form => {
            form.noValidate = true;
            for (const field of form.querySelectorAll("input[type=text], textarea")) field.value = "";
            form.requestSubmit(form.querySelector("[data-primary]") ?? undefined);
        }""")
    return answered.value


@pytest.mark.parametrize(("who", "path"), FORMS, ids=[path for _, path in FORMS])
def test_back_leads_to_a_form_that_was_refused(visit: Visit, far: Booked, who: str, path: str) -> None:
    patient = newcomer().id
    booked = far.appointment
    where = HOME + path.format(patient=patient, visit=f"patients/{booked.patient_id}/appointments/{booked.id}/")
    page = visit(who, where)
    title = page.title()
    answer = send_blank(page)
    assert answer
    assert answer.request.method == "POST"
    listening(page)
    page.goto(f"{HOME}tasks/")
    again = page.go_back()
    assert again
    assert (again.status, again.request.method) == (200, "GET")
    assert page.title() == title
    page.reload()  # nor does the browser ask whether to send it once more
    assert page.title() == title


def test_what_a_question_before_a_step_answers_is_no_dead_end(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}patients/{far.appointment.patient_id}/appointments/{far.appointment.id}/")
    stood = page.url
    page.locator("form[action$='/words/']").evaluate(
        "form => { form.seen.value = 'other'; form.reason.value = 'Knee'; form.submit(); }"
    )
    listening(page)
    expect(page.locator("main")).to_contain_text("Somebody changed this while you were editing")
    page.goto(f"{HOME}tasks/")
    page.go_back()
    assert page.url == stood


def test_an_error_goes_once_its_field_is_changed_and_the_others_stay(visit: Visit) -> None:
    page = visit("ines.admin", "/c/harbor/manage/schedule/types/new/")  # where no strip of an urgent call comes
    send_blank(page)
    listening(page)
    errors = page.locator(".field-error")
    many = errors.count()
    name = page.locator("#id_name")
    expect(name).to_have_attribute("aria-invalid", "true")
    below = page.locator("#id_active").bounding_box()
    name.fill("Consultation")
    assert not name.get_attribute("aria-invalid")
    assert page.locator(".field-error:visible").count() == many - 1
    assert page.locator("#id_active").bounding_box() == below  # nothing moves under the pointer


def test_a_key_about_a_card_says_that_it_waits_for_one(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    for key, what in (("k", "Check it out"), ("x", "Cancel it"), ("Space", "The card's next step")):
        page.keyboard.press(key)
        expect(page.locator(".toast-line").last).to_contain_text(f"{what}: which card?")
    assert page.url.endswith(f"/day/{far.appointment.day}/")


def test_without_a_card_a_letter_in_the_search_is_a_letter(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{HOME}day/{today()}/")
    page.keyboard.press("/")
    page.keyboard.type("kx n")
    expect(page.locator("#find-box")).to_have_value("kx n")
    expect(page.locator(".toast-line", has_text="which card?")).to_have_count(0)


def test_a_form_that_answers_another_page_is_sent_to_its_own_address(visit: Visit) -> None:
    """Its entry in the history is the other page: a form that names no address would be sent there."""
    page = visit("ana.ruiz", f"{HOME}patients/")
    with page.expect_navigation():
        page.evaluate("""to => {
            const form = document.body.appendChild(document.createElement("form"));
            form.append(document.querySelector("input[name=csrfmiddlewaretoken]").cloneNode());
            Object.assign(form, { method: "post", action: to }).submit();
        }""", f"{HOME}walk-in/")  # fmt: skip
    listening(page)
    assert page.url.endswith(f"{HOME}patients/")
    assert page.locator("main form[data-main]").first.evaluate("form => form.action").endswith(f"{HOME}walk-in/")
