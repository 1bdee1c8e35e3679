"""infra/template.yaml says what security-notes ask for, and the embedded engine has what it says."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from ministack.core import iam_evaluator

from clinnet.local import place, setup, template
from clinnet.local.people import PEOPLE


@pytest.fixture(scope="module")
def source() -> dict[str, Any]:
    return template.load()


@pytest.fixture(scope="module")
def here(engine_var: Path) -> dict[str, str]:
    found = place.local(engine_var)
    assert found is not None
    return found


def client(name: str, here: dict[str, str], engine_var: Path) -> Any:
    return setup.client(name, engine_var, here["endpoint"])


def wanted(source: dict[str, Any], name: str, **values: Any) -> dict[str, Any]:
    known = setup.parameters(["http://127.0.0.1:1"]) | {"Table.Arn": "TABLE", "Pool.Arn": "POOL", "Bucket": "BUCKET"}
    return template.properties(source, name, known | values)


# The table


def test_the_engines_table_is_the_templates(source: dict[str, Any], here: dict[str, str], engine_var: Path) -> None:
    asked = wanted(source, "Table")
    dynamodb = client("dynamodb", here, engine_var)
    found = dynamodb.describe_table(TableName=here["table"])["Table"]
    assert found["TableName"] == asked["TableName"]
    assert found["KeySchema"] == asked["KeySchema"]
    assert {tuple(sorted(row.items())) for row in found["AttributeDefinitions"]} == {
        tuple(sorted(row.items())) for row in asked["AttributeDefinitions"]
    }
    assert [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in found["GlobalSecondaryIndexes"]
    ] == asked["GlobalSecondaryIndexes"]
    assert found["BillingModeSummary"]["BillingMode"] == asked["BillingMode"]
    assert found["DeletionProtectionEnabled"] is asked["DeletionProtectionEnabled"] is True
    assert (found["SSEDescription"]["Status"] == "ENABLED") is asked["SSESpecification"]["SSEEnabled"] is True
    expiry = dynamodb.describe_time_to_live(TableName=here["table"])["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": asked["TimeToLiveSpecification"]["AttributeName"]}
    backups = dynamodb.describe_continuous_backups(TableName=here["table"])["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert asked["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_every_index_projects_what_a_row_and_a_discriminator_need(source: dict[str, Any]) -> None:
    for index in wanted(source, "Table")["GlobalSecondaryIndexes"]:
        assert index["Projection"]["NonKeyAttributes"] == ["type", "id", "clinicId", "version", "state", "line"]


# The pool


def test_the_engines_pool_is_the_templates(source: dict[str, Any], here: dict[str, str], engine_var: Path) -> None:
    asked = wanted(source, "Pool")
    cognito = client("cognito-idp", here, engine_var)
    found = cognito.describe_user_pool(UserPoolId=here["pool_id"])["UserPool"]
    assert found["Name"] == asked["UserPoolName"]
    for key in ("AdminCreateUserConfig", "Policies", "DeletionProtection", "MfaConfiguration"):
        assert found[key] == asked[key], key
    names = {g["GroupName"] for g in cognito.list_groups(UserPoolId=here["pool_id"])["Groups"]}
    groups = template.of_type(source, "AWS::Cognito::UserPoolGroup")
    assert names == {wanted(source, name, Pool="x")["GroupName"] for name in groups}
    assert names == {"receptionist", "nurse", "doctor", "admin"}


def test_the_engines_client_is_the_templates(source: dict[str, Any], here: dict[str, str], engine_var: Path) -> None:
    asked = wanted(source, "Client", Pool=here["pool_id"])
    cognito = client("cognito-idp", here, engine_var)
    found = cognito.describe_user_pool_client(UserPoolId=here["pool_id"], ClientId=here["client_id"])["UserPoolClient"]
    for key in set(asked) - {"GenerateSecret", "CallbackURLs", "LogoutURLs"}:
        assert found[key] == asked[key], key
    assert found["ClientSecret"] == here["client_secret"]
    assert found["CallbackURLs"][0] == here["site"] + "/accounts/oidc/cognito/login/callback/"


def test_only_the_code_flow_with_short_tokens_and_no_say_over_ones_own_attributes(source: dict[str, Any]) -> None:
    app, pool = wanted(source, "Client", Pool="x"), wanted(source, "Pool")
    assert app["AllowedOAuthFlows"] == ["code"]
    assert app["AllowedOAuthScopes"] == ["openid", "profile"]
    assert app["GenerateSecret"] is True
    assert app["EnableTokenRevocation"] is True
    assert app["PreventUserExistenceErrors"] == "ENABLED"
    assert (app["IdTokenValidity"], app["AccessTokenValidity"]) == (5, 5)
    assert (app["TokenValidityUnits"]["IdToken"], app["TokenValidityUnits"]["AccessToken"]) == ("minutes", "minutes")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert source["Parameters"]["Mfa"]["Default"] == "ON"


def test_everybody_of_the_demo_is_there_with_one_group_at_most(here: dict[str, str], engine_var: Path) -> None:
    cognito = client("cognito-idp", here, engine_var)
    people = {entry["username"]: entry for entry in place.read_json(engine_var / "people.json")}
    assert set(people) == {person.username for person in PEOPLE}
    for person in PEOPLE:
        who = {"UserPoolId": here["pool_id"], "Username": person.username}
        user = cognito.admin_get_user(**who)
        assert user["UserStatus"] == "CONFIRMED"
        assert {"Name": "sub", "Value": people[person.username]["sub"]} in user["UserAttributes"]
        groups = [group["GroupName"] for group in cognito.admin_list_groups_for_user(**who)["Groups"]]
        assert groups == ([person.group] if person.group else [])


def test_making_it_again_changes_nothing(here: dict[str, str], engine_var: Path) -> None:
    people = (engine_var / "people.json").read_bytes()
    sites = [url.removesuffix(setup.CALLBACK) for url in _callbacks(here, engine_var)]
    again = setup.create(engine_var, endpoint=here["endpoint"], site=sites[0], other_sites=sites[1:], force=True)
    assert again == here
    assert (engine_var / "people.json").read_bytes() == people


def _callbacks(here: dict[str, str], engine_var: Path) -> list[str]:
    cognito = client("cognito-idp", here, engine_var)
    app = cognito.describe_user_pool_client(UserPoolId=here["pool_id"], ClientId=here["client_id"])["UserPoolClient"]
    urls: list[str] = app["CallbackURLs"]
    return urls


# The bucket


def test_the_engines_bucket_is_private_encrypted_and_versioned(
    source: dict[str, Any], here: dict[str, str], engine_var: Path
) -> None:
    asked, s3, name = wanted(source, "Bucket"), client("s3", here, engine_var), {"Bucket": here["bucket"]}
    blocked = s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
    assert blocked == asked["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    rules = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_versioning(**name)["Status"] == asked["VersioningConfiguration"]["Status"] == "Enabled"


def test_a_deleted_file_outlives_what_the_table_can_be_set_back_to_and_no_record_ends_by_its_age(
    source: dict[str, Any],
) -> None:
    rules = wanted(source, "Bucket")["LifecycleConfiguration"]["Rules"]
    (everywhere,) = (each for each in rules if "NoncurrentVersionExpiration" in each and "Prefix" not in each)
    assert 35 < everywhere["NoncurrentVersionExpiration"]["NoncurrentDays"] <= 90
    assert [each["Prefix"] for each in rules if "ExpirationInDays" in each] == ["exports/"]


# The roles


@pytest.fixture
def as_role(
    source: dict[str, Any], here: dict[str, str], engine_var: Path, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Clients under the policy of one role, by a key of its own."""
    policy = request.param
    iam = client("iam", here, engine_var)
    name = f"test-{uuid.uuid4()}"
    iam.create_user(UserName=name)
    arn = f"arn:aws:iam::000000000000:policy/{policy}"
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    key = iam.create_access_key(UserName=name)["AccessKey"]

    def make(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=here["endpoint"],
            region_name=here["region"],
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    yield make
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.detach_user_policy(UserName=name, PolicyArn=arn)
    iam.delete_user(UserName=name)


TABLE = {"TableName": setup.TABLE}
TABLE_ARN = f"arn:aws:dynamodb:{place.REGION}:000000000000:table/{setup.TABLE}"
PATIENT = {"PK": {"S": "PAT#infra"}, "SK": {"S": "PROFILE#1"}}
EVENT = {"PK": {"S": "CLINIC#infra#AUDIT#2026-11-22T09:3"}, "SK": {"S": "01"}}
DRAFT = {"PK": {"S": "DRAFT#infra"}, "SK": {"S": "register#"}}


def refused(call: Any, **arguments: Any) -> bool:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return bool(error.value.response["Error"]["Code"] == "AccessDeniedException")


def update(key: dict[str, Any]) -> dict[str, Any]:
    return {
        **TABLE,
        "Key": key,
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }


@pytest.mark.parametrize("as_role", ["clinnet-web"], indirect=True)
def test_a_web_process_reads_by_key_and_writes_in_transactions(as_role: Any) -> None:
    web = as_role("dynamodb")
    web.transact_write_items(TransactItems=[{"Put": {**TABLE, "Item": PATIENT}}, {"Put": {**TABLE, "Item": EVENT}}])
    web.transact_write_items(TransactItems=[{"Update": update(PATIENT)}])
    assert web.get_item(**TABLE, Key=PATIENT)["Item"]["n"] == {"N": "1"}
    web.batch_get_item(RequestItems={setup.TABLE: {"Keys": [PATIENT]}})
    for index in ({}, {"IndexName": "GSI1"}, {"IndexName": "GSI2"}):
        key = f"{index.get('IndexName', '')}PK"
        web.query(**TABLE, **index, KeyConditionExpression=f"{key} = :p", ExpressionAttributeValues={":p": {"S": "x"}})
    web.put_item(**TABLE, Item=DRAFT)
    web.delete_item(**TABLE, Key=DRAFT)


@pytest.mark.parametrize("as_role", ["clinnet-web"], indirect=True)
def test_a_web_process_cannot_scan_write_in_bulk_or_change_the_table(as_role: Any) -> None:
    web = as_role("dynamodb")
    assert refused(web.scan, **TABLE)
    assert refused(web.delete_table, **TABLE)
    assert refused(web.update_table, **TABLE, DeletionProtectionEnabled=False)
    assert refused(web.batch_write_item, RequestItems={setup.TABLE: [{"PutRequest": {"Item": DRAFT}}]})


def allows(source: dict[str, Any], policy: str, action: str, key: str, operation: str | None = None) -> bool:
    """What the policy says of one action on one partition key, perhaps inside a larger operation.

    The engine's requests do not carry `dynamodb:LeadingKeys`, so its evaluator is asked directly.
    """
    document = wanted(source, policy, **{"Table.Arn": TABLE_ARN})["PolicyDocument"]
    keys: dict[str, Any] = {"dynamodb:leadingkeys": [key]}
    if operation:
        keys["dynamodb:enclosingoperation"] = [operation]
    context = iam_evaluator.EvalContext(
        principal_arn="arn:aws:iam::000000000000:user/web",
        principal_type="User",
        principal_account="000000000000",
        action=f"dynamodb:{action}",
        resource_arn=TABLE_ARN,
        region=place.REGION,
        service_context=keys,
    )
    result = iam_evaluator.evaluate(context, [iam_evaluator.parse_policy_document(document)])
    return bool(result.decision == "Allow")


@pytest.mark.parametrize("policy", ["WebPolicy", "MaintenancePolicy"])
@pytest.mark.parametrize("operation", [None, "TransactWriteItems"])
def test_the_trail_only_grows(source: dict[str, Any], policy: str, operation: str | None) -> None:
    event = EVENT["PK"]["S"]
    assert allows(source, policy, "PutItem", event, operation)
    assert allows(source, policy, "Query", event)
    assert not allows(source, policy, "UpdateItem", event, operation)
    assert not allows(source, policy, "DeleteItem", event, operation)
    assert allows(source, policy, "UpdateItem", "CLINIC#infra#CONFIG", operation)


@pytest.mark.parametrize("action", ["PutItem", "UpdateItem", "DeleteItem"])
def test_a_web_process_changes_a_patient_only_together_with_an_event(source: dict[str, Any], action: str) -> None:
    patient = PATIENT["PK"]["S"]
    assert allows(source, "WebPolicy", action, patient, "TransactWriteItems")
    assert not allows(source, "WebPolicy", action, patient)
    assert allows(source, "WebPolicy", action, DRAFT["PK"]["S"])


@pytest.mark.parametrize("as_role", ["clinnet-web"], indirect=True)
def test_a_web_process_looks_accounts_up_and_changes_none(as_role: Any, here: dict[str, str]) -> None:
    cognito = as_role("cognito-idp")
    who = {"UserPoolId": here["pool_id"], "Username": "ana.ruiz"}
    cognito.admin_get_user(**who)
    cognito.admin_list_groups_for_user(**who)
    for operation in ("admin_disable_user", "admin_enable_user", "admin_user_global_sign_out", "admin_delete_user"):
        assert refused(getattr(cognito, operation), **who), operation
    assert refused(cognito.admin_add_user_to_group, **who, GroupName="admin")


@pytest.mark.parametrize("as_role", ["clinnet-staff-administration"], indirect=True)
def test_staff_administration_sees_accounts_alone(as_role: Any, here: dict[str, str]) -> None:
    cognito, who = as_role("cognito-idp"), {"UserPoolId": here["pool_id"], "Username": f"test-{uuid.uuid4()}"}
    cognito.admin_create_user(**who, MessageAction="SUPPRESS")
    cognito.admin_add_user_to_group(**who, GroupName="nurse")
    cognito.admin_disable_user(**who)
    cognito.admin_set_user_password(**who, Password="Secret-1234-Secret", Permanent=False)  # a forgotten one
    assert refused(cognito.admin_delete_user, **who)
    assert refused(as_role("dynamodb").get_item, **TABLE, Key=PATIENT)


@pytest.mark.parametrize("as_role", ["clinnet-maintenance"], indirect=True)
def test_maintenance_scans_and_writes_in_bulk_but_keeps_the_table(as_role: Any) -> None:
    maintenance = as_role("dynamodb")
    maintenance.scan(**TABLE, Limit=1)
    maintenance.batch_write_item(RequestItems={setup.TABLE: [{"PutRequest": {"Item": DRAFT}}]})
    assert refused(maintenance.delete_table, **TABLE)


KNOWS_NO_RESOURCE = ("ses:GetSendQuota",)  # IAM takes nothing but "*" for it; it reads three numbers


def test_no_policy_allows_everything(source: dict[str, Any]) -> None:
    for name in template.of_type(source, "AWS::IAM::ManagedPolicy"):
        for statement in wanted(source, name)["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                reach = statement.get("Resource") or statement["NotResource"]  # phone numbers are no resources
                if statement["Action"] not in KNOWS_NO_RESOURCE:
                    assert '"*"' not in json.dumps([statement["Action"], reach])
                assert ":*" not in json.dumps(statement["Action"])
