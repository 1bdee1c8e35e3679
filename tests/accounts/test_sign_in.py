"""Somebody signs in, and nothing else can happen at those addresses."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from clinnet.accounts import sessions
from clinnet.accounts.oidc import KEPT
from tests.accounts import idp
from tests.accounts.conftest import from_cognito, sign_in, to_cognito
from tests.people import signed_in_client

PAGE = "/c/northside/page/"


def test_a_person_signs_in_and_lands_where_they_wanted(client: Client, pool: idp.Provider) -> None:
    asked = client.get(PAGE)
    assert asked["Location"] == "/accounts/login/?next=%2Fc%2Fnorthside%2Fpage%2F"
    assert sign_in(client, pool, next_url=PAGE)["Location"] == PAGE
    assert b"Ana Ruiz" in client.get(PAGE).content
    kept = client.session[sessions.KEY]
    assert (kept["person"], kept["username"], kept["roles"]) == ("sub-ana", "ana", ["receptionist"])


def test_what_is_kept_of_a_person_is_little(client: Client, pool: idp.Provider) -> None:
    sign_in(client, pool)
    user = User.objects.get()
    assert (user.username, user.email, user.has_usable_password()) == ("sub-ana", "", False)
    assert set(SocialAccount.objects.get().extra_data) <= set(KEPT)
    assert not EmailAddress.objects.exists()
    assert not SocialToken.objects.exists()
    assert "secret" not in json.dumps(dict(client.session.items()))


def test_the_question_to_cognito_cannot_be_changed_from_outside(client: Client, pool: idp.Provider) -> None:
    plain = to_cognito(client)
    twisted = to_cognito(
        client,
        next_url="https://evil.example/",
        process="connect",
        scope="aws.cognito.signin.user.admin",
        auth_params="redirect_uri=https://evil.example/&nonce=mine&prompt=none",
        next="https://evil.example/",
        action="reauthenticate",
    )
    own = {"nonce", "state", "code_challenge", "scope"}
    assert {k: v for k, v in twisted.items() if k not in own} == {k: v for k, v in plain.items() if k not in own}
    assert set(twisted["scope"].split()) == {"openid", "profile"}
    assert twisted["nonce"] != "mine"
    assert twisted["code_challenge_method"] == "S256"
    assert from_cognito(client, pool, twisted, "ana")["Location"] == "/"


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "x"])
def test_sign_in_never_leads_elsewhere(client: Client, pool: idp.Provider, there: str) -> None:
    assert sign_in(client, pool, next_url=there)["Location"] == "/"


def test_pkce_and_the_registered_address_go_with_the_code(client: Client, pool: idp.Provider) -> None:
    asked = to_cognito(client)
    from_cognito(client, pool, asked, "ana")
    sent = pool.asked[-1]
    assert sent["redirect_uri"] == asked["redirect_uri"] == "http://testserver/accounts/oidc/cognito/login/callback/"
    assert len(sent["code_verifier"]) >= 43


def drop(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda claims: claims.pop(name)


def change(**new: Any) -> Callable[[dict[str, Any]], object]:
    return lambda claims: claims.update(new)


PUBLIC = idp.KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def hmac_with_the_public_key(claims: dict[str, Any]) -> str:
    """PyJWT will not make this one, so it is made by hand."""
    import base64
    import hashlib
    import hmac

    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    text = part(b'{"alg":"HS256","kid":"one"}') + b"." + part(json.dumps(claims).encode())
    return (text + b"." + part(hmac.digest(PUBLIC, text, hashlib.sha256))).decode()


def tampered(claims: dict[str, Any]) -> str:
    head, _, signature = idp.signed(claims).split(".")
    other = idp.signed({**claims, "cognito:groups": ["admin"]}).split(".")[1]
    return ".".join([head, other, signature])


BAD_CLAIMS = {
    "expired": change(exp=int(time.time()) - 3600),
    "of another pool": change(iss=idp.ISSUER + "x"),
    "for another client": change(aud="another"),
    "for two clients": change(aud=[idp.CLIENT, "another"]),
    "for a list of one": change(aud=[idp.CLIENT]),
    "an access token": change(token_use="access"),
    "with another nonce": change(nonce="another"),
    "from the future": change(iat=int(time.time()) + 86_400),
    "of a password typed long ago": lambda claims: claims.update(auth_time=claims["auth_time"] - 600),
    "with a time in words": change(auth_time="now"),
    **{
        f"without {name}": drop(name) for name in ("exp", "iat", "iss", "aud", "sub", "auth_time", "nonce", "token_use")
    },
}
BAD_SIGNATURES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "tampered with": tampered,
    "signed by a stranger": lambda claims: idp.signed(claims, idp.OTHER_KEY),
    "with an unknown key": lambda claims: idp.signed(claims, kid="two"),
    "unsigned": lambda claims: jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}),
    "signed with our public key": hmac_with_the_public_key,
    "without a key id": lambda claims: jwt.encode(claims, idp.KEY, algorithm="RS256"),
    "not a token": lambda claims: "one.two",
    "missing": lambda claims: None,
    "a number": lambda claims: 7,
}


@pytest.mark.parametrize("bad", BAD_CLAIMS)
def test_a_token_with_wrong_claims_is_refused(client: Client, pool: idp.Provider, bad: str) -> None:
    pool.twist = BAD_CLAIMS[bad]
    refused(client, sign_in(client, pool))


@pytest.mark.parametrize("bad", BAD_SIGNATURES)
def test_a_token_not_signed_by_cognito_is_refused(client: Client, pool: idp.Provider, bad: str) -> None:
    pool.sign = BAD_SIGNATURES[bad]
    refused(client, sign_in(client, pool))


def refused(client: Client, answer: Any) -> None:
    assert answer.status_code == 401
    assert b"That sign-in was not completed" in answer.content
    assert sessions.KEY not in client.session
    assert not User.objects.exists()


def test_an_answer_counts_once_and_only_for_who_asked(client: Client, pool: idp.Provider) -> None:
    asked = to_cognito(client)
    refused(Client(), from_cognito(Client(), pool, asked, "ana"))  # somebody else's browser
    refused(client, client.get("/accounts/oidc/cognito/login/callback/?code=c&state=guessed"))
    assert from_cognito(client, pool, asked, "ana").status_code == 302
    assert from_cognito(client, pool, asked, "ines")["Location"] == "/"  # a double click: it has worked already
    assert client.session[sessions.KEY]["person"] == "sub-ana"


def test_cancelling_at_cognito_is_not_an_error_page_of_allauth(client: Client, pool: idp.Provider) -> None:
    state = to_cognito(client)["state"]
    refused(client, client.get(f"/accounts/oidc/cognito/login/callback/?error=access_denied&state={state}"))


@pytest.mark.parametrize("process", ["connect", "redirect", ""])
def test_only_signing_in_is_possible_even_with_a_changed_state(
    client: Client, pool: idp.Provider, process: str
) -> None:
    asked = to_cognito(client)
    session = client.session
    state, *rest = session["socialaccount_states"][asked["state"]]
    session["socialaccount_states"] = {asked["state"]: [{**state, "process": process}, *rest]}
    session.save()
    refused(client, from_cognito(client, pool, asked, "ana"))


def test_a_second_person_replaces_the_first_and_is_never_linked(ana: Client, pool: idp.Provider) -> None:
    before = ana.session.session_key
    assert sign_in(ana, pool, "ines").status_code == 302
    assert ana.session[sessions.KEY]["person"] == "sub-ines"
    assert ana.session.session_key != before
    assert [account.user.username for account in SocialAccount.objects.order_by("uid")] == ["sub-ana", "sub-ines"]


def test_signing_in_again_makes_a_new_session(ana: Client, pool: idp.Provider) -> None:
    before, token = ana.session.session_key, ana.cookies[settings.CSRF_COOKIE_NAME].value
    sign_in(ana, pool)
    assert ana.session.session_key != before
    assert ana.cookies[settings.CSRF_COOKIE_NAME].value != token


def test_groups_replace_roles_whole_at_each_sign_in(client: Client, pool: idp.Provider) -> None:
    for groups, roles in ((["doctor", "admin"], ["doctor", "admin"]), (["nurse", "Admin", "superuser"], ["nurse"])):
        pool.twist = change(**{"cognito:groups": groups})
        sign_in(client, pool)
        assert client.session[sessions.KEY]["roles"] == roles


def test_without_a_group_a_person_is_sent_to_the_administrator(client: Client, pool: idp.Provider) -> None:
    sign_in(client, pool, "sam")
    for address in ("/", PAGE, "/mine/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert b"Sam New" in answer.content
        assert b'action="/accounts/logout/"' in answer.content


def test_without_a_clinic_a_person_is_sent_to_the_administrator(
    client: Client, pool: idp.Provider, clinics: dict[str, list[str]]
) -> None:
    clinics["sub-ana"] = []
    sign_in(client, pool)
    answer = client.get("/")
    assert answer.status_code == 403
    assert b"not on the staff of any clinic" in answer.content
    assert client.get(PAGE).status_code == 404


def test_the_first_page_leads_to_the_only_or_the_last_clinic(ana: Client, pool: idp.Provider) -> None:
    assert ana.get("/")["Location"] == "/c/northside/"
    sign_in(ana, pool, "ines")
    assert b'href="/c/harbor/"' in ana.get("/").content
    ana.get("/c/harbor/page/")
    assert ana.get("/")["Location"] == "/c/harbor/"


def test_after_the_next_sign_in_a_device_opens_where_it_was_last(client: Client, pool: idp.Provider) -> None:
    sign_in(client, pool, "ines")
    client.get("/c/harbor/page/")
    cookie = client.cookies[settings.LAST_CLINIC_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("harbor", True, "Lax")
    sign_in(client, pool, "ines")
    assert client.get("/")["Location"] == "/c/harbor/"
    client.cookies[settings.LAST_CLINIC_COOKIE_NAME] = "elsewhere"
    sign_in(client, pool, "ines")
    assert b"Choose a clinic" in client.get("/").content
    sign_in(client, pool, "ana")  # of one clinic alone
    assert client.get("/")["Location"] == "/c/northside/"


TROUBLE: dict[str, tuple[int, bytes]] = {
    "server error": (500, b"{}"),
    "throttled": (429, b"{}"),
    "a web page": (200, b"<html>maintenance</html>"),
    "a list": (200, b"[]"),
    "a redirect": (302, b""),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_broken_cognito_is_a_polite_page(client: Client, pool: idp.Provider, trouble: str) -> None:
    pool.answer = TROUBLE[trouble]
    unavailable(sign_in(client, pool))


def test_keys_that_cannot_be_read_are_a_polite_page(client: Client, pool: idp.Provider) -> None:
    pool.keys_broken = True
    unavailable(sign_in(client, pool))


def test_a_slow_cognito_is_a_polite_page(client: Client, pool: idp.Provider, settings: Settings) -> None:
    settings.CLINNET_COGNITO_SECONDS = (0.2, 0.2)
    pool.silent.set()
    unavailable(sign_in(client, pool))


def test_an_unreachable_cognito_is_a_polite_page(client: Client, pool: idp.Provider, settings: Settings) -> None:
    settings.COGNITO = {**settings.COGNITO, "token": "http://127.0.0.1:9/token"}
    unavailable(sign_in(client, pool))


def unavailable(answer: Any) -> None:
    assert answer.status_code == 503
    assert b"We cannot reach the sign-in service" in answer.content


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "social/signup/",
        "social/connections/",
        "password/reset/",
        "email/",
        "social/login/error/",
        "3rdparty/",
        "confirm-email/",
        "reauthenticate/",
        "oidc/other/login/",
    ],
)
def test_there_is_no_other_way_in(client: Client, address: str) -> None:
    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}").status_code == 404


@pytest.mark.django_db
def test_a_local_password_opens_nothing(client: Client) -> None:
    User.objects.create_user("sub-ana", password="right")
    assert not client.login(username="sub-ana", password="right") or not client.session.get(sessions.KEY)
    assert client.get("/mine/").status_code == 302


def test_sign_in_starts_by_a_form_and_passes_cognitos_sign_out(client: Client, pool: idp.Provider) -> None:
    assert client.get("/accounts/oidc/cognito/login/").status_code == 405
    assert client.get("/accounts/login/").status_code == 200  # nothing was begun: it does not go to Cognito by itself
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/oidc/cognito/login/").status_code == 403


def test_another_name_of_the_site_leads_to_the_registered_one(client: Client, pool: idp.Provider) -> None:
    answer = client.get("/accounts/login/?next=/mine/", headers={"host": "localhost"})
    assert answer["Location"] == "http://testserver/accounts/login/?next=/mine/"


@pytest.mark.parametrize("lacks", ["roles", "clinics"])
def test_who_may_open_nothing_yet_has_one_way_on(clinic: str, db: None, lacks: str) -> None:
    """Two buttons that lead to one place would have people try both."""
    browser = signed_in_client(clinic)
    session = browser.session
    session["signin"] = session["signin"] | {lacks: []}
    session.save()
    answer = browser.get("/")
    assert answer.status_code == 403
    page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "Ask your administrator" in page
    assert page.count('href="/"') == 1
