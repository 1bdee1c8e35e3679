"""Nothing that was typed is lost to a session that ended, and nothing is given back to a stranger."""

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.accounts import idp
from tests.accounts.conftest import sign_in

PAGE = "/c/northside/page/"
TYPED = {"note": 'Pain since "Tuesday" <b>\nsecond line', "tags": ["one", "two"], "csrfmiddlewaretoken": "old"}


def test_a_form_from_a_locked_session_is_given_back(ana: Client, pool: idp.Provider) -> None:
    with time_machine.travel(0, tick=False) as clock:
        sign_in(ana, pool)
        clock.shift(16 * 60)
        answer = ana.post(PAGE + "?tab=2", TYPED)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Locked after 15 minutes." in page
    assert "from 01:16 is saved" in page  # London, on the first day of 1970
    assert 'value="Pain since &quot;Tuesday&quot; &lt;b&gt;\nsecond line"' in page
    assert page.count('name="tags"') == 2
    assert 'value="old"' not in page
    assert f'action="{PAGE}?tab=2"' in page
    assert 'data-person="sub-ana"' in page
    assert 'target="_blank"' in page


def test_the_form_is_taken_after_signing_in_again(ana: Client, pool: idp.Provider) -> None:
    ana.post("/accounts/logout/")
    assert b"second line" in ana.post(PAGE, TYPED).content
    sign_in(ana, pool)
    assert ana.post(PAGE, TYPED).content.startswith(b"saved Pain")


def test_a_file_has_to_be_chosen_again(client: Client, pool: idp.Provider) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(PAGE, {"note": "kept", "photo": SimpleUploadedFile("x.png", b"png")})
    assert answer.status_code == 401
    assert b"The file has to be chosen again" in answer.content
    assert b'value="kept"' in answer.content


def test_a_token_from_before_signing_in_costs_nothing(client: Client, pool: idp.Provider) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    answer = browser.post(
        PAGE, {"note": "kept", "csrfmiddlewaretoken": "b" * 32}, headers={"origin": "http://testserver"}
    )
    assert answer.status_code == 403
    assert b'value="kept"' in answer.content
    assert b"since before you signed in" in answer.content


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver:81", ""])
def test_a_strangers_form_is_not_offered_for_sending(client: Client, pool: idp.Provider, origin: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(PAGE, {"note": "planted"}, headers={"origin": origin} if origin else {})
    assert answer.status_code == 403
    assert b"planted" not in answer.content


def test_htmx_and_fetch_are_told_without_leaving_the_page(client: Client, pool: idp.Provider) -> None:
    for headers in ({"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}):
        answer = client.post(PAGE, {"note": "x"}, headers=headers)
        assert answer.status_code == 401
        assert answer["HX-Trigger"] == "clinnet:check"
        assert "Location" not in answer
        assert "HX-Redirect" not in answer


def test_what_weakens_is_given_back_until_the_password_is_typed_again(ana: Client, pool: idp.Provider) -> None:
    rights = PAGE.replace("page", "rights")
    with time_machine.travel(0, tick=False) as clock:
        sign_in(ana, pool)
        clock.shift(9 * 60)
        assert ana.post(rights, TYPED).content.startswith(b"saved Pain")
        clock.shift(60)
        assert ana.get(rights).status_code == 200
        assert ana.get("/accounts/cover/state/").json()["fresh"] is False
        answer = ana.post(rights, TYPED, headers={"referer": f"http://testserver{rights}", "host": "testserver"})
        told = ana.post(rights, TYPED, headers={"HX-Request": "true"})
        sign_in(ana, pool)
        assert ana.post(rights, TYPED).content.startswith(b"saved Pain")
        assert ana.get("/accounts/cover/state/").json()["fresh"] is True
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Please type your password again: this changes what others may do." in page
    assert page.count('name="tags"') == 2
    assert f'href="{rights}">Back, without sending' in page
    assert told.status_code == 403
    assert b"type your password again" in told.content
