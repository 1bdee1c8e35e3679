"""Who may open what: the table of roles, the doors, and the checks that hold views to them."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from clinnet import checks
from clinnet.accounts import cognito
from clinnet.accounts.access import access_of, needs, public, signed_in
from clinnet.accounts.permissions import ROLES, Permission, Role, permissions_of, roles_of
from tests.accounts import idp
from tests.accounts.conftest import sign_in

P = Permission


def test_each_role_may_do_what_the_design_says() -> None:
    patient = {permission for permission in Permission if permission.startswith("patient:")}
    book = {P.SCHEDULE_READ, P.BOOK, P.SERVICE_RECORD}
    squeeze = book | {P.OVERBOOK, P.OUTSIDE_HOURS}
    money = {P.MONEY_READ, P.MONEY_TAKE}
    chart = {P.CHART_READ, P.CHART_WRITE, P.MEASURE, P.IMMUNISE, P.NOTE_WRITE, P.NOTE_SIGN}
    expected = {
        Role.RECEPTIONIST: book | money | {
            P.PATIENT_READ, P.PATIENT_WRITE, P.PATIENT_ARCHIVE, P.PATIENT_MERGE, P.FILE_ADD,
        },
        Role.NURSE: squeeze | chart | {P.PATIENT_READ, P.PATIENT_WRITE},
        Role.DOCTOR: {
            P.PATIENT_READ, P.PATIENT_WRITE, P.PATIENT_MERGE, P.PATIENT_RESTRICT, P.CHART_RESTRICTED,
            P.RX_WRITE, P.ORDER, P.RESULT_REVIEW, P.CHART_EXPORT, P.CHART_CORRECT, P.CLINICAL_CONFIRM,
                P.NOTE_COSIGN, P.LETTER_WRITE,
        }
        | chart
        | squeeze,
        Role.ADMIN: patient | squeeze | money | {
            P.HOURS, P.AUDIT_READ, P.STAFF_MANAGE, P.CLINIC_MANAGE, P.COST_READ, P.MONEY_CORRECT, P.MONEY_REPORT,
            P.CATALOGUE, P.TEMPLATE_MANAGE,
        },
    }  # fmt: skip
    assert expected == ROLES
    assert permissions_of([Role.NURSE, Role.ADMIN]) == ROLES[Role.NURSE] | ROLES[Role.ADMIN]
    assert roles_of(["admin", "nurse", "root", "Doctor"]) == [Role.NURSE, Role.ADMIN]


@pytest.mark.parametrize(("role", "status"), [("receptionist", 403), ("nurse", 200), ("doctor", 200), ("admin", 403)])
def test_a_view_opens_to_those_with_its_permission(client: Client, pool: idp.Provider, role: str, status: int) -> None:
    pool.twist = lambda claims: claims.update({"cognito:groups": [role]})
    sign_in(client, pool)
    assert client.get("/c/northside/chart/").status_code == status


def test_another_clinic_looks_as_if_it_did_not_exist(ana: Client) -> None:
    foreign, missing = ana.get("/c/harbor/page/"), ana.get("/c/nowhere/page/")
    assert foreign.status_code == missing.status_code == 404
    # Also where the role would not do: a 403 would tell that the clinic exists.
    assert ana.get("/c/harbor/chart/").status_code == 404


def test_a_view_that_declares_nothing_stays_shut(ana: Client, client: Client) -> None:
    assert ana.get("/undeclared/").status_code == 403
    assert Client().get("/undeclared/").status_code == 302


def test_the_scope_comes_from_the_address_and_the_session(ana: Client) -> None:
    answer = ana.post("/c/northside/page/?clinic=harbor", {"note": "n", "clinic": "harbor"})
    assert answer.content == b"saved n in Northside Clinic by Ana Ruiz"


def test_without_the_table_pages_say_so(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from clinnet.accounts import queries
    from clinnet.table import errors

    def unreachable(clinic: str) -> None:
        raise errors.Unavailable

    monkeypatch.setattr(queries, "clinic", unreachable)
    assert ana.get("/c/northside/page/").status_code == 503


def test_without_the_session_store_pages_say_so(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from clinnet.accounts import sessions

    def broken(request: HttpRequest, *, often: bool) -> None:
        raise OperationalError

    monkeypatch.setattr(sessions, "current", broken)
    answer = ana.post("/c/northside/page/", {"note": "kept"})
    assert answer.status_code == 503
    assert b'value="kept"' in answer.content


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_declaring_twice_or_for_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        signed_in(needs(P.CHART_READ)(lambda request: HttpResponse()))
    with pytest.raises(ValueError, match="without"):
        needs()


URLS: list[tuple[str, Any, list[str]]] = [
    ("c/<slug:clinic>/x/", needs(P.CHART_READ)(lambda request, clinic: HttpResponse()), []),
    ("x/", public(lambda request: HttpResponse()), []),
    ("x/", lambda request: HttpResponse(), ["clinnet.E001"]),
    ("x/", needs(P.CHART_READ)(lambda request: HttpResponse()), ["clinnet.E002"]),
    ("c/<slug:clinic>/x/", signed_in(lambda request, clinic: HttpResponse()), ["clinnet.E003"]),
]


@pytest.mark.parametrize(("route", "its_view", "found"), URLS)
def test_the_check_finds_views_that_do_not_fit(route: str, its_view: Any, found: list[str], settings: Settings) -> None:
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path(route, its_view)]})
    assert [message.id for message in checks.declared(None)] == found


def test_the_check_finds_another_way_in(settings: Settings) -> None:
    assert checks.one_way_in(None) == []
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("x/", view, name="account_signup")]})
    assert [message.id for message in checks.one_way_in(None)] == ["clinnet.E004", "clinnet.E005"]


def test_every_view_of_the_site_declares_what_it_needs(settings: Settings) -> None:
    settings.ROOT_URLCONF = "clinnet.urls"
    assert [route for route, pattern in checks.views() if access_of(pattern.callback) is None] == []
    assert checks.declared(None) == []


POOL = {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}, "MfaConfiguration": "ON"}
APP = {
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "profile"],
    "LogoutURLs": ["https://clinic.example/accounts/login/"],
}
POOLS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({}, {}, []),
    ({"AdminCreateUserConfig": {}}, {}, ["clinnet.E006"]),
    ({"MfaConfiguration": "OPTIONAL"}, {}, ["clinnet.E007"]),
    ({}, {"AllowedOAuthFlows": ["code", "implicit"]}, ["clinnet.E008"]),
    ({}, {"AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"]}, ["clinnet.E008"]),
    ({}, {"LogoutURLs": []}, ["clinnet.E009"]),
]


@pytest.mark.parametrize(("in_pool", "in_app", "found"), POOLS)
def test_the_deploy_check_reads_the_pool(
    in_pool: dict[str, Any],
    in_app: dict[str, Any],
    found: list[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SITE, settings.CLINNET_CLOUD = "https://clinic.example", True
    fake = SimpleNamespace(
        describe_user_pool=lambda **ids: {"UserPool": POOL | in_pool},
        describe_user_pool_client=lambda **ids: {"UserPoolClient": APP | in_app},
    )
    monkeypatch.setattr(cognito, "client", lambda: fake)
    assert [message.id for message in checks.pool(None)] == found


def test_check_deploy_is_clean_in_the_cloud(tmp_path: Path) -> None:
    answers = {"DescribeUserPool": {"UserPool": POOL}, "DescribeUserPoolClient": {"UserPoolClient": APP}}

    class Cognito(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(answers[self.headers["X-Amz-Target"].rpartition(".")[2]]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Cognito) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        environment = {
            "CLINNET_CLOUD": "1",
            "CLINNET_VAR": str(tmp_path),
            "CLINNET_SITE": "https://clinic.example",
            "DJANGO_SECRET_KEY": "wq8Zr0bXk2Lt5Vn7Yc1Me4Ha9Ud6Sf3Gj0Pi8Ow2Qy5Tx7RaBn4Kd6",
            "CLINNET_DATA_KEY": "ab" * 32,
            "AWS_REGION": "eu-west-2",
            "COGNITO_POOL_ID": "eu-west-2_x",
            "COGNITO_CLIENT_ID": "c",
            "COGNITO_CLIENT_SECRET": "s",
            "COGNITO_ORIGIN": "https://clinic.auth.eu-west-2.amazoncognito.com",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": f"http://127.0.0.1:{server.server_port}",
        }
        root = Path(__file__).parents[2]
        run = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        done = subprocess.run(run, env=environment, cwd=root, capture_output=True, text=True, check=False)
        server.shutdown()
    assert "no issues" in done.stdout + done.stderr, done.stderr
