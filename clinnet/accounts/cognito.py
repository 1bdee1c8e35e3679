"""What we ask the user pool itself: is this person enabled, in which groups; and to stop an account."""

import functools
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

log = logging.getLogger("clinnet.signin")


class Unreachable(Exception):
    """Cognito did not answer, or not sensibly."""


class NoAccount(Unreachable):
    """It answered that nobody has this name: asking again changes nothing."""


class Taken(Exception):
    """Somebody else signs in by this name."""


@dataclass(frozen=True, slots=True)
class Account:
    sub: str
    enabled: bool
    groups: list[str]


@functools.cache
def client() -> Any:
    """One client for the process. A page waits for it, so it gives up after a second and does not retry."""
    return _client(settings.AWS_KEYS)


def _client(keys: dict[str, str]) -> Any:
    config = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}, max_pool_connections=32)
    return boto3.client(
        "cognito-idp", region_name=settings.AWS_REGION, endpoint_url=settings.AWS_ENDPOINT, config=config, **keys
    )


def look_up(username: str) -> Account | None:
    """The account as it is now; None when there is none. Raises Unreachable."""
    who = {"UserPoolId": settings.COGNITO["pool_id"], "Username": username}
    try:
        user = client().admin_get_user(**who)
        pages = client().get_paginator("admin_list_groups_for_user").paginate(**who)
        groups = [group["GroupName"] for page in pages for group in page["Groups"]]
        sub = next(item["Value"] for item in user["UserAttributes"] if item["Name"] == "sub")
    except client().exceptions.UserNotFoundException:
        return None
    except (ClientError, BotoCoreError, KeyError, StopIteration) as error:
        log.warning("Cognito does not confirm accounts: %s", _kind(error))
        raise Unreachable from error
    return Account(sub, bool(user["Enabled"]), groups)


def its_date() -> str:
    """The date of an answer of the pool, as HTTP writes it. Raises Unreachable."""
    try:
        client().admin_get_user(UserPoolId=settings.COGNITO["pool_id"], Username="nobody.at.all")
    except ClientError as error:
        return str(error.response["ResponseMetadata"]["HTTPHeaders"].get("date", ""))
    except BotoCoreError as error:
        raise Unreachable from error
    raise Unreachable


def set_enabled(username: str, enabled: bool) -> None:
    """Raises Unreachable. Done under the staff-administration role, which the web role alone cannot do."""
    _ask("admin_enable_user" if enabled else "admin_disable_user", username)


def new_account(username: str, email: str, name: str) -> str:
    """A new account of which nobody knows the password, and no mail yet; its sub. Done before, it is that account.

    Raises Taken where somebody else has the name, and Unreachable: it may have been made.
    """
    attributes = {"email": email, "email_verified": "true", "name": name}
    listed = [{"Name": key, "Value": value} for key, value in attributes.items()]
    try:
        user = _ask("admin_create_user", username, UserAttributes=listed, MessageAction="SUPPRESS")["User"]
        made = user["Attributes"]
    except Taken:
        found = _ask("admin_get_user", username)
        made = found["UserAttributes"]
        known = {each["Name"]: each["Value"] for each in made}
        if found["UserStatus"] != "FORCE_CHANGE_PASSWORD" or known.get("email", "").lower() != email.lower():
            raise Taken from None
    return str(next(each["Value"] for each in made if each["Name"] == "sub"))


def join(username: str, group: str) -> None:
    """Raises Unreachable. Joining twice is joining once."""
    _ask("admin_add_user_to_group", username, GroupName=group)


def forget_password(username: str) -> None:
    """Nobody knows the new one: the mail of `send_invitation` brings another. Raises Unreachable.

    Not by `admin_reset_user_password`: that leaves it to people to choose one by their mail, which this pool forbids.
    """
    unknown = f"{secrets.token_urlsafe(24)}aA1!"  # whatever kinds of characters a pool asks for
    _ask("admin_set_user_password", username, Password=unknown, Permanent=False)


def forget_second_factor(username: str) -> None:
    """They set up another one as they sign in next. Raises Unreachable."""
    _ask("admin_delete_software_token", username)


def send_invitation(username: str) -> None:
    """A mail with a new temporary password. Raises Unreachable."""
    _ask("admin_create_user", username, MessageAction="RESEND")


def _ask(call: str, username: str, **more: Any) -> Any:
    """Under the staff-administration role."""
    staff = _staff_client()
    try:
        return getattr(staff, call)(UserPoolId=settings.COGNITO["pool_id"], Username=username, **more)
    except (ClientError, BotoCoreError) as error:
        if _kind(error) == "UsernameExistsException":
            raise Taken from None
        if _kind(error) == "UserNotFoundException":
            raise NoAccount from None
        log.warning("Cognito did not do what was asked: %s, %s", call, _kind(error))
        raise Unreachable from error


def _staff_client() -> Any:
    if not settings.CLINNET_STAFF_ROLE:
        return client()
    sts = boto3.client("sts", region_name=settings.AWS_REGION)
    role = sts.assume_role(RoleArn=settings.CLINNET_STAFF_ROLE, RoleSessionName="clinnet-staff")["Credentials"]
    return _client(
        {
            "aws_access_key_id": role["AccessKeyId"],
            "aws_secret_access_key": role["SecretAccessKey"],
            "aws_session_token": role["SessionToken"],
        }
    )


def logout_url() -> str:
    """Where Cognito forgets who signed in with this browser, and sends it back to our sign-in page."""
    back = {"client_id": settings.COGNITO["client_id"], "logout_uri": f"{settings.SITE}/accounts/login/"}
    return f"{settings.COGNITO['logout']}?{urlencode(back)}"


def _kind(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
