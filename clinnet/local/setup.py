"""Makes on the embedded engine what infra/template.yaml describes. May be run again at any point.

Directly through the services, not through the engine's CloudFormation: that ignores expiry, recovery and
encryption without a word, and reports success for some broken templates.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clinnet.local import people, place, template

TABLE, BUCKET, DOMAIN = "clinnet", "clinnet-files", "clinnet-local"
MAIL_FROM = "appointments@clinnet.example"
CALLBACK = "/accounts/oidc/cognito/login/callback/"
AFTER_SIGN_OUT = ("/", "/accounts/login/", "/accounts/logout/", "/accounts/cover/")
# What CreateTable takes as CloudFormation writes it.
DIRECT = (
    "TableName",
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "DeletionProtectionEnabled",
)


def create(
    var: Path, *, endpoint: str, site: str, other_sites: Sequence[str] = (), force: bool = False
) -> dict[str, str]:
    """Everything, and var/local.json at the end. Where nothing changed but the endpoint, only that file.

    `other_sites` may use the same sign-in: the test run has one site for each of its processes.
    """
    fingerprint = hashlib.sha256(template.TEMPLATE.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    known = place.local(var)
    made: Mapping[str, str]
    if known and known["site"] == site and known.get("made_from") == fingerprint and not force:
        made = known
    else:
        made = _make(var, endpoint, [site, *other_sites])
    value = {
        "region": place.REGION,
        "endpoint": endpoint,
        **place.keys(var),
        "table": TABLE,
        "bucket": BUCKET,
        "mail_from": MAIL_FROM,
        "pool_id": made["pool_id"],
        "client_id": made["client_id"],
        "client_secret": made["client_secret"],
        "site": site,
        "made_from": fingerprint,
    }
    if value != known:
        place.write_json(var / "local.json", value)
    return value


def parameters(sites: Sequence[str]) -> dict[str, Any]:
    """The template's parameters and what CloudFormation itself would supply, for one machine."""
    return {
        "Name": TABLE,
        "BucketName": BUCKET,
        "DomainPrefix": DOMAIN,
        "CallbackUrls": [site + CALLBACK for site in sites],
        "LogoutUrls": [site + path for site in sites for path in AFTER_SIGN_OUT],
        "Mfa": "OPTIONAL",  # the engine's sign-in pages cannot ask for a second factor
        "AWS::Partition": "aws",
        "AWS::AccountId": "000000000000",
        "AWS::Region": place.REGION,
    }


def client(name: str, var: Path, endpoint: str) -> Any:
    """A boto3 client of the embedded engine. boto3 is slow to import: only when something has to be made."""
    import boto3
    from botocore.config import Config

    keys = place.keys(var)
    return boto3.client(
        name,
        endpoint_url=endpoint,
        region_name=place.REGION,
        aws_access_key_id=keys["access_key"],
        aws_secret_access_key=keys["secret_key"],
        config=Config(
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=30,
            retries={"total_max_attempts": 2},
        ),
    )


def _make(var: Path, endpoint: str, sites: Sequence[str]) -> dict[str, str]:
    source, values = template.load(), parameters(sites)
    values["Table.Arn"] = make_table(client("dynamodb", var, endpoint), template.properties(source, "Table", values))
    cognito = client("cognito-idp", var, endpoint)
    made = _make_pool(cognito, source, values)
    _make_bucket(client("s3", var, endpoint), source, values)
    _make_roles(client("iam", var, endpoint), source, values)
    client("ses", var, endpoint).verify_email_identity(EmailAddress=MAIL_FROM)
    _make_people(cognito, made["pool_id"], var / "people.json")
    return made


def make_table(dynamodb: Any, wanted: dict[str, Any]) -> str:
    """Create or complete the table. Returns its ARN."""
    name = wanted["TableName"]
    try:
        table = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        encryption = {"Enabled": wanted["SSESpecification"]["SSEEnabled"]}
        asked = {key: wanted[key] for key in DIRECT}
        table = dynamodb.create_table(**asked, SSESpecification=encryption)["TableDescription"]
    expiry = wanted["TimeToLiveSpecification"]
    now = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if now["TimeToLiveStatus"] != "ENABLED":  # AWS refuses to enable it twice
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    recovery = wanted["PointInTimeRecoverySpecification"]
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    arn: str = table["TableArn"]
    return arn


def _make_pool(cognito: Any, source: dict[str, Any], values: dict[str, Any]) -> dict[str, str]:
    wanted = template.properties(source, "Pool", values)
    name = wanted.pop("UserPoolName")
    factors = wanted.pop("EnabledMfas")
    wanted["PoolName"] = name
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    pool_id = next((pool["Id"] for pool in pools if pool["Name"] == name), None)
    if pool_id is None:
        pool_id = cognito.create_user_pool(**wanted)["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id,
        SoftwareTokenMfaConfiguration={"Enabled": "SOFTWARE_TOKEN_MFA" in factors},
        MfaConfiguration=wanted["MfaConfiguration"],
    )
    values["Pool"] = pool_id
    values["Pool.Arn"] = f"arn:aws:cognito-idp:{place.REGION}:000000000000:userpool/{pool_id}"
    _make_groups(cognito, source, values)
    _make_domain(cognito, template.properties(source, "Domain", values))
    app = _make_client(cognito, template.properties(source, "Client", values))
    return {"pool_id": pool_id, "client_id": app["ClientId"], "client_secret": app["ClientSecret"]}


def _make_groups(cognito: Any, source: dict[str, Any], values: dict[str, Any]) -> None:
    there = {group["GroupName"] for group in cognito.list_groups(UserPoolId=values["Pool"])["Groups"]}
    for name in template.of_type(source, "AWS::Cognito::UserPoolGroup"):
        wanted = template.properties(source, name, values)
        if wanted["GroupName"] not in there:
            cognito.create_group(**wanted)


def _make_domain(cognito: Any, wanted: dict[str, str]) -> None:
    if not cognito.describe_user_pool_domain(Domain=wanted["Domain"])["DomainDescription"].get("UserPoolId"):
        cognito.create_user_pool_domain(**wanted)


def _make_client(cognito: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """The web application's client; the addresses of one that exists follow the site's port."""
    pool = wanted["UserPoolId"]
    clients = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    known = next((c["ClientId"] for c in clients if c["ClientName"] == wanted["ClientName"]), None)
    app: dict[str, Any]
    if known is None:
        app = cognito.create_user_pool_client(**wanted)["UserPoolClient"]
        return app
    wanted = {key: value for key, value in wanted.items() if key != "GenerateSecret"}
    cognito.update_user_pool_client(ClientId=known, **wanted)
    app = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=known)["UserPoolClient"]
    return app


def _make_bucket(s3: Any, source: dict[str, Any], values: dict[str, Any]) -> None:
    """Its policy (only over TLS) is left out: on the loopback interface there is none."""
    wanted = template.properties(source, "Bucket", values)
    name = wanted["BucketName"]
    values["Bucket"] = name
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": place.REGION})
    rules = [
        {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
        for rule in wanted["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=wanted["VersioningConfiguration"])
    blocked = wanted["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=wanted["OwnershipControls"])


def _make_roles(iam: Any, source: dict[str, Any], values: dict[str, Any]) -> None:
    """One machine's own processes use the installation's key; the roles are there so that they can be tried."""
    policies = {policy["PolicyName"]: policy for policy in iam.list_policies(Scope="Local")["Policies"]}
    for name in template.of_type(source, "AWS::IAM::ManagedPolicy"):
        wanted = template.properties(source, name, values)
        values[name] = _make_policy(iam, wanted, policies.get(wanted["ManagedPolicyName"]))
    roles = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    for name in template.of_type(source, "AWS::IAM::Role"):
        wanted = template.properties(source, name, values)
        title = wanted["RoleName"]
        values[f"{name}.Arn"] = f"arn:aws:iam::000000000000:role/{title}"
        if title not in roles:
            trust = json.dumps(wanted["AssumeRolePolicyDocument"])
            iam.create_role(RoleName=title, AssumeRolePolicyDocument=trust)
        for policy in wanted["ManagedPolicyArns"]:
            iam.attach_role_policy(RoleName=title, PolicyArn=policy)


def _make_policy(iam: Any, wanted: dict[str, Any], known: dict[str, Any] | None) -> str:
    document = json.dumps(wanted["PolicyDocument"])
    if known is None:
        name, about = wanted["ManagedPolicyName"], wanted["Description"]
        known = iam.create_policy(PolicyName=name, PolicyDocument=document, Description=about)["Policy"]
    arn, version = str(known["Arn"]), known["DefaultVersionId"]
    if (
        iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        != wanted["PolicyDocument"]
    ):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    return arn


def _make_people(cognito: Any, pool: str, path: Path) -> None:
    """The demo's staff. Passwords are written down before they are set, so that an interrupted run goes on."""
    known = {person["username"]: person for person in place.read_json(path) or []}
    for person in people.PEOPLE:
        known.setdefault(person.username, {**person._asdict(), "password": people.password()})
    place.write_json(path, list(known.values()))
    if all("sub" in entry for entry in known.values()):
        return
    for entry in known.values():
        entry["sub"] = _make_person(cognito, pool, entry)
    place.write_json(path, list(known.values()))


def _make_person(cognito: Any, pool: str, entry: dict[str, Any]) -> str:
    who = {"UserPoolId": pool, "Username": entry["username"]}
    name = [{"Name": "name", "Value": entry["name"]}]
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):  # an interrupted set-up goes on
        cognito.admin_create_user(**who, MessageAction="SUPPRESS", UserAttributes=name)
    cognito.admin_set_user_password(**who, Password=entry["password"], Permanent=True)
    if entry["group"]:
        cognito.admin_add_user_to_group(**who, GroupName=entry["group"])
    attributes = cognito.admin_get_user(**who)["UserAttributes"]
    sub: str = next(a["Value"] for a in attributes if a["Name"] == "sub")
    return sub
