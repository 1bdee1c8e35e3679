"""What the embedded AWS refuses: administration, unsigned requests, other hosts, calls the journal cannot see."""

import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from clinnet.local import place, setup
from tests.local.conftest import OwnEngine


@pytest.fixture(scope="module")
def here(engine_var: Path) -> dict[str, str]:
    """The run's own engine, as Django sees it."""
    found = place.local(engine_var)
    assert found is not None
    return found


def status(url: str, *, method: str = "GET", **headers: str) -> int:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("path", ["reset", "config", "ses/messages", "state", "lambda", "anything", "health/../reset"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_administration_is_refused(here: dict[str, str], path: str, method: str) -> None:
    assert status(f"{here['endpoint']}/_ministack/{path}", method=method) == 403


def test_health_is_answered(here: dict[str, str]) -> None:
    assert status(f"{here['endpoint']}/_ministack/health") == 200


def test_an_unsigned_read_of_a_file_is_refused(here: dict[str, str], engine_var: Path) -> None:
    s3 = setup.client("s3", engine_var, here["endpoint"])
    s3.put_object(Bucket=here["bucket"], Key="doors/photo", Body=b"x")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": here["bucket"], "Key": "doors/photo"})
    assert status(url) == 200
    assert status(url.partition("?")[0]) == 403
    assert status(url.replace("photo", "other")) == 403


@pytest.mark.parametrize("access_key", ["ours", "test", "000000000000", "LOCALAAAAAAAAAAAAAAA"])
@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("dynamodb", "list_tables", {}),
        ("s3", "list_buckets", {}),
        ("cognito-idp", "list_user_pools", {"MaxResults": 1}),
        ("iam", "list_users", {}),
        ("ses", "list_identities", {}),
    ],
)
def test_a_request_with_another_secret_is_refused(
    here: dict[str, str], access_key: str, service: str, operation: str, arguments: dict[str, int]
) -> None:
    stranger = boto3.client(
        service,
        endpoint_url=here["endpoint"],
        region_name=here["region"],
        aws_access_key_id=here["access_key"] if access_key == "ours" else access_key,
        aws_secret_access_key="test",
    )
    with pytest.raises(ClientError) as refused:
        getattr(stranger, operation)(**arguments)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_a_page_of_another_site_is_refused(here: dict[str, str]) -> None:
    health = f"{here['endpoint']}/_ministack/health"
    assert status(health, origin="https://evil.example") == 403
    assert status(health, origin="http://127.0.0.1:1") == 403
    assert status(health, origin="null") == 403
    assert status(health, origin=here["endpoint"]) == 200


def test_a_name_that_resolves_to_this_machine_is_refused(here: dict[str, str]) -> None:
    assert status(f"{here['endpoint']}/_ministack/health", host="evil.example:80") == 403


def test_calls_that_the_journal_does_not_see_are_refused(here: dict[str, str], engine_var: Path) -> None:
    dynamodb = setup.client("dynamodb", engine_var, here["endpoint"])
    with pytest.raises(ClientError) as refused:
        dynamodb.execute_statement(Statement="SELECT * FROM clinnet")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_it_listens_on_the_loopback_interface_alone(own_engine: OwnEngine) -> None:
    assert own_engine.process is not None
    owned = {
        link.readlink().name.partition("[")[2].rstrip("]")
        for link in Path(f"/proc/{own_engine.process.pid}/fd").iterdir()
        if link.is_symlink() and str(link.readlink()).startswith("socket:")
    }
    listening = [
        fields[1]
        for table in ("tcp", "tcp6")
        for fields in (line.split() for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and fields[9] in owned
    ]
    assert [address.partition(":")[0] for address in listening] == ["0100007F"]


def test_the_run_time_folder_is_for_its_owner_alone(engine_var: Path) -> None:
    assert engine_var.stat().st_mode & 0o077 == 0
    for name in ("local.json", "people.json", "engine/keys.json"):
        assert (engine_var / name).stat().st_mode & 0o077 == 0
